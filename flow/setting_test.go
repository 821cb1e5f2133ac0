package flow

import (
	"errors"
	"math"
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
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from file\r\n\n"), 0o600); err != nil {
		t.Fatal(err)
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
		{"${A", "${A", ""},
		{"${file:" + file + "}", "from file", ""},
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
	const password = `p@ss/w:o?r#d %`
	for _, test := range []struct{ raw, want string }{
		{"postgres://joe:${P}@host/db", "postgres://joe:" + url.PathEscape(password) + "@host/db"},
		{"postgres://${P}:x@host/db", "postgres://" + url.PathEscape(password) + ":x@host/db"},
		{"${P}", password},
		{"http://host/${P}", "http://host/" + password},
		{"http://${P}/path", "http://" + password + "/path"},
		{"http://host?a=${P}@b", "http://host?a=" + password + "@b"},
	} {
		s := setupWith(map[string]string{"P": password})
		equal(t, test.raw, s.URL("p", "o", test.raw), test.want)
	}
	u, err := url.Parse(setupWith(map[string]string{"P": password}).URL("p", "o", "postgres://joe:${P}@host/db"))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := u.User.Password()
	equal(t, "password", got, password)
	equal(t, "host", u.Host, "host")
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
		{"3", `p: o: not a duration such as "30s" or "5m"`, 0},
		{"${NONE}", "p: o: environment variable NONE is not set", 0},
		{"${EMPTY}", `p: o: not a duration such as "30s" or "5m"`, 0},
	} {
		s := setupWith(map[string]string{"D": "90ms", "EMPTY": ""})
		equal(t, test.raw, s.Duration("p", "o", test.raw), test.want)
		equal(t, test.raw+": errors", s.wrongs(), test.wrong)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"0B": 0, "5B": 5, "64MiB": 64 << 20, "1GiB": 1 << 30, "2KiB": 2048, "3kB": 3000, "4MB": 4e6, "5GB": 5e9, "7 MiB": 7 << 20,
		"9223372036854775807B": math.MaxInt64,
	} {
		got, err := ParseSize(text)
		if err != nil || got != want {
			t.Errorf("%s: got %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "B", "-1B", "1.5MiB", "9223372036854775807KiB", "1mb", "1KiBB", "x5B"} {
		if n, err := ParseSize(text); err == nil {
			t.Errorf("%q is taken as %d", text, n)
		}
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
		{"much", `p: o: "much" is not a size such as "64MiB"`, 0},
		{"${EMPTY}", `p: o: "" is not a size such as "64MiB"`, 0},
		{"0MiB", "p: o: a size cannot be zero", 0},
		{"${NONE}", "p: o: environment variable NONE is not set", 0},
	} {
		s := setupWith(map[string]string{"S": "5B", "EMPTY": ""})
		equal(t, test.raw, s.Size("p", "o", test.raw), test.want)
		equal(t, test.raw+": errors", s.wrongs(), test.wrong)
	}
}

func TestSharedStoreThatCannotBeOpened(t *testing.T) {
	s := setupWith(nil)
	for range 2 { // two flows
		if st := OpenStore(s, StoreOptions[int]{Name: "a", URL: "${NONE}"}, map[string]Driver[int]{}); st != nil {
			t.Error("a store without a URL")
		}
	}
	OpenStore(s, StoreOptions[int]{Name: "b", URL: "redis:x"}, map[string]Driver[int]{"sqlite": nil, "jsonl": nil})
	equal(t, "errors", s.wrongs(), "store.a: url: environment variable NONE is not set\n"+
		`store.b: url: scheme "redis" is not compiled in; this program has jsonl, sqlite (add it to drivers in flow.toml)`)
}

func TestHidden(t *testing.T) {
	var s secrets
	for _, v := range []string{"hunter22", "hunter22extra", "fail", "abc", "mqtt://u:pa%20ss@h:1", "line one\nline two", "sqlite:data/x.db"} {
		s.add(v)
	}
	for text, want := range map[string]string{
		"hunter22extra and hunter22": "*** and ***",
		"xhunter22x":                 "x***x",
		"failed to fail.":            "failed to ***.",
		"abc":                        "abc",
		"at mqtt://u:pa%20ss@h:1":    "at ***",
		"password pa ss, pa%20ss":    "password ***, ***",
		`"line one\nline two"`:       `"***"`,
		"sqlite:data/x.db":           "***",
	} {
		equal(t, text, s.hide(text), want)
	}
	equal(t, "where data lies", s.hideInPlace("sqlite:data/x.db hunter22"), "sqlite:data/x.db ***")
	s.add("later-value")
	equal(t, "added later", s.hide("later-value"), "***")
	equal(t, "nothing to hide", new(secrets).hide("text"), "text")
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
		{"query is not started", "http://h/{a}", InURL, []string{"x?y=1#z"}, "http://h/x%3Fy=1%23z"},
		{"query", "http://h/?q={a}&r={b}", InURL, []string{"a&b=c", "x y+z"}, "http://h/?q=a%26b%3Dc&r=x+y%2Bz"},
		{"variable", "http://${HOST}/{a}", InURL, []string{"x"}, "http://{h}/x"}, // a value's braces are no field
		{"dollar before a field", "http://h/$${a}", InURL, []string{"x"}, "http://h/$x"},
		{"doubled brace", "{{a} {b}", Verbatim, []string{"x"}, "{a} x"},
		{"brace alone", "a { b", Verbatim, nil, "a { b"},
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
			got, err := s.Template("p", "o", test.raw, test.escape).Fill(test.values...)
			if err != nil {
				got = "error: " + err.Error()
			}
			equal(t, "text", got, test.want)
			equal(t, "errors", s.wrongs(), "")
		})
	}
}

// Whatever a record holds, a filled URL has the host and the segments of its
// template.
func FuzzURLTemplate(f *testing.F) {
	f.Add("a", "b")
	f.Add("../x", "a&b#c?d")
	s := setupWith(nil)
	template := s.Template("p", "url", "http://host/a/{x}/b?q={y}&r=1", InURL)
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

type myFloat float32

func TestTexts(t *testing.T) {
	at := time.Date(2026, 11, 23, 1, 2, 3, 450, time.UTC)
	for got, want := range map[string]string{
		BoolText(true): "true", IntText(int32(-5)): "-5", UintText(uint64(math.MaxUint64)): "18446744073709551615",
		FloatText(0.1): "0.1", FloatText(float32(0.1)): "0.1", FloatText(myFloat(0.3)): "0.3", FloatText(1e21): "1000000000000000000000",
		TimeText(at): "2026-11-23T01:02:03.00000045Z", BytesText([]byte{0xff}): "/w==",
	} {
		equal(t, "text", got, want)
	}
}
