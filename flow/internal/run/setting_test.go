package run

import (
	"errors"
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
