package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/gen"
)

// canary stands in every secret, and nowhere else.
const canary = "kanari"

// TestSecretsAreNeverShown builds a service with a secret at every place where
// a setting can stand, and runs it through success and failure of every kind.
// What it and flowc write never holds a part of a secret, in no encoding.
func TestSecretsAreNeverShown(t *testing.T) {
	v := newVault(t)
	t.Run("flowc", v.testCommand)
	v.build(t)
	t.Run("missing", v.testMissing)
	for _, level := range []string{"debug", "info", "warn", "error"} {
		for _, format := range []string{"text", "json"} {
			t.Run(level+"/"+format, func(t *testing.T) {
				t.Parallel()
				v.testRun(t, "-log-level", level, "-log-format", format)
			})
		}
	}
	t.Run("processes", func(t *testing.T) {
		t.Parallel()
		v.testRun(t, "-log-level", "debug", "-processes")
	})
	t.Run("stops", func(t *testing.T) { // the default on_error of a pipeline
		t.Parallel()
		if out := v.fails(t, v.env, "stops", "-log-level", "debug"); !strings.Contains(out, "status 403") {
			t.Errorf("it does not say why it stops:\n%s", out)
		}
	})
	t.Run("check and help", v.testCheck)
	t.Run("wrong", v.testWrong)
}

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
	v := &vault{module: t.TempDir(), env: map[string]string{}}
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
	v.env["LISTEN"] = "127.0.0.1:0"
	v.env["ROWS_URL"] = "jsonl:data/rows.jsonl"
	v.layTLS(t, secure)
	v.startBroker(t)
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
		"broker": []byte(secretOf("broker") + "\n"), "token": []byte(secretOf("token") + "\r\n"),
	} {
		writeFile(t, filepath.Join(v.module, canary+".d", name), content)
	}
	for _, name := range []string{"ca", "cert", "key"} {
		v.env[strings.ToUpper(name)+"_FILE"] = canary + ".d/" + name
	}
}

// startBroker starts a broker that takes the user and the password of the
// service only.
func (v *vault) startBroker(t *testing.T) {
	b := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	listener := listeners.NewTCP(listeners.Config{ID: "test", Address: "127.0.0.1:0"})
	for _, err := range []error{b.AddHook(&doorman{user: v.env["BROKER_USER"], password: secretOf("broker")}, nil), b.AddListener(listener), b.Serve()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = b.Close() })
	v.env["BROKER_URL"] = "mqtt://" + listener.Address()
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

// testCommand runs flowc itself with the secrets in its environment.
func (v *vault) testCommand(t *testing.T) {
	for name, value := range v.env {
		t.Setenv(name, value)
	}
	for _, test := range []struct {
		args   []string
		status int
	}{
		{[]string{"check", "-v", v.module}, exitOK},
		{[]string{"generate", v.module}, exitOK},
		{[]string{"run", v.module, "-once", "-pipelines", "works"}, exitOK},
		{[]string{"run", v.module, "-check"}, exitOK},
		{[]string{"run", v.module, "-once", "-pipelines", "hook"}, exitFailed},
	} {
		var out bytes.Buffer
		if status := run(strings.NewReader(""), &out, &out, test.args); status != test.status {
			t.Fatalf("flowc %v: exit status %d\n%s", test.args, status, &out)
		}
		noSecret(t, strings.Join(test.args, " "), out.String())
	}
	v.noSecretInFiles(t)
}

// noSecretInFiles looks into all files of the service: what flowc wrote, and
// what the service did.
func (v *vault) noSecretInFiles(t *testing.T) {
	files := 0
	err := filepath.WalkDir(v.module, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == canary+".d":
			return fs.SkipDir
		case d.IsDir() || d.Name() == "vault":
			return nil
		}
		files++
		content, err := os.ReadFile(name)
		if rel, _ := filepath.Rel(v.module, name); rel != "flow.toml" {
			noSecret(t, rel, string(content))
		}
		return err
	})
	if err != nil || files < 10 {
		t.Errorf("%d files, %v", files, err)
	}
}

func (v *vault) build(t *testing.T) {
	v.program = filepath.Join(v.module, "vault")
	c := exec.Command("go", "build", "-o", v.program, "./cmd/vault")
	c.Dir = v.module
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// testRun runs all pipelines once, in a folder of its own.
func (v *vault) testRun(t *testing.T, args ...string) {
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(v.module, canary+".d"), filepath.Join(dir, canary+".d")); err != nil {
		t.Fatal(err)
	}
	out, err := v.exec(dir, v.env, append(args, "-once", "works", "fails")...)
	if err == nil {
		t.Errorf("nothing failed:\n%s", out)
	}
	noSecret(t, strings.Join(args, " "), out)
	rows, err := os.ReadFile(filepath.Join(dir, "data", "rows.jsonl"))
	if err != nil || !strings.Contains(string(rows), "garbage") {
		t.Errorf("pipeline works stored %q (%v):\n%s", rows, err, out)
	}
	noSecret(t, "rows.jsonl", string(rows))
	for _, stage := range []string{"refused_in_url", "refused_basic", "refused_token", "hook", "cut", "down", "garbage", "wrong_type", "moved", "loop", "hook_record", "panics", "fails"} {
		if !regexp.MustCompile(`stage\W+` + stage + `\b`).MatchString(out) {
			t.Errorf("no word of the failure of stage %s:\n%s", stage, out)
		}
	}
	if !strings.Contains(out, "***") {
		t.Errorf("nothing was hidden, so nothing was tested:\n%s", out)
	}
}

// exec runs the program and returns all that it says.
func (v *vault) exec(dir string, env map[string]string, args ...string) (string, error) {
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
	out, err := v.exec(v.module, env, args...)
	if err == nil {
		t.Errorf("%v succeeds:\n%s", args, out)
	}
	noSecret(t, strings.Join(args, " "), out)
	return out
}

// missing are the settings of the service that have no default.
const missing = `connection.broker: url BROKER_URL
connection.broker: username BROKER_USER
connection.broker: password file:broker
connection.in_url: url URL_USER
connection.in_url: url URL_PASSWORD
connection.in_url: url WEB_HOST
connection.in_url: headers.X-Api-Key API_KEY
connection.basic: url WEB_URL
connection.basic: username BASIC_USER
connection.basic: password BASIC_PASSWORD
connection.token: url TLS_URL
connection.token: token file:token
connection.token: tls.ca CA_FILE
connection.token: tls.cert CERT_FILE
connection.token: tls.key KEY_FILE
store.rows: url ROWS_URL
stage.ok: url URL_KEY
stage.hook: url HOOK_URL
stage.hook: headers.X-Stage STAGE_TOKEN
stage.hook: query.key QUERY_SECRET
stage.hook: body.token BODY_SECRET
stage.cut: url CUT_URL
stage.cut: body BODY_SECRET
stage.down: url DOWN_URL
stage.hook_record: url HOOK_URL
stage.listen: topic TOPIC
stage.publish: topic TOPIC
stage.publish_garbage: topic TOPIC
stage.take: listen LISTEN
stage.take: path PATH_SECRET
stage.take: token LISTEN_TOKEN`

// testMissing starts the program without any setting: all that are missing are
// named at once, each at its place, and nothing is opened.
func (v *vault) testMissing(t *testing.T) {
	dir := t.TempDir()
	out, err := v.exec(dir, nil)
	if err == nil {
		t.Errorf("it runs without settings:\n%s", out)
	}
	var want []string
	for line := range strings.SplitSeq(missing, "\n") {
		space := strings.LastIndexByte(line, ' ')
		place, name := line[:space], line[space+1:]
		problem := "environment variable " + name + " is not set"
		if file, ok := strings.CutPrefix(name, "file:"); ok {
			problem = "cannot read the file of ${file:…}: open " + canary + ".d/" + file + ": no such file or directory"
		}
		want = append(want, "error: "+place+": "+problem+"\n")
	}
	slices.Sort(want)
	if have := slices.Sorted(strings.Lines(out)); !slices.Equal(have, want) {
		t.Errorf("it says\n%s\nand should say\n%s", strings.Join(have, ""), strings.Join(want, ""))
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("something was opened: %v, %v", entries, err)
	}
}

func (v *vault) testCheck(t *testing.T) {
	for _, args := range [][]string{{"-check"}, {"-check", "-log-level", "debug"}, {"-h"}} {
		out, err := v.exec(v.module, v.env, args...)
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
		noSecret(t, args[0], out)
	}
	out, _ := v.exec(v.module, v.env, "-check")
	for _, want := range []string{"connection.broker (" + v.env["BROKER_URL"], "store.rows (jsonl:data/rows.jsonl)"} {
		if !strings.Contains(out, want) {
			t.Errorf("-check does not say %q:\n%s", want, out)
		}
	}
}

// testWrong starts the program with settings that are wrong in many ways.
func (v *vault) testWrong(t *testing.T) {
	text := canary + ":wrong/" + canary + "?" + canary + "#{" + canary + "}"
	for name, values := range map[string][]string{
		"BROKER_URL": {text, "kafka://u:" + canary + "@h", "mqtt://h/" + canary, "ws://u:" + canary + "@127.0.0.1:1/" + canary + "?token=" + canary, canary, "mqtt://%zz" + canary},
		"WEB_URL":    {text, "ftp://u:" + canary + "@h", "http://u:" + canary + "@", "http://h/#" + canary, canary, "http://%zz" + canary},
		"TLS_URL":    {text, "https://127.0.0.1:1/" + canary, strings.Replace(v.env["TLS_URL"], "127.0.0.1", "localhost", 1) + "/" + canary},
		"HOOK_URL":   {text, "", "https://u:" + canary + "@[::1", v.env["TLS_URL"] + "/" + canary, canary},
		"WEB_HOST":   {"", "[" + canary}, "URL_USER": {"\n" + canary}, "API_KEY": {"line\n" + canary}, "STAGE_TOKEN": {"line\r\n" + canary},
		"CA_FILE": {canary, canary + ".d/key", "../" + canary, canary + ".d"}, "CERT_FILE": {canary + ".d/key"}, "KEY_FILE": {canary + ".d/cert"},
		"ROWS_URL": {text, canary, "", "postgres://u:" + canary + "@h/db", "sqlite:../" + canary, "sqlite:" + canary + "?mode=" + canary},
		"TIMEOUT":  {canary, "-1s" + canary}, "SAVE_TIMEOUT": {canary}, "EVERY": {canary, "0s"}, "DELAY": {canary}, "SESSION": {canary}, "PAUSE": {canary},
		"LIMIT": {canary, "1" + canary, "0B"}, "RATE": {canary, "1/" + canary},
		"TOPIC":  {canary + "/a+", "#/" + canary, "", strings.Repeat(canary, 20000)},
		"LISTEN": {canary, ":" + canary, canary + ":70000", "0.0.0.0:" + canary, ""}, "PATH_SECRET": {canary, "/a?" + canary, "/{" + canary + "}", "/a{" + canary + "}", "/../" + canary, ""},
		"LISTEN_TOKEN": {""}, "BROKER_USER": {canary + "-nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range values {
				env := map[string]string{}
				for n, other := range v.env {
					env[n] = other
				}
				env[name] = value
				v.fails(t, env, "-once", "-log-level", "debug")
			}
		})
	}
	t.Run("proxy", func(t *testing.T) {
		t.Parallel()
		env := map[string]string{"HTTP_PROXY": "http://u:" + canary + "@[bad"}
		for n, other := range v.env {
			env[n] = other
		}
		env["HOOK_URL"] = "http://hook.invalid/" + canary
		v.fails(t, env, "-once", "-pipelines", "hook")
	})
}

var encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}`)

// noSecret looks for the canary in a text: as it is, in other cases, and in
// what the text holds in base64.
func noSecret(t *testing.T, where, text string) {
	t.Helper()
	shown := func(s string) bool { return strings.Contains(strings.ToLower(s), canary) }
	allowed := strings.ReplaceAll(text, canary+".d/", "") // a path that stands in flow.toml
	for line := range strings.Lines(allowed) {
		if shown(line) {
			t.Errorf("%s shows a secret: %s", where, line)
		}
		for _, run := range encoded.FindAllString(strings.NewReplacer("-", "+", "_", "/").Replace(line), -1) {
			for skip := range 4 {
				part := run[skip:]
				if len(part)%4 == 1 {
					part = part[:len(part)-1]
				}
				if decoded, _ := base64.RawStdEncoding.DecodeString(part); shown(string(decoded)) {
					t.Errorf("%s shows a secret in base64: %s (%q)", where, line, decoded)
				}
			}
		}
	}
}

// TestNoSecretFindsOne makes sure that the test above can fail.
func TestNoSecretFindsOne(t *testing.T) {
	for _, text := range []string{
		"xx KANARI", "key=" + canary, base64.StdEncoding.EncodeToString([]byte("u:" + canary)), base64.RawURLEncoding.EncodeToString([]byte("us:" + canary)),
		"Basic " + base64.StdEncoding.EncodeToString([]byte("use:"+canary+"-<>")),
	} {
		probe := new(testing.T)
		noSecret(probe, "", text)
		if !probe.Failed() {
			t.Errorf("%q is not found", text)
		}
	}
}
