package record

import (
	"encoding"
	"fmt"
	"time"

	"github.com/flowc-dev/flowc/internal/setting"
)

// Functions that read the text of a value as a store holds it. Texts are those
// that {field} gives; one that is no value of the type is an error.

// ParseBool reads "true" or "false".
func ParseBool(text string) Value {
	v, ok := setting.Bool(text)
	if !ok {
		return Value{err: fmt.Errorf("%q is neither true nor false", text)}
	}
	return BoolValue(v)
}

// ParseInt reads the decimal digits of a whole number that fits T.
func ParseInt[T ~int | ~int32 | ~int64](text string) Value {
	n, err := parseInt[T](text)
	return parsed(IntValue(n), err)
}

// ParseUint reads the decimal digits of a whole number that fits T.
func ParseUint[T ~uint32 | ~uint64](text string) Value {
	n, err := parseUint[T](text)
	return parsed(UintValue(n), err)
}

// ParseFloat reads a decimal number that fits T. NaN and the infinities are
// errors.
func ParseFloat[T ~float32 | ~float64](text string) Value {
	f, ok := setting.Float(text, floatBits[T]())
	if !ok {
		return Value{err: noFit[T](text)}
	}
	return FloatValue(T(f))
}

// ParseTime reads RFC 3339.
func ParseTime(text string) Value {
	t, err := parseTime(text)
	return parsed(TimeValue(t), err)
}

// ParseUnix reads seconds since 1970.
func ParseUnix(text string) Value {
	t, err := parseEpoch(text, time.Second)
	return parsed(TimeValue(t), err)
}

// ParseUnixMilli reads milliseconds since 1970.
func ParseUnixMilli(text string) Value {
	t, err := parseEpoch(text, time.Millisecond)
	return parsed(TimeValue(t), err)
}

// ParseDuration reads a duration such as "1.5s".
func ParseDuration(text string) Value {
	d, err := time.ParseDuration(text)
	return parsed(DurationValue(d), err)
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

// parsed is the value that was read, or the error of reading it.
func parsed(v Value, err error) Value {
	if err != nil {
		return Value{err: err}
	}
	return v
}
