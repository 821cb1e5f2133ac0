package flow

import (
	"bytes"
	"database/sql"
	"encoding"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Functions that generated Values and Targets are made of.

// JSONValue returns a nested value as JSON text.
func JSONValue[T any](v T, encode func(T, *jsontext.Encoder) error) (any, error) {
	text, err := Codec[T]{Encode: encode}.Marshal(v)
	return string(text), err
}

// TextValue returns a value of a Go type as its text.
func TextValue[T encoding.TextMarshaler](v T) (any, error) {
	text, err := v.MarshalText()
	return string(text), err
}

// OptionalValue returns nil for a missing value.
func OptionalValue[T any](v *T, value func(T) (any, error)) (any, error) {
	if v == nil {
		return nil, nil
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
			*v, err = time.Parse(time.RFC3339, string(text))
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
