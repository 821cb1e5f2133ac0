package mqtt

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/internal/setting"
)

// embedded is the URL of a broker inside the process.
const embedded = setting.Embedded

// address is where a broker is and how to talk to it.
type address struct {
	url      *url.URL // without user part
	tls      *tls.Config
	username string
	password string
}

// host returns the broker's address for people.
func (a *address) host() string { return a.url.Host }

// newAddress resolves the settings of a connection to a broker; nil where they
// are wrong, which is noted. text is its URL; empty: it could not be resolved.
func newAddress(s *flow.Setup, place, text string, o flow.ConnectionOptions) *address {
	a := &address{tls: driver.TLS(s, place, o.TLS)}
	a.credentials(s, place, o)
	if text == "" {
		return nil
	}
	u, t, err := parseURL(text)
	if err != nil {
		s.Errorf(place, "url: %w", err)
		return nil
	}
	if a.tls != nil && !t.TLS {
		s.Errorf(place, "tls is set, but the url is not encrypted; write mqtts://%s", u.Host)
	}
	a.address(u, o)
	return a
}

// address takes the user part out of the URL; the options of the connection win
// over it.
func (a *address) address(u *url.URL, o flow.ConnectionOptions) {
	if u.User != nil && o.Token == "" {
		password, _ := u.User.Password()
		if o.Username == "" {
			a.username = u.User.Username()
		}
		if o.Password == "" {
			a.password = password
		}
	}
	u.User = nil
	a.url = u
}

// credentials resolves the options that log in. A token is a password without a
// user name, which MQTT 5 allows (3.1.2.9).
func (a *address) credentials(s *flow.Setup, place string, o flow.ConnectionOptions) {
	if o.Token != "" && (o.Username != "" || o.Password != "") {
		s.Errorf(place, "token and username exclude each other: a connection has one of them")
	}
	a.username = s.String(place, "username", o.Username)
	a.password = s.String(place, "password", o.Password)
	if o.Token != "" {
		a.username, a.password = "", s.NonEmpty(place, "token", o.Token)
	}
}

// parseURL reads the URL of a broker. Its errors do not show the URL, which may
// hold a password.
func parseURL(text string) (*url.URL, setting.Transport, error) {
	u, t, problem := setting.Broker(text)
	switch problem {
	case setting.URLFine:
	case setting.URLScheme:
		return nil, t, fmt.Errorf("its scheme is not known; write mqtt://host:1883, mqtts://host:8883 (with TLS), ws://, wss:// or %s", embedded)
	case setting.URLHost:
		return nil, t, fmt.Errorf("no host; write %s://host:%s or %s", t.Scheme, t.Port, embedded)
	case setting.URLPath:
		return nil, t, fmt.Errorf("a broker's URL has no path; the topic stands in the stage: write %s://%s", t.Scheme, u.Host)
	default:
		return nil, t, errors.New("not a URL such as mqtt://host:1883")
	}
	u.Scheme = t.Scheme
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), t.Port)
	}
	return u, t, nil
}
