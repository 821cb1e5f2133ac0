package main

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
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
	t.Run("drivers", v.testDrivers)
	t.Run("check and help", v.testCheck)
	t.Run("wrong", v.testWrong)
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

// testRun runs all pipelines once, in a folder of its own.
func (v *vault) testRun(t *testing.T, args ...string) {
	dir := v.newFolder(t)
	out, err := v.exec(t, dir, v.env, append(args, "-once", "works", "fails")...)
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
stage.read: path READ_PATH
stage.load: where.text WHERE_SECRET
stage.take: listen LISTEN
stage.take: path PATH_SECRET
stage.take: token LISTEN_TOKEN`

// testMissing starts the program without any setting: all that are missing are
// named at once, each at its place, and nothing is opened.
func (v *vault) testMissing(t *testing.T) {
	dir := t.TempDir()
	out, err := v.exec(t, dir, nil)
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
		out, err := v.exec(t, v.module, v.env, args...)
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
		noSecret(t, args[0], out)
	}
	out, _ := v.exec(t, v.module, v.env, "-check")
	for _, want := range []string{"connection.broker (mqtt://127.0.0.1:", "store.rows (jsonl:data/rows.jsonl)"} {
		if !strings.Contains(out, want) {
			t.Errorf("-check does not say %q:\n%s", want, out)
		}
	}
}

// testDrivers lets the environment choose among the schemes that are compiled
// in.
func (v *vault) testDrivers(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{"sqlite:data/rows.db": "data/rows.db", "jsonl:data/rows.jsonl": "data/rows.jsonl"} {
		dir := v.newFolder(t)
		out, err := v.exec(t, dir, v.with("ROWS_URL", url), "-once", "-pipelines", "works")
		if _, missing := os.Stat(filepath.Join(dir, want)); err != nil || missing != nil {
			t.Errorf("%s: %v, %v\n%s", url, err, missing, out)
		}
	}
	out := v.fails(t, v.with("ROWS_URL", "csv:data/rows.csv"))
	if want := "error: store.rows: url: its scheme is not compiled in; this program has jsonl, sqlite (add others to drivers in flow.toml)\n"; out != want {
		t.Errorf("it says %q, not %q", out, want)
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
		"TIMEOUT":  {canary, "-1s" + canary}, "SAVE_TIMEOUT": {canary}, "KEEP": {canary, "0s"}, "EVERY": {canary, "0s"}, "DELAY": {canary}, "SESSION": {canary}, "PAUSE": {canary},
		"LIMIT": {canary, "1" + canary, "0B"}, "RATE": {canary, "1/" + canary},
		"TOPIC":  {canary + "/a+", "#/" + canary, strings.Repeat(canary, 20000)},
		"LISTEN": {canary, ":" + canary, canary + ":70000", "0.0.0.0:" + canary, ""}, "PATH_SECRET": {canary, "/a?" + canary, "/{" + canary + "}", "/a{" + canary + "}", "/../" + canary, ""},
		"READ_PATH": {canary, "../" + canary, canary + ".d", ""}, "CRON": {canary, "0 0 * * " + canary, "@" + canary, "TZ=" + canary + " 0 0 * * *"}, "ZONE": {canary, ""},
		"LISTEN_TOKEN": {""}, "BROKER_USER": {canary + "-nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range values {
				v.fails(t, v.with(name, value), "-once", "-log-level", "debug")
			}
		})
	}
	t.Run("proxy", func(t *testing.T) {
		t.Parallel()
		env := v.with("HTTP_PROXY", "http://u:"+canary+"@[bad")
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

// TestSecretsStandEverywhere wants the service of the test to have a variable or
// a file at every option that may hold one.
func TestSecretsStandEverywhere(t *testing.T) {
	archive, err := txtar.ParseFile("../../testdata/secrets.txtar")
	if err != nil {
		t.Fatal(err)
	}
	file, diags := spec.Parse("flow.toml", archive.Files[0].Data)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	set := map[string]bool{}
	for _, tables := range file.Root.Entries {
		for _, table := range tables.Value.Entries {
			of := tables.Key
			if kind := table.Value.Get("kind"); kind != nil {
				of = kind.Value.Text
			}
			settings(set, of, table.Value)
		}
	}
	for _, s := range spec.Schemas() {
		wantSettings(t, set, s.Name, s.NotBuilt, s.Options)
	}
	for _, k := range templates.Kinds() {
		kind := k.Name
		if slices.Contains([]string{"http.get", "http.put", "http.patch", "http.delete"}, kind) {
			kind = "http.post" // whose settings are resolved by the same code
		}
		wantSettings(t, set, kind, k.NotBuilt, k.Options)
	}
}

// settings notes the options of a table that hold a variable: "store.url".
func settings(set map[string]bool, of string, v *spec.Value) {
	if strings.Contains(v.Text, "${") {
		set[of] = true
	}
	for _, e := range v.Entries {
		settings(set, of+"."+e.Key, e.Value)
		if set[of+"."+e.Key] {
			set[of] = true
		}
	}
}

// wantSettings wants a variable at each option of a table that may hold one.
// Those of every stage are resolved by the same code for all kinds.
func wantSettings(t *testing.T, set map[string]bool, table string, notBuilt bool, options []spec.Option) {
	t.Helper()
	types := []spec.OptionType{spec.Text, spec.URL, spec.Duration, spec.Size, spec.Rate, spec.Template, spec.Pairs, spec.Texts, spec.Body}
	for _, o := range options {
		at := table + "." + o.Name
		if o.Type == spec.Table && !o.NotBuilt {
			wantSettings(t, set, at, notBuilt, o.Options)
		}
		if notBuilt || o.NotBuilt || !slices.Contains(types, o.Type) || slices.Contains([]string{"stage.doc", "store.table"}, at) {
			continue
		}
		found := set[at]
		if rest, ok := strings.CutPrefix(at, "stage."); ok {
			found = slices.ContainsFunc(slices.Collect(maps.Keys(set)), func(s string) bool { return strings.HasSuffix(s, "."+rest) })
		}
		if rest, ok := strings.CutPrefix(at, "store.retry."); ok { // as those of stages
			found = set["http.post.retry."+rest]
		}
		if !found {
			t.Errorf("no secret stands at %s: add one to testdata/secrets.txtar, and a wrong value to testWrong", at)
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
