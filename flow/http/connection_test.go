package http

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

func TestConnection(t *testing.T) {
	var got *nethttp.Request
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { got = r })
	var a, b, c *Client[string, string]
	open(t, []string{"PW=s3cret"}, func(s *flow.Setup) {
		o := flow.ConnectionOptions{Name: "web", URL: server.URL + "/api/", Username: "bob", Password: "${PW}", Headers: []flow.Header{{Name: "X-A", Value: "1"}, {Name: "User-Agent", Value: "me"}}}
		connection := NewConnection(s, o)
		if NewConnection(s, o) != connection {
			t.Error("a connection is not shared")
		}
		client := func(name, url string, headers ...flow.Header) *Client[string, string] {
			return NewClient(s, ClientOptions[string, string]{Stage: stage(name), Method: "GET", Connection: connection, URL: url, Headers: headers, Answer: record.Text()})
		}
		a = client("a", "")
		b = client("b", "/x", flow.Header{Name: "x-a", Value: "2"}, flow.Header{Name: "Host", Value: "other"})
		c = client("c", server.URL+"/y")
	})
	for _, test := range []struct {
		client         *Client[string, string]
		path, a, agent string
	}{{a, "/api/", "1", "me"}, {b, "/api/x", "2", "me"}, {c, "/y", "1", "me"}} {
		if err := test.client.Send(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		user, password, _ := got.BasicAuth()
		if got.URL.Path != test.path || got.Header.Get("X-A") != test.a || got.UserAgent() != test.agent || user != "bob" || password != "s3cret" {
			t.Error(got.URL, got.Header)
		}
		if want := test.client == b; (got.Host == "other") != want {
			t.Error("host:", got.Host)
		}
	}
}

func TestConnectionSettings(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ca := newAuthority(t).file
	for _, test := range []struct {
		options flow.ConnectionOptions
		url     string
		want    string
	}{
		{flow.ConnectionOptions{URL: "mqtt://h"}, "", "connection.web: url: its scheme is not http or https"},
		{flow.ConnectionOptions{URL: "http://h", Token: "t", Username: "u"}, "", "token and username exclude each other"},
		{flow.ConnectionOptions{URL: "http://h"}, "http://evil/", "http://evil is not the server of connection \"web\" (http://h)"},
		{flow.ConnectionOptions{URL: "http://h"}, "https://h/", "https://h is not the server of connection"},
		{flow.ConnectionOptions{URL: "http://h?k=1"}, "/x", "has a query"},
		{flow.ConnectionOptions{URL: "http://h", Headers: []flow.Header{{Name: "X", Value: "${BAD}"}}}, "", "cannot hold a line break"},
		{flow.ConnectionOptions{URL: "http://h", Token: "${BAD}"}, "", "cannot hold a line break"},
		{flow.ConnectionOptions{URL: "http://h:1", TLS: flow.TLSFiles{CA: ca}}, "", "tls is set, but the url is not encrypted; write https://h:1"},
		{flow.ConnectionOptions{URL: "http://h", Token: "${EMPTY}"}, "", "token: the setting is empty"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{CA: empty}}, "", "tls.ca: no certificate in the file"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{CA: "${EMPTY}"}}, "", "connection.web: tls.ca: the setting is empty"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{Cert: "${EMPTY}", Key: empty}}, "", "connection.web: tls.cert: the setting is empty"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{Cert: empty}}, "", "cert and key belong together"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{Cert: empty, Key: empty}}, "", "cert and key cannot be used"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{CA: "../x.pem"}}, "", "does not leave the working directory"},
		{flow.ConnectionOptions{URL: "https://h", TLS: flow.TLSFiles{CA: "none.pem"}}, "", "no such file"},
	} {
		text := openFails(t, []string{"BAD=sec\r\nret", "EMPTY="}, func(s *flow.Setup) {
			o := test.options
			o.Name = "web"
			NewClient(s, ClientOptions[string, string]{Stage: stage("call"), Method: "GET", Connection: NewConnection(s, o), URL: test.url, Answer: record.Text()})
		})
		mustContain(t, text, test.want)
		mustNotContain(t, text, "ret\"")
	}
}

func TestTLS(t *testing.T) {
	ca := newAuthority(t)
	server := httptest.NewUnstartedServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/away" {
			nethttp.Redirect(w, r, "https://localhost:1/", nethttp.StatusFound)
			return
		}
		if r.URL.Path == "/down" {
			nethttp.Redirect(w, r, "http://"+r.Host+"/", nethttp.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{ca.pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.pool}
	server.StartTLS()
	t.Cleanup(server.Close)
	base := server.URL
	ask := func(path string, files flow.TLSFiles) (string, error) {
		var c *Client[string, string]
		open(t, nil, func(s *flow.Setup) {
			connection := NewConnection(s, flow.ConnectionOptions{Name: "web", URL: base, TLS: files})
			c = NewClient(s, ClientOptions[string, string]{Stage: stage("call"), Method: "GET", Connection: connection, URL: path, Answer: record.Text()})
		})
		return c.Get(t.Context())
	}
	all := flow.TLSFiles{CA: ca.file, Cert: ca.file, Key: ca.key}
	if name, err := ask("/", all); err != nil || name != "flowc test" {
		t.Error(name, err)
	}
	if _, err := ask("/", flow.TLSFiles{CA: ca.file}); err == nil {
		t.Error("a server that asks for a certificate took none")
	}
	if _, err := ask("/", flow.TLSFiles{Cert: ca.file, Key: ca.key}); err == nil || !strings.Contains(err.Error(), "certificate signed by unknown authority") {
		t.Error("an unknown authority was trusted:", err)
	}
	other := newAuthority(t)
	if _, err := ask("/", flow.TLSFiles{CA: other.file, Cert: ca.file, Key: ca.key}); err == nil {
		t.Error("another authority was trusted")
	}
	if _, err := ask("/", flow.TLSFiles{CA: ca.file, Cert: other.file, Key: other.key}); err == nil {
		t.Error("a server took the certificate of another authority")
	}
	if _, err := ask("/away", all); !driver.IsPermanent(err) {
		t.Error("led away with a certificate:", err)
	}
	if _, err := ask("/down", all); !driver.IsPermanent(err) {
		t.Error("led from https to http:", err)
	}
	base = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	if _, err := ask("/", all); err == nil || !strings.Contains(err.Error(), "localhost") {
		t.Error("the certificate of another host was trusted:", err)
	}
}

// authority is a certificate that signs itself, for both sides.
type authority struct {
	pair      tls.Certificate
	pool      *x509.CertPool
	file, key string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "flowc test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{pool: x509.NewCertPool(), file: filepath.Join(t.TempDir(), "cert.pem"), key: filepath.Join(t.TempDir(), "key.pem")}
	certText := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyText := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	for path, text := range map[string][]byte{a.file: certText, a.key: keyText} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a.pool.AppendCertsFromPEM(certText)
	if a.pair, err = tls.X509KeyPair(certText, keyText); err != nil {
		t.Fatal(err)
	}
	return a
}
