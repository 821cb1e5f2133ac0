package http

import (
	"encoding/json"
	"io"
	"math"
	nethttp "net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// alarm is an object of every kind of value.
var alarm = Object{
	{Name: "text", Value: Text("{sensor}: {value} {{°C} in ${ROOM}")},
	{Name: "value", Value: Raw("{value}")},
	{Name: "sensor", Value: Text("{sensor}")},
	{Name: `a "name" {sensor}`, Value: Raw("true")},
	{Name: "tags", Value: List{Text("a"), Text("{sensor}"), List{}, Raw("-1.5e3")}},
	{Name: "meta", Value: Object{{Name: "room", Value: Text("${ROOM}")}, {Name: "none", Value: Object{}}}},
}

// bodyOf returns what is sent for values of the fields of an object.
func bodyOf(t *testing.T, o Object, env []string, texts ...string) (string, error) {
	t.Helper()
	var b *jsonBody
	open(t, env, func(s *flow.Setup) { b = newJSONBody(s, "call", o) })
	text, err := b.fill(texts)
	return string(text), err
}

func TestJSONBody(t *testing.T) {
	const want = `{"text":"a\"\\b: 1.5 {°C} in the \"red\"\n{room}","value":1.5,"sensor":"a\"\\b","a \"name\" {sensor}":true,` +
		`"tags":["a","a\"\\b",[],-1.5e3],"meta":{"room":"the \"red\"\n{room}","none":{}}}`
	sensor := `a"\b`
	got, err := bodyOf(t, alarm, []string{"ROOM=the \"red\"\n{room}"}, sensor, "1.5", "1.5", sensor, sensor)
	if err != nil || got != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	if got, err := bodyOf(t, Object{}, nil); err != nil || got != "{}" {
		t.Error(got, err)
	}
}

func TestJSONBodyRefuses(t *testing.T) {
	number, text := Object{{Name: "n", Value: Raw("{n}")}}, Object{{Name: "t", Value: Text("<{t}>")}}
	for _, test := range []struct {
		object Object
		values []string
		want   string
	}{
		{number, []string{record.FloatText(math.NaN())}, "JSON cannot hold the number NaN"},
		{number, []string{record.FloatText(math.Inf(-1))}, "JSON cannot hold the number -Inf"},
		{number, []string{`1,"x":2`}, "JSON cannot hold the number"},
		{text, []string{"\xff"}, "a JSON string cannot hold it"},
		{text, nil, "the body takes 1 values, not 0"},
	} {
		_, err := bodyOf(t, test.object, nil, test.values...)
		if err == nil {
			t.Errorf("%q is taken", test.values)
			continue
		}
		mustContain(t, err.Error(), test.want)
	}
}

func TestJSONBodySettings(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"${MISSING}", "call: body.meta.room: environment variable MISSING is not set"},
		{"${LATIN}", "call: body.meta.room: a JSON string cannot hold it"},
	} {
		o := Object{{Name: "meta", Value: Object{{Name: "room", Value: Text(test.text)}}}, {Name: "x", Value: Raw("1")}}
		text := openFails(t, []string{"LATIN=caf\xe9 s3cret"}, func(s *flow.Setup) {
			NewClient(s, ClientOptions[string, string]{Stage: stage("call"), Method: "POST", URL: "http://h/", JSON: o, Answer: record.Text()})
		})
		mustContain(t, text, test.want)
		mustNotContain(t, text, "s3cret", "\n")
	}
}

// TestBodies sends each kind of body; a first stage sends no content.
func TestBodies(t *testing.T) {
	var kind, body string
	var length int64
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		data, _ := io.ReadAll(r.Body)
		kind, body, length = r.Header.Get("Content-Type"), string(data), r.ContentLength
		_, _ = io.WriteString(w, "ok")
	})
	content := record.Whole(record.Text())
	for _, test := range []struct {
		name       string
		options    ClientOptions[string, string]
		first      bool
		kind, body string
	}{
		{"content", ClientOptions[string, string]{Content: content}, false, "text/plain; charset=utf-8", "v"},
		{"first", ClientOptions[string, string]{Content: content}, true, "", ""},
		{"none", ClientOptions[string, string]{}, false, "", ""},
		{"text", ClientOptions[string, string]{Body: `{{"a":1}`, Content: content}, false, "application/json", `{"a":1}`},
		{"text first", ClientOptions[string, string]{Body: `{{"a":1}`}, true, "application/json", `{"a":1}`},
		{"JSON", ClientOptions[string, string]{JSON: Object{}, Content: content}, false, "application/json", `{}`},
		{"JSON first", ClientOptions[string, string]{JSON: Object{}}, true, "application/json", `{}`},
		{"other type", ClientOptions[string, string]{JSON: Object{}, Headers: []flow.Header{{Name: "content-type", Value: "application/merge-patch+json"}}}, false, "application/merge-patch+json", `{}`},
	} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			o := test.options
			o.Method, o.URL = method, server.URL
			c := textClient(t, o)
			ask := func() (string, error) { return c.Ask(t.Context(), "v") }
			if test.first {
				ask = func() (string, error) { return c.Get(t.Context()) }
			}
			if _, err := ask(); err != nil || kind != test.kind || body != test.body || length != int64(len(test.body)) {
				t.Errorf("%s %s: %v, %q, %q, length %d", method, test.name, err, kind, body, length)
			}
		}
	}
}

// FuzzJSONBody makes sure that no value of a setting or a field breaks out of
// its string.
func FuzzJSONBody(f *testing.F) {
	f.Add(`"`, `\`)
	f.Add("a\x00b\u2028", `","value":"x`)
	f.Add("\xff", "é")
	f.Fuzz(func(t *testing.T, setting, field string) {
		object := Object{{Name: "a", Value: Text("${S}-{f}")}, {Name: "b", Value: List{Text("{f}")}}}
		if !utf8.ValidString(setting) || strings.ContainsRune(setting, 0) {
			return // refused at start; no environment holds it
		}
		text, err := bodyOf(t, object, []string{"S=" + setting}, field, field)
		if err != nil {
			if utf8.ValidString(field) {
				t.Fatal(err)
			}
			return
		}
		var got struct {
			A string
			B []string
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got.A != setting+"-"+field || len(got.B) != 1 || got.B[0] != field {
			t.Errorf("%s", text)
		}
	})
}
