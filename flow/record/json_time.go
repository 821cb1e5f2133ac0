package record

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Codecs of times: as RFC 3339, as numbers that count since 1970, and durations.

// EncodeTime writes a time as RFC 3339.
func EncodeTime(v time.Time, e *jsontext.Encoder) error {
	v = inMinutes(v)
	if err := checkYear(v); err != nil {
		return err
	}
	quoted := append(e.AvailableBuffer(), '"')
	quoted = append(v.AppendFormat(quoted, time.RFC3339Nano), '"')
	return e.WriteValue(quoted)
}

// checkYear refuses what RFC 3339 cannot hold, and with it what numbers can:
// the types of time hold the same times.
func checkYear(v time.Time) error {
	if y := v.Year(); y < 0 || y > 9999 {
		return fail.Permanent(fmt.Errorf("the year %d is not between 0 and 9999", y))
	}
	return nil
}

// inMinutes returns a time in a zone whose offset RFC 3339 can hold: whole
// minutes, and less than a day. Zones before the railways had seconds.
func inMinutes(v time.Time) time.Time {
	const day = 24 * 60 * 60
	if _, offset := v.Zone(); offset%60 != 0 || offset <= -day || offset >= day {
		return v.UTC()
	}
	return v
}

// DecodeTime reads RFC 3339.
func DecodeTime(v *time.Time, d *jsontext.Decoder) error {
	text, err := readText(d)
	if err == nil {
		*v, err = parseTime(string(text))
		err = inBrief(string(text), err)
	}
	return err
}

// parseTime reads RFC 3339. That allows a space in the place of the T, for the
// sake of readability; Python writes times so. time.Parse would also take hours
// of one digit, commas and offsets of a day, which no other reader has to.
func parseTime(text string) (t time.Time, err error) {
	const space = len("2006-01-02")
	b := []byte(text)
	if len(b) > space && b[space] == ' ' {
		b[space] = 'T'
	}
	if t.UnmarshalText(b) != nil {
		return time.Time{}, notTime(text, b)
	}
	return t, nil
}

// notTime is the error of a text that is no time. Most of those that were meant
// as one lack the zone.
func notTime(text string, b []byte) error {
	var t time.Time
	if t.UnmarshalText(append(b, 'Z')) == nil {
		return fmt.Errorf("%q has no time zone: Z or an offset such as +02:00 is missing at its end", brief(text))
	}
	return fmt.Errorf("%q is not a time such as 2026-01-02T15:04:05Z (RFC 3339)", brief(text))
}

// EncodeUnix writes a time as seconds since 1970; parts of a second as
// decimals, all of them.
func EncodeUnix(v time.Time, e *jsontext.Encoder) error {
	if err := checkYear(v.UTC()); err != nil {
		return err
	}
	return e.WriteValue(appendUnix(nil, v))
}

// UnixText returns the seconds since 1970 as a decimal number.
func UnixText(v time.Time) string { return string(appendUnix(nil, v)) }

func appendUnix(b []byte, v time.Time) []byte {
	seconds, nanoseconds := v.Unix(), int64(v.Nanosecond())
	if nanoseconds == 0 {
		return strconv.AppendInt(b, seconds, 10)
	}
	if seconds < 0 { // nanoseconds count upwards from the second before
		b, seconds, nanoseconds = append(b, '-'), -seconds-1, int64(time.Second)-nanoseconds
	}
	return bytes.TrimRight(fmt.Appendf(b, "%d.%09d", seconds, nanoseconds), "0")
}

// DecodeUnix reads seconds since 1970.
func DecodeUnix(v *time.Time, d *jsontext.Decoder) error { return decodeEpoch(v, d, time.Second) }

// EncodeUnixMilli writes a time as milliseconds since 1970: whole ones, since
// that is what others expect.
func EncodeUnixMilli(v time.Time, e *jsontext.Encoder) error {
	if err := checkYear(v.UTC()); err != nil {
		return err
	}
	return e.WriteToken(jsontext.Int(v.UnixMilli()))
}

// DecodeUnixMilli reads milliseconds since 1970.
func DecodeUnixMilli(v *time.Time, d *jsontext.Decoder) error {
	return decodeEpoch(v, d, time.Millisecond)
}

// decodeEpoch reads a number of units since 1970.
func decodeEpoch(v *time.Time, d *jsontext.Decoder, unit time.Duration) error {
	number, err := readNumber(d)
	if err == nil {
		*v, err = parseEpoch(string(number), unit)
	}
	return err
}

func parseEpoch(text string, unit time.Duration) (time.Time, error) {
	t, ok := epochTime(text, unit)
	if !ok {
		return time.Time{}, fmt.Errorf("%s is not a time since 1970", brief(text))
	}
	if err := checkYear(t); err != nil {
		return time.Time{}, fmt.Errorf("%s is not a time since 1970: %w", brief(text), err)
	}
	if unit == time.Millisecond {
		return wholeMillis(t), nil
	}
	return t, nil
}

// epochTime reads a decimal number of units since 1970, rounded to nanoseconds.
// It goes by the digits: as a float64 a time of today would lose its last ones.
func epochTime(text string, unit time.Duration) (time.Time, bool) {
	if t, ok := plainEpochTime(text, unit); ok {
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

// plainEpochTime is epochTime for nearly all numbers that there are: those
// without an exponent and without parts of nanoseconds.
func plainEpochTime(text string, unit time.Duration) (time.Time, bool) {
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

// wholeMillis drops what a time(unix_ms) does not hold.
func wholeMillis(v time.Time) time.Time { return time.UnixMilli(v.UnixMilli()).UTC() }

// EncodeDuration writes a duration as "1.5s".
func EncodeDuration(v time.Duration, e *jsontext.Encoder) error { return EncodeString(v.String(), e) }

// DecodeDuration reads a duration such as "1.5s".
func DecodeDuration(v *time.Duration, d *jsontext.Decoder) error {
	return decodeText(d, func(text string) (err error) {
		*v, err = time.ParseDuration(text)
		return err
	})
}
