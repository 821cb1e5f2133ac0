package setting

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Problem is what is wrong with the text of a number with a unit.
type Problem int

// The problems of numbers.
const (
	Fine      Problem = iota
	Malformed         // it has another form
	Negative
	Zero     // where it cannot be
	TooLarge // for any machine
)

// Duration reads a duration as Go does: "1m30s". Zero is one.
func Duration(text string) (time.Duration, Problem) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, Malformed
	case d < 0:
		return 0, Negative
	}
	return d, Fine
}

// SizeForm is the pattern of a size.
const SizeForm = `^([0-9]+) ?(B|kB|KiB|MB|MiB|GB|GiB)$`

var (
	sizePattern = regexp.MustCompile(SizeForm)
	sizeUnits   = map[string]int64{"B": 1, "kB": 1e3, "KiB": 1 << 10, "MB": 1e6, "MiB": 1 << 20, "GB": 1e9, "GiB": 1 << 30}
)

// Size reads a size in bytes, above zero: "64MiB".
func Size(text string) (int64, Problem) {
	parts := sizePattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, Malformed
	}
	unit := sizeUnits[parts[2]]
	n, err := strconv.ParseInt(parts[1], 10, 64)
	switch {
	case err != nil || n > math.MaxInt64/unit:
		return 0, TooLarge
	case n == 0:
		return 0, Zero
	}
	return n * unit, Fine
}

// RateForm is the pattern of a rate.
const RateForm = `^[0-9]+(\.[0-9]+)?/(ms|s|m|h)$`

var (
	ratePattern = regexp.MustCompile(RateForm)
	rateUnits   = map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour}
)

// Rate reads a rate above zero, "100/s", as calls a second.
func Rate(text string) (perSecond float64, problem Problem) {
	if !ratePattern.MatchString(text) {
		return 0, Malformed
	}
	number, unit, _ := strings.Cut(text, "/")
	calls, err := strconv.ParseFloat(number, 64)
	perSecond = calls / rateUnits[unit].Seconds()
	switch {
	case err != nil || math.IsInf(perSecond, 0):
		return 0, TooLarge
	case perSecond == 0:
		return 0, Zero
	}
	return perSecond, Fine
}

// Int reads the decimal digits of a whole number that fits into a number of bits.
func Int(text string, bits int) (n int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, bits)
	return n, err == nil
}

// Uint is Int for a number without a sign.
func Uint(text string, bits int) (n uint64, ok bool) {
	n, err := strconv.ParseUint(text, 10, bits)
	return n, err == nil
}

// Float reads a decimal number that fits into a number of bits. What else Go
// takes for one is none: hexadecimal digits, _ between digits, NaN and infinities.
func Float(text string, bits int) (f float64, ok bool) {
	if strings.ContainsAny(text, "xX_") {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, bits)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// Bool reads "true" or "false".
func Bool(text string) (value, ok bool) {
	return text == "true", text == "true" || text == "false"
}
