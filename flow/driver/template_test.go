package driver

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

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
		equal(t, test.raw+": errors", wrongs(s), "")
	}
	s := setupWith(map[string]string{"P": password})
	behindField, _ := NewURLTemplate(s, "p", "o", "http://host/{x}//${P}@b", InURL).Fill("x")
	equal(t, "behind a field", behindField, "http://host/x//"+password+"@b")
}

// Servers and addresses to listen at are no secrets, and what is wrong in their
// place is not shown.
func TestServersAreNotHidden(t *testing.T) {
	var log strings.Builder
	s := setupTo(&log, map[string]string{
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
		log.Reset()
		if s.Logger().Info(text); !strings.Contains(log.String(), want) {
			t.Errorf("%s is shown as %s", text, log.String())
		}
	}
	equal(t, "errors", wrongs(s), `p: listen: kanari.bird is no address
p: listen: 8080 is no address`)
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
		{"header injection", "Bearer {a}", InHeader, []string{"x\r\nX-Evil: 1"}, "error: a header value cannot hold a line break or another control character"},
		{"header with a control character", "Bearer {a}", InHeader, []string{"x\x7f"}, "error: a header value cannot hold a line break or another control character"},
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
			equal(t, "errors", wrongs(s), "")
		})
	}
}

func TestFieldsOfATemplate(t *testing.T) {
	template := NewTemplate(setupWith(map[string]string{"A": "{x}"}), "p", "o", "{{no} {b}${A}/{a b}{b}", Verbatim)
	equal(t, "fields", strings.Join(template.Fields(), ", "), "b, a b, b")
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
	equal(t, "errors", wrongs(s), "p: o: { opens a field that is not closed\np: o: {} names no field")
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
