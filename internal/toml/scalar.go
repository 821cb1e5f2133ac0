package toml

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// word reads what stands up to a blank, a comment, or what ends an item; of a date
// and a time with a blank between them, both.
func (p *parser) word() string {
	start := p.i
	p.skipWord()
	if dateOnly.Match(p.text[start:p.i]) && timeBehind.Match(p.text[p.i:]) {
		p.i++
		p.skipWord()
	}
	if p.i == start { // an = or }
		p.i = p.sign().End
	}
	return string(p.text[start:p.i])
}

func (p *parser) skipWord() {
	for p.i < len(p.text) && strings.IndexByte(" \t\r\n,]}#", p.text[p.i]) < 0 {
		p.i++
	}
}

var (
	dateOnly   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	timeBehind = regexp.MustCompile(`^ [0-9]{2}:`)

	integer   = regexp.MustCompile(`^([+-]?(0|[1-9](_?[0-9])*)|0x[0-9A-Fa-f](_?[0-9A-Fa-f])*|0o[0-7](_?[0-7])*|0b[01](_?[01])*)$`)
	float     = regexp.MustCompile(`^[+-]?((0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?|inf|nan)$`)
	zeros     = regexp.MustCompile(`^[+-]?0[0-9][0-9_]*([.eE][0-9_.eE+-]*)?$`)
	number    = regexp.MustCompile(`^[+-]?(0[xob][0-9A-Fa-f_]*|[0-9][0-9_.eE+-]*)$`)
	timeLike  = regexp.MustCompile(`^[0-9]{1,4}[-:][0-9]`)
	timeParts = regexp.MustCompile(`^(?:([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]|$))?(?:([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?$`)
)

// scalar tells what a word is; it reports where it is none.
func (p *parser) scalar(word string, at Span) Kind {
	switch {
	case word == "true" || word == "false":
		return Bool
	case integer.MatchString(word):
		if _, fits := Int(word); !fits {
			p.report(at, hugeNumber)
		}
		return Integer
	case float.MatchString(word):
		return Float
	case timeLike.MatchString(word):
		if !validTime(word) {
			p.report(at, noTime)
		}
		return Time
	}
	p.report(at, noScalar(word))
	return String
}

// Int reads the text of an integer, which may be hexadecimal, octal or binary, and
// hold _ between digits. ok is false where it does not fit into 64 bits.
func Int(text string) (n int64, ok bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
	return n, err == nil
}

// noScalar says what is wrong with a word that is no value.
func noScalar(word string) fault {
	switch {
	case word == "\r":
		return loneReturn
	case strings.EqualFold(word, "true"):
		return noTrue
	case strings.EqualFold(word, "false"):
		return noFalse
	case zeros.MatchString(word):
		return zeroFirst
	case number.MatchString(word):
		return noNumber
	}
	return noValue
}

// validTime reports whether there is such a date, such a time, or both.
func validTime(word string) bool {
	m := timeParts.FindStringSubmatch(word)
	if m == nil || m[4] == "" && m[1] == "" {
		return false
	}
	date, clock, offset := m[1] != "", m[4] != "", m[7]
	if date && !validDate(m[1], m[2], m[3]) {
		return false
	}
	if !clock { // "2024-01-02T" ends too early
		return !strings.ContainsAny(word, "Tt ")
	}
	return m[4] <= "23" && m[5] <= "59" && m[6] <= "60" && (offset == "" || date && validOffset(offset))
}

func validDate(year, month, day string) bool {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return d > 0 && int(t.Month()) == m && t.Day() == d
}

func validOffset(offset string) bool {
	return len(offset) == 1 || offset[1:3] <= "23" && offset[4:6] <= "59"
}
