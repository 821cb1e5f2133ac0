package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/internal/testdir"
)

// vault is the service with its surroundings.
type vault struct {
	module  string // folder of go.mod and flow.toml
	program string
	env     map[string]string
}

// secretOf returns a value that no encoding leaves as it is.
func secretOf(name string) string {
	return canary + `-"` + strings.ToLower(name) + `"-<&>/\+ %41@:#?`
}

func newVault(t *testing.T) *vault {
	v := &vault{module: testdir.Fixed(t, "vault"), env: map[string]string{}}
	for _, name := range []string{"BROKER_USER", "URL_USER", "URL_PASSWORD", "API_KEY", "BASIC_USER", "BASIC_PASSWORD", "QUERY_SECRET", "STAGE_TOKEN", "BODY_SECRET", "LISTEN_TOKEN"} {
		v.env[name] = secretOf(name)
	}
	archive, err := txtar.ParseFile("../../testdata/secrets.txtar")
	if err != nil {
		t.Fatal(err)
	}
	v.layModule(t)
	for _, f := range archive.Files {
		writeFile(t, filepath.Join(v.module, f.Name), f.Data)
	}
	web, secure := httptest.NewServer(new(echo).handler()), newTLSServer(t)
	t.Cleanup(web.Close)
	host := strings.TrimPrefix(web.URL, "http://")
	v.env["WEB_HOST"] = host
	v.env["WEB_URL"] = web.URL + "/refuse/" + canary + "-base"
	v.env["TLS_URL"] = secure.URL
	v.env["HOOK_URL"] = "http://hook:" + canary + "hook@" + host + "/refuse/" + canary + "-path?q=" + canary + "-query"
	v.env["CUT_URL"] = web.URL + "/cut/" + canary + "-path"
	v.env["DOWN_URL"] = "http://127.0.0.1:1/" + canary + "-down?key=" + canary + "-down-key"
	v.env["URL_KEY"] = url.QueryEscape(secretOf("URL_KEY"))
	v.env["TOPIC"] = canary + "/topic"
	v.env["PATH_SECRET"] = "/" + canary + "/in"
	v.env["READ_PATH"] = canary + ".d/rows"
	v.env["WHERE_SECRET"] = secretOf("WHERE")
	v.env["LISTEN"] = "127.0.0.1:0"
	v.env["ROWS_URL"] = "jsonl:data/rows.jsonl"
	v.layTLS(t, secure)
	v.env["BROKER_URL"] = v.startBroker(t)
	return v
}

func (v *vault) layModule(t *testing.T) {
	checkout := checkoutDir()
	mod, err := gen.ModuleFor(checkout, "example.com/vault")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(v.module, "go.mod"), mod)
	writeFile(t, filepath.Join(v.module, "go.sum"), sum)
}

func writeFile(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// newTLSServer returns a server that asks for a client certificate.
func newTLSServer(t *testing.T) *httptest.Server {
	s := httptest.NewUnstartedServer(new(echo).handler())
	s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// layTLS writes the files of the connection with TLS, at paths that are secret,
// and the secrets that stand in files.
func (v *vault) layTLS(t *testing.T, s *httptest.Server) {
	pair := s.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	for name, content := range map[string][]byte{
		"ca": cert, "cert": cert, "key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		"rows": []byte(`{"n":1,"text":"read"}` + "\n"), "broker": []byte(secretOf("broker") + "\n"), "token": []byte(secretOf("token") + "\r\n"),
	} {
		writeFile(t, filepath.Join(v.module, canary+".d", name), content)
	}
	for _, name := range []string{"ca", "cert", "key"} {
		v.env[strings.ToUpper(name)+"_FILE"] = canary + ".d/" + name
	}
}

// startBroker starts a broker that takes the user and the password of the
// service only, and returns its URL.
func (v *vault) startBroker(t *testing.T) string {
	t.Helper()
	b := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	listener := listeners.NewTCP(listeners.Config{ID: "test", Address: "127.0.0.1:0"})
	for _, err := range []error{b.AddHook(&doorman{user: v.env["BROKER_USER"], password: secretOf("broker")}, nil), b.AddListener(listener), b.Serve()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = b.Close() })
	return "mqtt://" + listener.Address()
}

// doorman is a hook that lets one user in.
type doorman struct {
	mqtt.HookBase
	user, password string
}

func (*doorman) ID() string { return "doorman" }

func (*doorman) Provides(event byte) bool {
	return event == mqtt.OnConnectAuthenticate || event == mqtt.OnACLCheck
}

func (d *doorman) OnConnectAuthenticate(_ *mqtt.Client, p packets.Packet) bool {
	return string(p.Connect.Username) == d.user && string(p.Connect.Password) == d.password
}

func (*doorman) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

// echo is a server that says all it was sent, in every encoding.
type echo struct{ requests atomic.Int64 }

func (e *echo) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/garbage", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, e.heard(r)) })
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"text": e.heard(r)})
	})
	mux.HandleFunc("/wrong_type", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"n": e.heard(r), e.heard(r): "text"})
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:1/?"+url.Values{"heard": {e.heard(r)}}.Encode(), http.StatusFound)
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/loop?"+url.Values{"heard": {r.Header.Get("Authorization")}}.Encode(), http.StatusFound)
	})
	mux.HandleFunc("/cut/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, strings.Repeat("x", 180)+string(body))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// Where an answer is cut lies elsewhere each time.
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, strings.Repeat("x", int(e.requests.Add(1)*7%100))+e.heard(r))
	})
	return mux
}

// heard returns what a request tells, as it is and in the ways in which a
// server may write it. What comes first differs, since answers are cut.
func (e *echo) heard(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	user, password, _ := r.BasicAuth()
	said := []string{
		r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"), r.Header.Get("X-Stage"), password, user + ":" + password,
		r.URL.RawQuery, r.URL.Query().Get("key"), r.URL.Path, r.URL.EscapedPath(), string(body),
	}
	var all []string
	for _, s := range said {
		quoted, _ := json.Marshal(s)
		all = append(all, s, string(quoted), fmt.Sprintf("%q", s), html.EscapeString(s), url.QueryEscape(s), url.PathEscape(s))
		if s != "" {
			all = append(all, base64.StdEncoding.EncodeToString([]byte(s)))
		}
	}
	at := int(e.requests.Add(1)) % len(all)
	return strings.Join(append(all[at:len(all):len(all)], all[:at]...), " ")
}

func (v *vault) build(t *testing.T) {
	v.program = filepath.Join(v.module, "vault")
	c := exec.Command("go", "build", "-o", v.program, "./cmd/vault")
	c.Dir = v.module
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// newFolder returns a working directory with the files that the settings name.
func (v *vault) newFolder(t *testing.T) string {
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(v.module, canary+".d"), filepath.Join(dir, canary+".d")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// exec runs the program and returns all that it says. It has a broker of its
// own, where the environment names none: two programs take the session of a
// stage from each other.
func (v *vault) exec(t *testing.T, dir string, env map[string]string, args ...string) (string, error) {
	t.Helper()
	if env != nil && env["BROKER_URL"] == v.env["BROKER_URL"] {
		env = maps.Clone(env)
		env["BROKER_URL"] = v.startBroker(t)
	}
	c := exec.Command(v.program, args...)
	c.Dir = dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	for name, value := range env {
		c.Env = append(c.Env, name+"="+value)
	}
	timer := time.AfterFunc(2*time.Minute, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	out, err := c.CombinedOutput()
	return string(out), err
}

// fails runs the program, which must fail without a word of a secret.
func (v *vault) fails(t *testing.T, env map[string]string, args ...string) string {
	t.Helper()
	out, err := v.exec(t, v.module, env, args...)
	if err == nil {
		t.Errorf("%v succeeds:\n%s", args, out)
	}
	noSecret(t, strings.Join(args, " "), out)
	return out
}

// with returns the environment with another value of a variable.
func (v *vault) with(name, value string) map[string]string {
	env := maps.Clone(v.env)
	env[name] = value
	return env
}
