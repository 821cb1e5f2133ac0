package http

import (
	"errors"
	"fmt"
	nethttp "net/http"

	"github.com/flowc-dev/flowc/flow"
)

const mostRedirects = 10

// redirect decides whether a redirect is followed, and with what. Headers may
// hold secrets of any name, so that net/http, which knows only some, must not
// pass them on to another host.
func (c *call) redirect(next *nethttp.Request, via []*nethttp.Request) error {
	first := via[0]
	if first.Method != nethttp.MethodGet && first.Method != nethttp.MethodHead || first.ContentLength != 0 || c.accepts(next.Response.StatusCode) {
		return nethttp.ErrUseLastResponse
	}
	if len(via) > mostRedirects {
		return flow.Permanent(fmt.Errorf("stopped after %d redirects", mostRedirects))
	}
	switch scheme := next.URL.Scheme; {
	case scheme != "http" && scheme != "https":
		return flow.Permanent(errors.New("a redirect to another scheme than http and https is not followed"))
	case via[len(via)-1].URL.Scheme == "https" && scheme != "https":
		return flow.Permanent(errors.New("a redirect from https to http is not followed"))
	}
	if !leftHome(next, via) {
		return nil
	}
	if c.trusted {
		return flow.Permanent(fmt.Errorf("a redirect to %s is not followed: it would be shown the client certificate", origin(next.URL)))
	}
	next.Header = nethttp.Header{}
	for _, name := range []string{"User-Agent", "Accept"} {
		next.Header[name] = first.Header[name]
	}
	return nil
}

// leftHome reports whether a chain of requests has left the server of its
// first. Who was led elsewhere does not get its secrets back on the way home:
// a stranger chose the path there.
func leftHome(next *nethttp.Request, via []*nethttp.Request) bool {
	home := origin(via[0].URL)
	for _, r := range append(via[1:len(via):len(via)], next) {
		if origin(r.URL) != home {
			return true
		}
	}
	return false
}
