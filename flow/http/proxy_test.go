package http

import (
	"io"
	nethttp "net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestProxy asks through the proxy that the environment names, in a process of
// its own: net/http reads these variables once.
func TestProxy(t *testing.T) {
	if os.Getenv("TEST_PROXIED") != "" {
		c := textClient(t, ClientOptions[string, string]{URL: "http://nowhere.invalid/x"})
		text, err := c.Get(t.Context())
		if err != nil || text != "by proxy" {
			t.Error(text, err)
		}
		return
	}
	var seen []string
	proxy := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		seen = append(seen, r.RequestURI)
		_, _ = io.WriteString(w, "by proxy")
	})
	child := exec.Command(os.Args[0], "-test.run=^TestProxy$")
	child.Env = append(os.Environ(), "TEST_PROXIED=1", "HTTP_PROXY="+proxy.URL, "http_proxy="+proxy.URL, "NO_PROXY=", "no_proxy=")
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if strings.Join(seen, "|") != "http://nowhere.invalid/x" {
		t.Error("the proxy saw", seen)
	}
}
