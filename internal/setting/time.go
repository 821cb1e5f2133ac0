package setting

import (
	"regexp"
	"strconv"
	"time"
)

// Time reads RFC 3339, which allows a space in the place of the T.
func Time(text string) (t time.Time, ok bool) {
	const space = len("2006-01-02")
	b := []byte(text)
	if len(b) > space && b[space] == ' ' {
		b[space] = 'T'
	}
	err := t.UnmarshalText(b)
	return t, err == nil
}

var (
	decimal  = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$`)
	earliest = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// IsEpoch reports whether a text is a number of units since 1970, of a time in
// the years 0 to 9999.
func IsEpoch(text string, unit time.Duration) bool {
	if !decimal.MatchString(text) {
		return false
	}
	n, err := strconv.ParseFloat(text, 64)
	perSecond := float64(time.Second / unit)
	return err == nil && n >= float64(earliest.Unix())*perSecond && n < float64(latest.Unix())*perSecond
}
