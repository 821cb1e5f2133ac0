package secret

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestHidden(t *testing.T) {
	var s Set
	for _, v := range []string{"hunter22", "hunter22extra", "fail", "abc", "mqtt://u:pa%20ss@h:1", "line one\nline two", "sqlite:data/x.db"} {
		s.Add(v)
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
		equal(t, text, s.Hide(text), want)
	}
	equal(t, "where data lies", s.HideInPlace("sqlite:data/x.db hunter22"), "sqlite:data/x.db ***")
	s.Add("later-value")
	equal(t, "added later", s.Hide("later-value"), "***")
	equal(t, "nothing to hide", new(Set).Hide("text"), "text")
}

// noQuotes takes away what stands around a secret.
var noQuotes = strings.NewReplacer("<", "", ">", "", "u:", "", "@", "", "=", "", `"`, "", `\`, "", "%22", "", "&#34;", "", "%3D", "")

// A secret is found in whatever form a server, a library or a log writes it.
func TestHiddenInEveryForm(t *testing.T) {
	for _, secret := range []string{
		"plainsecret", `quo"ted\secret`, "two  words<&>", "per%cent+and/slash", "percent%2Fencoded%20value", "line\nbreak\tsecret", "ünïcödé–secret", "p@ss:w/o?r#d",
	} {
		var s Set
		s.Add(secret)
		inJSON, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{
			secret, strconv.Quote(secret), string(inJSON), html.EscapeString(secret),
			url.PathEscape(secret), url.QueryEscape(secret), url.UserPassword("u", secret).String(),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
			strings.Join(strings.Fields(secret), " "),
			strconv.Quote(string(inJSON)), strconv.Quote(strconv.Quote(secret)), url.QueryEscape(url.QueryEscape(secret)),
			html.EscapeString(html.EscapeString(secret)), url.QueryEscape(string(inJSON)), html.EscapeString(string(inJSON)),
			strconv.QuoteToASCII(secret), asciiJSON(secret),
			url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("Basic user:" + secret))),
			strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte("user:"+secret)), "/", `\/`),
		}
		if strings.ToLower(secret) == secret {
			texts = append(texts, strings.ToLower(url.QueryEscape(secret)))
		}
		for _, text := range texts {
			got := s.Hide("<" + text + ">")
			rest := noQuotes.Replace(strings.Replace(got, hidden, "", 1))
			if rest != "" || got == rest {
				t.Errorf("%q, as %s, is %s", secret, text, got)
			}
		}
	}
}

// asciiJSON is how Python and others write JSON.
func asciiJSON(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit < ' ' || unit > '~' || unit == '"' || unit == '\\' {
			fmt.Fprintf(&b, `\u%04x`, unit)
			continue
		}
		b.WriteByte(byte(unit))
	}
	return b.String()
}

// What is no secret stays, whatever escapes stand beside it.
func TestNothingElseIsHidden(t *testing.T) {
	var s Set
	s.Add("hunter22")
	s.Add(`a\b"c&d%e f`)
	for _, text := range []string{
		"", "hunter2", "hunter 22", "%", "%2", "%zz", "&", "&amp", "\\", `\u12`, `\ud800\udc00 \x4`, "a+b", "…", "hun…",
		"aGVsbG8gd29ybGQgaG93IGFyZSB5b3U=", "a/long/path/of/a/file", strings.Repeat(`\`, 1000), strings.Repeat("a%5c", 1000), strings.Repeat("&amp;", 1000),
	} {
		equal(t, text, s.Hide(text), text)
	}
}

// Texts of any kind neither break the search nor make it slow, and what was
// hidden is gone.
func FuzzHide(f *testing.F) {
	f.Add(`p\\"&%x`, `it said "p\\\\\"&amp;%25x"`)
	f.Add("hunter22", "aHVudGVyMjI=")
	f.Fuzz(func(t *testing.T, value, text string) {
		var s Set
		s.Add(value)
		s.Hide(text)
		if len(value) < shortSecret || strings.Contains(value, "*") { // which stands where something was hidden
			return
		}
		for _, with := range []string{text + value + text, strconv.Quote(text + " " + value)} {
			if got := s.Hide(with); strings.Contains(got, value) {
				t.Errorf("%q in %q: %q", value, with, got)
			}
		}
	})
}

// What is secret of a URL is not shown where the rest of it is left out.
func TestPartsOfURLsAreHidden(t *testing.T) {
	var s Set
	s.Add("https://joe:hunter22@example.com/services/T0042?key=abcdefghij&mode=require#top")
	s.Add("http://127.0.0.1:8027/readings")
	s.Add("mqtts://[::1]:8883")
	s.Add("http://ops.example.com/hook")
	s.Add("ws://kanari/?x")
	for text, want := range map[string]string{
		"POST https://example.com/services/T0042: refused": "POST https://example.com***: refused",
		"no such path: /services/T0042":                    "no such path: ***",
		"key abcdefghij, mode require":                     "key ***, mode require",
		"joe:hunter22 and hunter22":                        "*** and ***",
		"GET http://127.0.0.1:8027/readings: refused":      "GET http://127.0.0.1:8027***: refused",
		"listening at http://127.0.0.1:8027":               "listening at http://127.0.0.1:8027",
		"connected to mqtts://[::1]:8883":                  "connected to mqtts://[::1]:8883",
		"POST http://ops.example.com/hook: refused":        "POST ***: refused", // its path is too short to be hidden by itself
		"dial ws://kanari/?x":                              "dial ***",
	} {
		equal(t, text, s.Hide(text), want)
	}
}

// The start of a secret that was cut off is hidden too.
func TestHiddenWhereTextsAreCut(t *testing.T) {
	var s Set
	s.Add("hunter22extra")
	for text, want := range map[string]string{
		"it said hunter22e… (record 1)":     "it said ***… (record 1)",
		"it said hunt…, hunter22extra, hu…": "it said ***…, ***, hu…",
		"… and hunter22extra…":              "… and ***…",
		"hunter22extr":                      "hunter22extr", // it was not cut by us
	} {
		equal(t, text, s.Hide(text), want)
	}
}

// Wherever a text is cut, nothing of a secret is left that would tell it.
func TestHiddenHoweverCut(t *testing.T) {
	const secret = `hunter"22\<&> /%+ü-end`
	var s Set
	s.Add(secret)
	inJSON, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		secret, strconv.Quote(secret), string(inJSON), url.QueryEscape(secret), html.EscapeString(secret), asciiJSON(secret),
		strconv.Quote(string(inJSON)), url.QueryEscape(url.QueryEscape(secret)),
	} {
		for end := range len(text) {
			cutOff := strings.ToValidUTF8(text[:end], "") + cut
			if got := s.Hide("it said " + cutOff); strings.Contains(got, "hunt") {
				t.Errorf("%s: %s", cutOff, got)
			}
		}
	}
	inBase64 := base64.StdEncoding.EncodeToString([]byte("user:" + secret))
	for end := range len(inBase64) {
		got := s.Hide("Basic " + inBase64[:end] + cut)
		shown, _ := base64.RawStdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(got, "Basic "), cut))
		if strings.Contains(string(shown), "hunt") {
			t.Errorf("%s: %s (%s)", inBase64[:end], got, shown)
		}
	}
}

// Names of the spec say where something happened; that a value is the same
// does not hide them.
func TestNamesAreNotHidden(t *testing.T) {
	var s Set
	s.Add("plant")
	s.Add("mqtt_readings")
	s.AddName("plant")
	equal(t, "a name", s.Hide(`flow "plant", stage "mqtt_readings"`), `flow "plant", stage "***"`)
	s.AddName("mqtt_readings")
	equal(t, "two names", s.Hide(`flow "plant", stage "mqtt_readings"`), `flow "plant", stage "mqtt_readings"`)
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
