package record

import (
	"bytes"
	"database/sql"
	"encoding"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Functions that generated Values and Targets are made of.

// Value is a field of a row, as [Schema.Values] has it; or the error that making
// it met.
type Value struct {
	value any
	err   error
}

// Stored returns the value as a store holds it.
func (v Value) Stored() (any, error) { return v.value, v.err }

// RowOf returns the values of a row, or the first error.
func RowOf(values ...Value) ([]any, error) {
	row := make([]any, len(values))
	for i, v := range values {
		if v.err != nil {
			return nil, fail.Permanent(v.err)
		}
		row[i] = v.value
	}
	return row, nil
}

// BoolValue returns a bool.
func BoolValue(v bool) Value { return Value{value: v} }

// IntValue returns a whole number.
func IntValue[T ~int | ~int32 | ~int64](v T) Value { return Value{value: int64(v)} }

// UintValue returns a whole number: as an int64 where it fits, so that equal
// ones are the same value.
func UintValue[T ~uint32 | ~uint64](v T) Value {
	if uint64(v) > math.MaxInt64 {
		return Value{value: uint64(v)}
	}
	return Value{value: int64(v)}
}

// FloatValue returns a number. NaN and the infinities are errors: databases
// hold them as NULL or not at all.
func FloatValue[T ~float32 | ~float64](v T) Value {
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{err: fmt.Errorf("a database cannot hold the number %v", f)}
	}
	return Value{value: float64(v)}
}

// WholeValue returns a number as a whole one. One with a fraction, and one that
// no whole number reaches, is a missing value: it equals none of them.
func WholeValue[T ~float32 | ~float64](v T) Value {
	f := float64(v)
	if f != math.Trunc(f) || f < math.MinInt64 || f >= math.MaxInt64 {
		return Value{}
	}
	return Value{value: int64(f)}
}

// StringValue returns a string.
func StringValue(v string) Value { return Value{value: v} }

// BytesValue returns bytes; nil ones are empty, not missing.
func BytesValue(v []byte) Value {
	if v == nil {
		v = []byte{}
	}
	return Value{value: v}
}

// TimeValue returns a time.
func TimeValue(v time.Time) Value { return Value{value: v} }

// UnixMilliValue returns a time(unix_ms): its whole milliseconds, as it is
// written as a number too. The key of a record must be the same in memory and
// wherever it is stored.
func UnixMilliValue(v time.Time) Value { return Value{value: wholeMillis(v)} }

// DurationValue returns a duration as text such as "1.5s".
func DurationValue(v time.Duration) Value { return Value{value: v.String()} }

// JSONValue returns a nested value as JSON text.
func JSONValue[T any](v T, encode func(T, *jsontext.Encoder) error) Value {
	text, err := Codec[T]{Encode: encode}.Marshal(v)
	return Value{value: string(text), err: err}
}

// TextValue returns a value of a Go type as its text.
func TextValue[T encoding.TextMarshaler](v T) Value {
	text, err := v.MarshalText()
	return Value{value: string(text), err: err}
}

// OptionalValue returns nil for a missing value.
func OptionalValue[T any](v *T, value func(T) Value) Value {
	if v == nil {
		return Value{}
	}
	return value(*v)
}

// scanner is a target of a database row.
type scanner func(src any) error

// Scan takes what the database gave.
func (s scanner) Scan(src any) error { return s(src) }

// ScanValue returns a target for a bool, number, string or bytes.
func ScanValue[T any](v *T) any {
	return scanner(func(src any) error {
		var n sql.Null[T]
		if err := n.Scan(src); err != nil {
			return err
		}
		if !n.Valid {
			return errNull
		}
		*v = n.V
		return nil
	})
}

// ScanTime returns a target for a time: a time, or a text as RFC 3339.
func ScanTime(v *time.Time) any {
	return scanner(func(src any) error {
		if t, ok := src.(time.Time); ok {
			*v = t
			return nil
		}
		return scanText(src, func(text []byte) (err error) {
			*v, err = parseTime(string(text))
			return err
		})
	})
}

// ScanDuration returns a target for a duration: a text such as "1.5s".
func ScanDuration(v *time.Duration) any {
	return scanner(func(src any) error {
		return scanText(src, func(text []byte) (err error) {
			*v, err = time.ParseDuration(string(text))
			return err
		})
	})
}

// ScanText returns a target for a value of a Go type.
func ScanText[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](v *T) any {
	return scanner(func(src any) error {
		return scanText(src, P(v).UnmarshalText)
	})
}

// ScanJSON returns a target for a nested value.
func ScanJSON[T any](v *T, decode func(*T, *jsontext.Decoder) error) any {
	return scanner(func(src any) error {
		return scanText(src, func(text []byte) error {
			return Codec[T]{Decode: decode}.Unmarshal(bytes.Clone(text), v)
		})
	})
}

// ScanOptional returns a target for a value that may be missing.
func ScanOptional[T any](v **T, target func(*T) any) any {
	return scanner(func(src any) error {
		if src == nil {
			*v = nil
			return nil
		}
		value := new(T)
		if err := target(value).(sql.Scanner).Scan(src); err != nil {
			return err
		}
		*v = value
		return nil
	})
}

// scanText passes a text that came as string or bytes to parse.
func scanText(src any, parse func([]byte) error) error {
	switch s := src.(type) {
	case string:
		return parse([]byte(s))
	case []byte:
		return parse(s)
	case int64: // a column that a person made as a number
		return parse(strconv.AppendInt(nil, s, 10))
	case nil:
		return errNull
	}
	return fmt.Errorf("a text expected, not %T", src)
}
