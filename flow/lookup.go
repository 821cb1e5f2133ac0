package flow

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// What every store checks of its options and of the arguments of Get and Range, so that all of
// them say the same.

// KeyIndex returns the positions of the key fields in the schema. A key is
// made of required fields that hold one value each: a missing value equals no
// other one, and a nested one has many spellings.
func (o StoreOptions[T]) KeyIndex() ([]int, error) {
	if o.Mode == Upsert && len(o.Key) == 0 {
		return nil, errors.New(`key: mode "upsert" needs one`)
	}
	positions := make([]int, 0, len(o.Key))
	for _, name := range o.Key {
		i := o.Schema.Index(name)
		switch {
		case i < 0:
			return nil, fmt.Errorf("key: record %s has no field %q", o.Schema.Name, name)
		case o.Schema.Fields[i].Optional:
			return nil, fmt.Errorf("key: field %q of record %s may be missing; a key needs required fields", name, o.Schema.Name)
		case o.Schema.Fields[i].Type == FieldJSON:
			return nil, fmt.Errorf("key: field %q of record %s is a list, map, record or json; a key needs single values", name, o.Schema.Name)
		}
		positions = append(positions, i)
	}
	return positions, nil
}

// VersionIndex returns the position of the version field; -1 where there is none.
func (o StoreOptions[T]) VersionIndex() (int, error) {
	i := o.Schema.Index(o.Version)
	if i < 0 && o.Version != "" {
		return i, fmt.Errorf("version: record %s has no field %q", o.Schema.Name, o.Version)
	}
	return i, nil
}

// KeyArgs checks the arguments of Get and returns them as [Schema.Values]
// would give these fields.
func (o StoreOptions[T]) KeyArgs(args []any) ([]any, error) {
	if len(o.Key) == 0 {
		return nil, Permanent(fmt.Errorf("store %q has no key: Get needs one", o.Name))
	}
	if len(args) != len(o.Key) {
		return nil, Permanent(fmt.Errorf("store %q: Get takes %d values (%s), not %d", o.Name, len(o.Key), strings.Join(o.Key, ", "), len(args)))
	}
	values := make([]any, len(args))
	for i, name := range o.Key {
		v, err := o.Schema.Fields[o.Schema.Index(name)].value(args[i])
		if err != nil {
			return nil, Permanent(fmt.Errorf("store %q: Get: %w", o.Name, err))
		}
		values[i] = v
	}
	return values, nil
}

// RangeArgs checks the arguments of Range. It returns the position of the
// field and the bounds as [Schema.Values] would give them; nil for an open one.
func (o StoreOptions[T]) RangeArgs(field string, from, to any) (index int, low, high any, err error) {
	index = o.Schema.Index(field)
	if index < 0 {
		return 0, nil, nil, Permanent(fmt.Errorf("store %q: Range: record %s has no field %q", o.Name, o.Schema.Name, field))
	}
	f := o.Schema.Fields[index]
	if !f.ordered() {
		return 0, nil, nil, Permanent(fmt.Errorf("store %q: Range: field %q is a %s; a range needs a number, a string or a time", o.Name, field, f.Type))
	}
	if low, err = f.bound(from); err == nil {
		high, err = f.bound(to)
	}
	if err != nil {
		return 0, nil, nil, Permanent(fmt.Errorf("store %q: Range: %w", o.Name, err))
	}
	return index, low, high, nil
}

// ordered reports whether the values of the field have an order that every
// store agrees on.
func (f Field) ordered() bool {
	switch f.Type {
	case FieldInt, FieldFloat, FieldString, FieldTime:
		return true
	}
	return false
}

func (f Field) bound(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return f.value(v)
}

// value turns a value of the field's Go type into what Values gives for it.
func (f Field) value(v any) (any, error) {
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
