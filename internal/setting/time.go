package setting

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Time reads RFC 3339. That allows a space in the place of the T, for the sake of
// readability; Python writes times so.
func Time(text string) (t time.Time, ok bool) {
	const space = len("2006-01-02")
	b := []byte(text)
	if len(b) > space && b[space] == ' ' {
		b[space] = 'T'
	}
	err := t.UnmarshalText(b)
	return t, err == nil
}

// FitsYear reports whether a time is of the years 0 to 9999, in its zone: others
// have no text.
func FitsYear(t time.Time) bool { return t.Year() >= 0 && t.Year() <= 9999 }

// Epoch reads a decimal number of units since 1970, rounded to nanoseconds.
// It goes by the digits: as a float64 a time of today would lose its last ones.
func Epoch(text string, unit time.Duration) (time.Time, bool) {
	if t, ok := plainEpoch(text, unit); ok {
		return t, true
	}
	digits, point, negative, ok := decimal(text)
	point += len(strconv.FormatInt(int64(unit), 10)) - 1 // of nanoseconds
	const most = len("253402300799000000000")            // the year 9999
	switch {
	case !ok || digits != "" && point > most:
		return time.Time{}, false
	case digits == "" || point < 0:
		return time.Unix(0, 0).UTC(), true
	}
	digits = strings.Repeat("0", most) + digits + strings.Repeat("0", max(0, point-len(digits))+1)
	end := most + point
	seconds, err := strconv.ParseInt(digits[:end-9], 10, 64)
	nanoseconds, more := strconv.ParseInt(digits[end-9:end], 10, 64)
	if digits[end] >= '5' {
		nanoseconds++
	}
	if negative {
		seconds, nanoseconds = -seconds, -nanoseconds
	}
	return time.Unix(seconds, nanoseconds).UTC(), err == nil && more == nil
}

// plainEpoch is Epoch for nearly all numbers that there are: those
// without an exponent and without parts of nanoseconds.
func plainEpoch(text string, unit time.Duration) (time.Time, bool) {
	before, behind, _ := strings.Cut(text, ".")
	whole, err := strconv.ParseInt(before, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	part, place := int64(0), int64(unit)
	for _, c := range []byte(behind) {
		if place /= 10; place == 0 || c < '0' || c > '9' {
			return time.Time{}, false
		}
		part += int64(c-'0') * place
	}
	if strings.HasPrefix(before, "-") {
		part = -part
	}
	perSecond := int64(time.Second / unit)
	return time.Unix(whole/perSecond, whole%perSecond*int64(unit)+part).UTC(), true
}

// decimal returns the digits of a number without noughts before them, and how
// many of them stand before its decimal point.
func decimal(text string) (digits string, point int, negative, ok bool) {
	mantissa, exponent := text, 0
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		n, err := strconv.Atoi(text[at+1:])
		if err != nil && !errors.Is(err, strconv.ErrRange) { // one out of range is as large as it can be
			return "", 0, false, false
		}
		far := len(text) + 1000
		mantissa, exponent = text[:at], max(-far, min(n, far))
	}
	mantissa, negative = strings.CutPrefix(mantissa, "-")
	if !negative {
		mantissa = strings.TrimPrefix(mantissa, "+")
	}
	before, behind, _ := strings.Cut(mantissa, ".")
	all := before + behind
	digits = strings.TrimLeft(all, "0")
	point = len(before) + exponent - (len(all) - len(digits))
	return digits, point, negative, before != "" && strings.Trim(all, "0123456789") == ""
}
