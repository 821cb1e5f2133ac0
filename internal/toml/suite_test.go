package toml_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	tomltest "github.com/toml-lang/toml-test/v2"

	"github.com/flowc-dev/flowc/internal/toml"
)

// TestSuite runs the suite of the standard: each invalid file is refused at a
// place, each valid one is accepted with its values.
func TestSuite(t *testing.T) {
	r := tomltest.NewRunner(tomltest.Runner{Decoder: decoder{}, Version: "1.1", Timeout: time.Minute})
	names, err := r.List()
	if err != nil {
		t.Fatal(err)
	}
	passed := map[bool]int{}
	for _, name := range names {
		test := tomltest.Test{Path: name, Timeout: time.Minute}
		if test.Encoder() {
			continue // flowc writes no TOML
		}
		if test = test.Run(r.Decoder, r.Files); test.Failed() {
			t.Errorf("%s: %s\n%s\ngives %s", name, test.Failure, test.Input, test.Output)
		}
		passed[test.Invalid()]++
	}
	if passed[true] < 467 || passed[false] < 214 {
		t.Errorf("the suite has only %d invalid files and %d valid ones", passed[true], passed[false])
	}
}

// decoder is this package as the suite asks it: values as JSON, each with its type.
type decoder struct{}

func (decoder) Cmd() []string { return nil }

func (decoder) Run(_ context.Context, input string) (pid int, output string, isError bool, err error) {
	root, problems := toml.Parse([]byte(input))
	if len(problems) > 0 {
		at := problems[0].Span
		if at.Start < 0 || at.End < at.Start || at.End > len(input) || problems[0].Message == "" {
			return 0, "", true, fmt.Errorf("%q at bytes %d to %d of %d", problems[0].Message, at.Start, at.End, len(input))
		}
		return 0, problems[0].Message, true, nil
	}
	out, err := json.Marshal(tagged(root))
	return 0, string(out), false, err
}

// tagged returns a value in the form of the suite.
func tagged(v *toml.Value) any {
	switch v.Kind {
	case toml.Table:
		table := map[string]any{}
		for _, e := range v.Entries {
			table[e.Key] = tagged(e.Value)
		}
		return table
	case toml.Array:
		list := []any{}
		for _, item := range v.Items {
			list = append(list, tagged(item))
		}
		return list
	}
	sort, text := scalar(v)
	return map[string]string{"type": sort, "value": text}
}

func scalar(v *toml.Value) (sort, text string) {
	digits := strings.ReplaceAll(v.Text, "_", "")
	switch v.Kind {
	case toml.Integer:
		n, err := strconv.ParseInt(digits, 0, 64)
		if err != nil {
			return "integer", err.Error()
		}
		return "integer", strconv.FormatInt(n, 10)
	case toml.Float:
		return "float", digits
	case toml.Bool:
		return "bool", v.Text
	case toml.Time:
		return timeSort(v.Text), fullTime(v.Text)
	}
	return "string", v.Text
}

// timeSort names what a date, a time or both are.
func timeSort(text string) string {
	clock := text[max(0, strings.IndexAny(text, "Tt ")):]
	switch {
	case text[2] == ':':
		return "time-local"
	case len(text) == len("2006-01-02"):
		return "date-local"
	case strings.ContainsAny(clock, "Zz+-"):
		return "datetime"
	}
	return "datetime-local"
}

// fullTime returns a time with the seconds that it may leave out.
func fullTime(text string) string {
	text = strings.ToUpper(strings.Replace(text, " ", "T", 1))
	at := strings.IndexByte(text, ':') + len(":00")
	if at < len(":00") || strings.HasPrefix(text[at:], ":") {
		return text
	}
	return text[:at] + ":00" + text[at:]
}
