package record

import (
	"encoding"
	"fmt"
	"math"
	"time"
)

// Ordered reports whether the values of the field have an order that every
// store agrees on.
func (f Field) Ordered() bool {
	switch f.Type {
	case FieldInt, FieldFloat, FieldString, FieldTime:
		return true
	}
	return false
}

// Bound is Value for an end of a range; nil leaves that end open.
func (f Field) Bound(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return f.Value(v)
}

// Value turns a value of the field's Go type into what Values gives for it.
func (f Field) Value(v any) (any, error) {
	switch f.Type {
	case FieldBool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case FieldInt:
		if n, ok := wholeNumber(v); ok {
			return n, nil
		}
		if n, ok := v.(uint64); ok { // beyond int64
			return n, nil
		}
	case FieldFloat:
		if n, ok := number(v); ok {
			return n, nil
		}
	case FieldString:
		return f.text(v)
	case FieldBytes:
		if b, ok := v.([]byte); ok {
			return b, nil
		}
	case FieldTime:
		if t, ok := v.(time.Time); ok && f.Unit == time.Millisecond {
			return wholeMillis(t), nil
		} else if ok {
			return t.UTC(), nil
		}
	case FieldDuration:
		if d, ok := v.(time.Duration); ok {
			return d.String(), nil
		}
	}
	return nil, f.mismatch(v)
}

// text takes a string, or a value of a Go type that is stored as its text.
func (f Field) text(v any) (any, error) {
	switch s := v.(type) {
	case string:
		return s, nil
	case time.Time: // has a text, but no field of strings is made of times
	case encoding.TextMarshaler:
		text, err := s.MarshalText()
		return string(text), FieldError(f.Name, err)
	}
	return nil, f.mismatch(v)
}

func (f Field) mismatch(v any) error {
	return fmt.Errorf("field %q is a %s, which %v (%T) is not", f.Name, f.Type, v, v)
}

func wholeNumber(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	case uint32:
		return int64(n), true
	case uint64:
		return int64(n), n <= math.MaxInt64
	}
	return 0, false
}

// number takes whole numbers too: a constant such as 5 is an int in Go.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float32:
		return float64(n), !math.IsNaN(float64(n))
	case float64:
		return n, !math.IsNaN(n)
	}
	if n, ok := v.(uint64); ok {
		return float64(n), true
	}
	n, ok := wholeNumber(v)
	return float64(n), ok
}

// String names the type as a spec does.
func (t FieldType) String() string {
	switch t {
	case FieldBool:
		return "bool"
	case FieldInt:
		return "whole number"
	case FieldFloat:
		return "number"
	case FieldString:
		return "string"
	case FieldBytes:
		return "bytes"
	case FieldTime:
		return "time"
	case FieldDuration:
		return "duration"
	}
	return "nested value"
}
