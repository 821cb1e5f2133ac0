package record

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/internal/setting"
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
	if !setting.FitsYear(v) {
		return fail.Permanent(fmt.Errorf("the year %d is not between 0 and 9999", v.Year()))
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

func parseTime(text string) (time.Time, error) {
	t, ok := setting.Time(text)
	if !ok {
		return time.Time{}, notTime(text)
	}
	return t, nil
}

// notTime is the error of a text that is no time. Most of those that were meant
// as one lack the zone.
func notTime(text string) error {
	if _, ok := setting.Time(text + "Z"); ok {
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
	t, ok := setting.Epoch(text, unit)
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
