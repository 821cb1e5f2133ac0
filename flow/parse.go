package flow

import (
	"encoding"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Functions that read the text of a value as a store holds it. Texts are those
// that {field} gives; one that is no value of the type is an error.

// ParseBool reads "true" or "false".
func ParseBool(text string) Value {
	if text != "true" && text != "false" {
		return unreadable("true or false")
	}
	return BoolValue(text == "true")
}

// ParseInt reads the decimal digits of a whole number that fits T.
func ParseInt[T ~int | ~int32 | ~int64](text string) Value {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || int64(T(n)) != n {
		return unreadable(fmt.Sprintf("a whole number that fits %T", T(0)))
	}
	return IntValue(n)
}

// ParseUint reads the decimal digits of a whole number that fits T.
func ParseUint[T ~uint32 | ~uint64](text string) Value {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || uint64(T(n)) != n {
		return unreadable(fmt.Sprintf("a whole number that fits %T", T(0)))
	}
	return UintValue(n)
}

// ParseFloat reads a decimal number. NaN and the infinities are errors.
func ParseFloat[T ~float32 | ~float64](text string) Value {
	f, err := strconv.ParseFloat(text, floatBits[T]())
	if err != nil {
		return unreadable("a number")
	}
	return FloatValue(T(f))
}

// ParseTime reads RFC 3339.
func ParseTime(text string) Value {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return unreadable("a time as in RFC 3339")
	}
	return TimeValue(t)
}

// ParseUnix reads whole seconds since 1970.
func ParseUnix(text string) Value {
	return parseEpoch(text, func(n int64) time.Time { return time.Unix(n, 0) })
}

// ParseUnixMilli reads whole milliseconds since 1970.
func ParseUnixMilli(text string) Value { return parseEpoch(text, time.UnixMilli) }

func parseEpoch(text string, at func(int64) time.Time) Value {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return unreadable("a time since 1970 as a whole number")
	}
	return TimeValue(at(n).UTC())
}

// ParseDuration reads a duration such as "1.5s".
func ParseDuration(text string) Value {
	d, err := time.ParseDuration(text)
	if err != nil {
		return unreadable(`a duration such as "1.5s"`)
	}
	return DurationValue(d)
}

// ParseText reads a value of a Go type from its text. Two texts of one value
// are the same afterwards.
func ParseText[T encoding.TextMarshaler, P interface {
	*T
	encoding.TextUnmarshaler
}](text string) Value {
	var v T
	if err := P(&v).UnmarshalText([]byte(text)); err != nil {
		return Value{err: err}
	}
	return TextValue(v)
}

// unreadable is the error of a text that is not what it should be. It does not
// hold the text: that may come from a setting.
func unreadable(what string) Value { return Value{err: errors.New("not " + what)} }
