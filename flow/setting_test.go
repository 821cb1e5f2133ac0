package flow

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func setupWith(vars map[string]string) *Setup {
	return &Setup{flow: "test", process: newProcess("test", env(vars))}
}

// wrongs returns what is wrong with the settings of a setup.
func (s *Setup) wrongs() string {
	if err := errors.Join(s.process.errs...); err != nil {
		return err.Error()
	}
	return ""
}

func TestSettings(t *testing.T) {
	dir := t.TempDir()
	file, huge := filepath.Join(dir, "secret"), filepath.Join(dir, "huge")
	for name, content := range map[string]string{file: "from\nfile\r\n\n", huge: strings.Repeat("x", maxFile+1)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ raw, want, wrong string }{
		{"plain", "plain", ""},
		{"", "", ""},
		{"${A}", "value", ""},
		{"x${A}y${A}", "xvalueyvalue", ""},
		{"${A:-default}", "value", ""},
		{"${NONE:-default}", "default", ""},
		{"${NONE:-}", "", ""},
		{"${NONE:-a:-b}", "a:-b", ""},
		{"${NONE:-a}b}", "ab}", ""},
		{"${EMPTY}", "", ""},
		{"${EMPTY:-default}", "default", ""},
		{"${DOLLAR}", "$A ${A}", ""}, // values are not resolved again
		{"$$", "$", ""},
		{"$${A}", "${A}", ""},
		{"$$$$", "$$", ""},
		{"$$${A}", "$value", ""},
		{"$A", "$A", ""},
		{"a$", "a$", ""},
		{"x${A", "", "p: o: ${…} is not closed"},
		{"${1A}", "", "p: o: ${…} names no variable"},
		{"${NONE:-${A}}", "${A}", ""}, // the default ends at the first }, and is no setting
		{"${file:" + file + "}", "from\nfile", ""},
		{"x${file:" + file + "}y", "xfrom\nfiley", ""},
		{"${file:" + dir + "}", "", "p: o: cannot read the file of ${file:…}: read " + dir + ": is a directory"},
		{"${file:../secret}", "", "p: o: cannot read the file of ${file:…}: " + errOutside.Error()},
		{"${file:a/../../secret}", "", "p: o: cannot read the file of ${file:…}: " + errOutside.Error()},
		{"${file:" + huge + "}", "", "p: o: cannot read the file of ${file:…}: " + huge + " holds more than 1MiB"},
		{"${NONE}", "", "p: o: environment variable NONE is not set"},
		{"x${NONE}${GONE}", "", "p: o: environment variable NONE is not set\np: o: environment variable GONE is not set"},
		{"${file:/no/such/file}", "", "p: o: cannot read the file of ${file:…}: open /no/such/file: no such file or directory"},
	} {
		s := setupWith(map[string]string{"A": "value", "EMPTY": "", "DOLLAR": "$A ${A}"})
		equal(t, test.raw, s.String("p", "o", test.raw), test.want)
		equal(t, test.raw+": errors", s.wrongs(), test.wrong)
	}
}

func TestURLsEncodeTheUserPart(t *testing.T) {
	const password = `p@ss/w:o?r#d %+`
	const encoded = "p%40ss%2Fw%3Ao%3Fr%23d%20%25%2B"
	for _, test := range []struct{ raw, want string }{
		{"postgres://joe:${P}@host/db", "postgres://joe:" + encoded + "@host/db"},
		{"postgres://${P}:x@host/db", "postgres://" + encoded + ":x@host/db"},
		{"postgres://${P}@host/db", "postgres://" + encoded + "@host/db"},
		{"postgres://${P}:${P}@host/${P}", "postgres://" + encoded + ":" + encoded + "@host/" + password},
		{"postgres://joe:${NONE:-a:b}@host", "postgres://joe:a%3Ab@host"}, // a default too
		{"${S}://joe:${P}@host", "postgres://joe:" + encoded + "@host"},
		{"http://host/a//${P}@b", "http://host/a//" + password + "@b"},
		{"${P}", password},
		{"http://host/${P}", "http://host/" + password},
		{"http://${P}/path", "http://" + password + "/path"},
		{"http://host?a=${P}@b", "http://host?a=" + password + "@b"},
	} {
		s := setupWith(map[string]string{"P": password, "S": "postgres"})
		equal(t, test.raw, s.URL("p", "o", test.raw), test.want)
		filled, _ := NewURLTemplate(s, "p", "o", test.raw, InURL).Fill()
		equal(t, test.raw+" as a template", filled, test.want)
		equal(t, test.raw+": errors", s.wrongs(), "")
	}
	s := setupWith(map[string]string{"P": password})
	behindField, _ := NewURLTemplate(s, "p", "o", "http://host/{x}//${P}@b", InURL).Fill("x")
	equal(t, "behind a field", behindField, "http://host/x//"+password+"@b")
}

// Every character may stand in a user name and in a password, and is read back
// by whoever parses the URL.
func TestEveryCharacterInTheUserPart(t *testing.T) {
	for c := rune(1); c < 0x180; c++ {
		user, password := "u"+string(c), string(c)+"p"
		s := setupWith(map[string]string{"U": user, "P": password})
		text := s.URL("p", "o", "http://${U}:${P}@host:80/path")
		u, err := url.Parse(text)
		if err != nil {
			t.Errorf("%q: %v", c, err)
			continue
		}
		got, _ := u.User.Password()
		equal(t, "user", u.User.Username(), user)
		equal(t, "password", got, password)
		equal(t, "rest", u.Host+u.Path, "host:80/path")
	}
}

// A value that is needed and empty is noted, as is one that is missing.
func TestEmptySettings(t *testing.T) {
	s := setupWith(map[string]string{"EMPTY": ""})
	equal(t, "string", s.String("p", "string", "${EMPTY}"), "")
	equal(t, "not empty", s.NonEmpty("p", "text", "${EMPTY}"), "")
	equal(t, "default", s.NonEmpty("p", "default", "${EMPTY:-}"), "")
	equal(t, "missing", s.NonEmpty("p", "missing", "${NONE}"), "")
	equal(t, "not given", s.NonEmpty("p", "nothing", ""), "")
	equal(t, "URL", s.URL("p", "url", "${EMPTY}"), "")
	equal(t, "errors", s.wrongs(), `p: text: the setting is empty
p: default: the setting is empty
p: missing: environment variable NONE is not set
p: url: the setting is empty`)
}

func TestDurationSettings(t *testing.T) {
	for _, test := range []struct {
		raw, wrong string
		want       time.Duration
	}{
		{"30s", "", 30 * time.Second},
		{"", "", 0},
		{"${D}", "", 90 * time.Millisecond},
		{"-3s", "p: o: a duration cannot be negative", 0},
		{"3", `p: o: not a duration such as "30s", "5m" or "720h" (there are no days)`, 0},
		{"${NONE}", "p: o: environment variable NONE is not set", 0},
		{"${EMPTY}", `p: o (from EMPTY): not a duration such as "30s", "5m" or "720h" (there are no days)`, 0},
	} {
		s := setupWith(map[string]string{"D": "90ms", "EMPTY": ""})
		equal(t, test.raw, s.Duration("p", "o", test.raw), test.want)
		equal(t, test.raw+": errors", s.wrongs(), test.wrong)
	}
}

func TestSizeSettings(t *testing.T) {
	for _, test := range []struct {
		raw, wrong string
		want       int64
	}{
		{"", "", 0},
		{"2KiB", "", 2048},
		{"${S}", "", 5},
		{"much", `p: o: not a size such as "64MiB"`, 0},
		{"${EMPTY}", `p: o (from EMPTY): not a size such as "64MiB"`, 0},
		{"0MiB", "p: o: a size cannot be zero", 0},
		{"${NONE}", "p: o: environment variable NONE is not set", 0},
	} {
		s := setupWith(map[string]string{"S": "5B", "EMPTY": ""})
		equal(t, test.raw, s.Size("p", "o", test.raw), test.want)
		equal(t, test.raw+": errors", s.wrongs(), test.wrong)
	}
}

func TestSharedStoreThatCannotBeOpened(t *testing.T) {
	s := setupWith(map[string]string{"REDIS": "redis:x", "PATH": "data/x.db", "EMPTY": ""})
	for range 2 { // two flows
		if st := OpenStore(s, StoreOptions[int]{Name: "a", URL: "${NONE}"}, map[string]Driver[int]{}); st != nil {
			t.Error("a store without a URL")
		}
	}
	for _, name := range []string{"REDIS", "PATH", "EMPTY"} {
		OpenStore(s, StoreOptions[int]{Name: strings.ToLower(name), URL: "${" + name + "}"}, map[string]Driver[int]{"sqlite": nil, "jsonl": nil})
	}
	equal(t, "errors", s.wrongs(), `store.a: url: environment variable NONE is not set
store.redis: url: its scheme is not compiled in; this program has jsonl, sqlite (add others to drivers in flow.toml)
store.path: url: its scheme is not compiled in; this program has jsonl, sqlite (add others to drivers in flow.toml)
store.empty: url: the setting is empty`)
}

// The environment chooses a scheme, in whatever case, among those compiled in.
func TestEnvironmentChoosesTheScheme(t *testing.T) {
	var opened []string
	driver := func(_ *Setup, _ StoreOptions[int], url string) Store[int] {
		opened = append(opened, url)
		return nil
	}
	drivers := map[string]Driver[int]{"sqlite": driver, "jsonl": driver}
	s := setupWith(map[string]string{"A": "JSONL:data/a.jsonl", "B": "data/b.db"})
	OpenStore(s, StoreOptions[int]{Name: "a", URL: "${A:-sqlite:data/a.db}"}, drivers)
	OpenStore(s, StoreOptions[int]{Name: "b", URL: "sqlite:${B}"}, drivers)
	OpenStore(s, StoreOptions[int]{Name: "c", URL: "${C:-sqlite:data/c.db}"}, drivers)
	equal(t, "opened", strings.Join(opened, " "), "JSONL:data/a.jsonl sqlite:data/b.db sqlite:data/c.db")
	equal(t, "errors", s.wrongs(), "")
}

// Servers and addresses to listen at are no secrets, and what is wrong in their
// place is not shown.
func TestServersAreNotHidden(t *testing.T) {
	s := setupWith(map[string]string{
		"SERVER": "db.example.com:8025", "HOST": "web.example.com", "PORT": "8443", "LISTEN": "0.0.0.0:8080",
		"PASSWORD": "hunter22", "PATH": "/hooks/T0042", "NO_HOST": "kanari bird", "NO_ADDRESS": "kanari.bird",
	})
	s.URL("p", "url", "http://joe:${PASSWORD}@${SERVER}${PATH}")
	NewURLTemplate(s, "p", "url", "https://${HOST}:${PORT}/${NO_ADDRESS}", InURL)
	s.URL("p", "url", "https://${NO_HOST}/")
	judge := func(text string) error {
		if text != "0.0.0.0:8080" {
			return fmt.Errorf("%s is no address", text)
		}
		return nil
	}
	s.Address("p", "listen", "${LISTEN}", judge)
	s.Address("p", "listen", "${NO_ADDRESS}", judge)
	s.Address("p", "listen", "8080", judge)
	for text, want := range map[string]string{
		"db.example.com:8025, https://web.example.com:8443, 0.0.0.0:8080": "db.example.com:8025, https://web.example.com:8443, 0.0.0.0:8080",
		"hunter22, /hooks/T0042, kanari bird, kanari.bird":                "***, ***, ***, ***",
	} {
		equal(t, "shown", s.process.secret.Hide(text), want)
	}
	equal(t, "errors", s.wrongs(), `p: listen: kanari.bird is no address
p: listen: 8080 is no address`)
}

// Numbers with a unit are no secrets, and one that is wrong is not shown.
func TestNumbersAreNotHidden(t *testing.T) {
	s := setupWith(map[string]string{"D": "1500ms", "S": "5000MiB", "R": "1500/s", "WRONG": "hunter22"})
	s.Duration("p", "every", "${D}")
	s.Size("p", "limit", "${S}")
	s.Limiter("p", "${R}")
	equal(t, "shown", s.process.secret.Hide("1500ms 5000MiB 1500/s"), "1500ms 5000MiB 1500/s")
	s.Duration("q", "every", "${WRONG}")
	s.Size("q", "limit", "${WRONG}")
	s.Limiter("q", "${WRONG}")
	equal(t, "errors", s.wrongs(), `q: every (from WRONG): not a duration such as "30s", "5m" or "720h" (there are no days)
q: limit (from WRONG): not a size such as "64MiB"
q: rate: not a rate above 0 such as "100/s"`)
}

func TestTemplates(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		escape    func(string) Escape
		values    []string
		want      string // "error: …" for an error
	}{
		{"none", "http://h/x", InURL, nil, "http://h/x"},
		{"path", "http://h/{a}/{b}", InURL, []string{"x y", "ü"}, "http://h/x%20y/%C3%BC"},
		{"path cannot be left", "http://h/{a}", InURL, []string{"../../etc"}, "http://h/..%2F..%2Fetc"},
		{"dots", "http://h/{a}", InURL, []string{".."}, `error: ".." cannot stand in the path of a URL`},
		{"empty segment", "http://h/orders/{a}", InURL, []string{""}, `error: "" cannot stand in the path of a URL`},
		{"empty part of a segment", "http://h/x{a}", InURL, []string{""}, "http://h/x"},
		{"empty value of the query", "http://h/?q={a}", InURL, []string{""}, "http://h/?q="},
		{"query is not started", "http://h/{a}", InURL, []string{"x?y=1#z"}, "http://h/x%3Fy=1%23z"},
		{"query", "http://h/?q={a}&r={b}", InURL, []string{"a&b=c", "x y+z"}, "http://h/?q=a%26b%3Dc&r=x+y%2Bz"},
		{"variable", "http://${HOST}/{a}", InURL, []string{"x"}, "http://{h}/x"}, // a value's braces are no field
		{"dollar before a field", "http://h/$${a}", InURL, []string{"x"}, "http://h/$x"},
		{"doubled brace", "{{a} {b}", Verbatim, []string{"x"}, "{a} x"},
		{"header", "Bearer {a}", InHeader, []string{"tok en"}, "Bearer tok en"},
		{"header injection", "Bearer {a}", InHeader, []string{"x\r\nX-Evil: 1"}, "error: a header value cannot hold a line break or NUL"},
		{"JSON", `{{"a": "{a}"}`, InJSON, []string{`"}, {"x": "` + "\n\\"}, `{"a": "\"}, {\"x\": \"\n\\"}`},
		{"JSON that is not UTF-8", `"{a}"`, InJSON, []string{"\xff"}, "error: a JSON string cannot hold it: jsontext: invalid UTF-8"},
		{"topic", "plant/{a}/x", InTopic, []string{"press 1"}, "plant/press 1/x"},
		{"topic level", "plant/{a}", InTopic, []string{"a/b"}, `error: "a/b" cannot stand in a level of an MQTT topic: it is empty or holds / + # or NUL`},
		{"topic wildcard", "plant/{a}", InTopic, []string{"#"}, `error: "#" cannot stand in a level of an MQTT topic: it is empty or holds / + # or NUL`},
		{"empty topic level", "plant/{a}", InTopic, []string{""}, `error: "" cannot stand in a level of an MQTT topic: it is empty or holds / + # or NUL`},
		{"too few", "{a}{b}", Verbatim, []string{"x"}, "error: template takes 2 values, not 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := setupWith(map[string]string{"HOST": "{h}"})
			got, err := NewTemplate(s, "p", "o", test.raw, test.escape).Fill(test.values...)
			if err != nil {
				got = "error: " + err.Error()
			}
			equal(t, "text", got, test.want)
			equal(t, "errors", s.wrongs(), "")
		})
	}
}

// A field that is none is noted: flowc refuses it, so only wiring by hand has
// one.
func TestTemplateThatIsNone(t *testing.T) {
	s := setupWith(nil)
	for _, raw := range []string{"a { b", "a {} b"} {
		if !NewTemplate(s, "p", "o", raw, Verbatim).Missing() {
			t.Errorf("%q is taken", raw)
		}
	}
	equal(t, "errors", s.wrongs(), "p: o: { opens a field that is not closed\np: o: {} names no field")
}

// Whatever a record holds, a filled URL has the host and the segments of its
// template.
func FuzzURLTemplate(f *testing.F) {
	f.Add("a", "b")
	f.Add("../x", "a&b#c?d")
	s := setupWith(nil)
	template := NewTemplate(s, "p", "url", "http://host/a/{x}/b?q={y}&r=1", InURL)
	f.Fuzz(func(t *testing.T, x, y string) {
		text, err := template.Fill(x, y)
		if err != nil {
			return
		}
		u, err := url.Parse(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		q := u.Query()
		if u.Host != "host" || strings.Count(u.EscapedPath(), "/") != 3 || u.Fragment != "" || len(q) != 2 || q.Get("q") != y || u.Path != "/a/"+x+"/b" {
			t.Errorf("%q and %q make %q", x, y, text)
		}
	})
}
