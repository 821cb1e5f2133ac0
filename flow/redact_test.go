package flow

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

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

// A secret is found in whatever form a server, a library or a log writes it.
func TestHiddenInEveryForm(t *testing.T) {
	for _, secret := range []string{
		"plainsecret", `quo"ted\secret`, "two  words<&>", "per%cent+and/slash", "percent%2Fencoded%20value", "line\nbreak\tsecret", "ünïcödé–secret", "p@ss:w/o?r#d",
	} {
		var s secrets
		s.add(secret)
		inJSON, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{
			secret, strconv.Quote(secret), string(inJSON), html.EscapeString(secret),
			url.PathEscape(secret), url.QueryEscape(secret), url.UserPassword("u", secret).String(),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
			strings.Join(strings.Fields(secret), " "),
		}
		if strings.ToLower(secret) == secret {
			texts = append(texts, strings.ToLower(url.QueryEscape(secret)))
		}
		for _, text := range texts {
			equal(t, text, strings.Trim(s.hide("<"+text+">"), "<>\"u:=@"), hidden)
		}
	}
}

// What is secret of a URL is not shown where the rest of it is left out.
func TestPartsOfURLsAreHidden(t *testing.T) {
	var s secrets
	s.add("https://joe:hunter22@example.com/services/T0042?key=abcdefghij&mode=require#top")
	s.add("http://127.0.0.1:8027/readings")
	for text, want := range map[string]string{
		"POST https://example.com/services/T0042: refused": "POST https://example.com***: refused",
		"no such path: /services/T0042":                    "no such path: ***",
		"key abcdefghij, mode require":                     "key ***, mode require",
		"joe:hunter22 and hunter22":                        "*** and ***",
		"GET http://127.0.0.1:8027/readings: refused":      "GET ***: refused",
		"listening at http://127.0.0.1:8027":               "listening at http://127.0.0.1:8027",
	} {
		equal(t, text, s.hide(text), want)
	}
}

// The start of a secret that was cut off is hidden too.
func TestHiddenWhereTextsAreCut(t *testing.T) {
	var s secrets
	s.add("hunter22extra")
	for text, want := range map[string]string{
		"it said hunter22e… (record 1)":     "it said ***… (record 1)",
		"it said hunt…, hunter22extra, hu…": "it said ***…, ***, hu…",
		"… and hunter22extra…":              "… and ***…",
		"hunter22extr":                      "hunter22extr", // it was not cut by us
	} {
		equal(t, text, s.hide(text), want)
	}
}

// Names of the spec say where something happened; that a value is the same
// does not hide them.
func TestNamesAreNotHidden(t *testing.T) {
	var s secrets
	s.add("plant")
	s.add("mqtt_readings")
	s.know("plant")
	equal(t, "a name", s.hide(`flow "plant", stage "mqtt_readings"`), `flow "plant", stage "***"`)
	s.know("mqtt_readings")
	equal(t, "two names", s.hide(`flow "plant", stage "mqtt_readings"`), `flow "plant", stage "mqtt_readings"`)
}

// The log hides a secret before it quotes what holds it.
func TestLogsHide(t *testing.T) {
	const secret = "hun\"ter\\22\n"
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		var s secrets
		s.add(secret)
		o := &output{secrets: &s, stderr: &b}
		log := newLogger(o, format, slog.LevelDebug).With("with", secret)
		log.Info("message "+secret, "text", secret, "error", errors.New(secret), "quoted", fmt.Errorf("it said %q", secret))
		if text := b.String(); strings.Contains(text, "hun") || strings.Count(text, hidden) != 5 {
			t.Errorf("%s: %s", format, text)
		}
	}
}
