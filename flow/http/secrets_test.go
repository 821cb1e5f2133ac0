package http

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	nethttp "net/http"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// secrets are settings of a connection and a stage, and the forms in which what
// they hold may come up again.
var secrets = []string{
	"URL_PASSWORD=url-p@ss/1", "USER_PASSWORD=user-pass-2", "TOKEN=token-3 \"x\"", "KEY=header-key-4", "QUERY=query&key=5", "STAGE_KEY=stage-key-6",
}

func secretForms() []string {
	var forms []string
	for _, s := range secrets {
		_, v, _ := strings.Cut(s, "=")
		forms = append(forms, v)
	}
	for _, v := range []string{"joe:url-p@ss/1", "joe:user-pass-2"} {
		forms = append(forms, base64.StdEncoding.EncodeToString([]byte(v)))
	}
	return forms
}

// secretProgram asks a server, by a connection with credentials of one kind.
func secretProgram(connection flow.ConnectionOptions) flow.Program {
	connection.Name, connection.Headers = "web", []flow.Header{{Name: "X-Key", Value: "${KEY}"}}
	return flow.Program{Service: "s", Flows: []flow.Flow{{Name: "f", Open: func(s *flow.Setup) {
		ask := NewClient(s, ClientOptions[struct{}, string]{
			Stage: stage("ask"), Method: "GET", Connection: NewConnection(s, connection), URL: "/start", Answer: record.Text(),
			Headers: []flow.Header{{Name: "X-Stage", Value: "${STAGE_KEY}"}},
			Query:   []flow.Header{{Name: "key", Value: "${QUERY}"}},
		})
		flow.Run(s, flow.PipelineOptions{Name: "p"}, flow.Trigger{Once: true}, func(ctx context.Context) error {
			_, err := flow.Call(ctx, ask.Stage, ask.Get)
			return err
		})
	}}}}
}

// TestSecretsOfAConnection looks for them in all that a program writes, where
// the server answers with everything that it was sent, where it is away, where
// it leads elsewhere, and in what -check says.
func TestSecretsOfAConnection(t *testing.T) {
	var strangers []string
	stranger := serve(t, func(_ nethttp.ResponseWriter, r *nethttp.Request) { strangers = append(strangers, shown(r)) })
	echo := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.WriteHeader(403)
		_, _ = io.WriteString(w, r.Header.Get("Authorization")+" "+r.Header.Get("X-Key")+" "+r.Header.Get("X-Stage")+" "+r.RequestURI)
	})
	leads := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		nethttp.Redirect(w, r, stranger.URL, nethttp.StatusFound)
	})
	for name, connection := range map[string]flow.ConnectionOptions{
		"user part": {URL: "http://joe:${URL_PASSWORD}@${HOST}"},
		"username":  {URL: "http://${HOST}", Username: "joe", Password: "${USER_PASSWORD}"},
		"token":     {URL: "http://${HOST}", Token: "${TOKEN}"},
	} {
		for _, server := range []string{echo.URL, leads.URL, noServer} {
			for _, args := range [][]string{{"-log-level", "debug"}, {"-check"}, {"-quiet", "-log-format", "json"}} {
				var stdout, stderr bytes.Buffer
				env := environment(append([]string{"HOST=" + strings.TrimPrefix(server, "http://")}, secrets...))
				env.Args, env.Stdout, env.Stderr = args, &stdout, &stderr
				status := flow.Exec(t.Context(), secretProgram(connection), env)
				if want := args[0] != "-check" && server != leads.URL; (status != 0) != want {
					t.Errorf("%s, %v: exit status %d\n%s", name, args, status, &stderr)
				}
				mustNotContain(t, stdout.String()+stderr.String(), secretForms()...)
				if server == echo.URL && args[0] != "-check" {
					mustContain(t, stderr.String(), "status 403 Forbidden: ", "***")
				}
			}
		}
	}
	if len(strangers) == 0 {
		t.Error("nothing was led elsewhere")
	}
	for _, s := range strangers {
		mustNotContain(t, s, secretForms()...)
		mustNotContain(t, s, "Authorization", "X-Key", "X-Stage", "Referer")
	}
}

// TestCredentials says which of several credentials a request bears.
func TestCredentials(t *testing.T) {
	basic := func(user string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(user)) }
	var got string
	server := serve(t, func(_ nethttp.ResponseWriter, r *nethttp.Request) { got = r.Header.Get("Authorization") })
	plain, withUser := server.URL, strings.Replace(server.URL, "http://", "http://url:pw%40@", 1)
	header := []flow.Header{{Name: "authorization", Value: "Digest 1"}}
	for _, test := range []struct {
		connection flow.ConnectionOptions
		url        string
		headers    []flow.Header
		want       string
	}{
		{flow.ConnectionOptions{URL: plain}, "", nil, ""},
		{flow.ConnectionOptions{URL: plain, Headers: header}, "", nil, "Digest 1"},
		{flow.ConnectionOptions{URL: withUser}, "", nil, basic("url:pw@")},
		{flow.ConnectionOptions{URL: withUser, Headers: header}, "/x", nil, basic("url:pw@")},
		{flow.ConnectionOptions{URL: withUser, Username: "joe", Password: "x"}, "", nil, basic("joe:x")},
		{flow.ConnectionOptions{URL: withUser, Token: "t"}, "", nil, "Bearer t"},
		{flow.ConnectionOptions{URL: plain, Token: "t", Headers: header}, "", nil, "Bearer t"},
		{flow.ConnectionOptions{URL: plain, Username: "joe"}, plain + "/whole", nil, basic("joe:")},
		{flow.ConnectionOptions{URL: plain, Token: "t"}, withUser + "/whole", nil, basic("url:pw@")},
		{flow.ConnectionOptions{URL: withUser, Token: "t"}, "", []flow.Header{{Name: "AUTHORIZATION", Value: "Bearer stage"}}, "Bearer stage"},
		{flow.ConnectionOptions{URL: plain}, withUser, []flow.Header{{Name: "Authorization", Value: "Bearer stage"}}, "Bearer stage"},
	} {
		got = "none"
		open(t, nil, func(s *flow.Setup) {
			test.connection.Name = "web"
			c := NewClient(s, ClientOptions[string, string]{Stage: stage("call"), Method: "POST", Connection: NewConnection(s, test.connection), URL: test.url, Headers: test.headers})
			if err := c.Send(t.Context(), "x"); err != nil {
				t.Error(err)
			}
		})
		if got != test.want {
			t.Errorf("%+v, %q: %q, not %q", test.connection, test.url, got, test.want)
		}
	}
}
