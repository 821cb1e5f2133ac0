package flow

import (
	"context"
	"fmt"
	"time"
)

// Condition is a field of a store's record and the value that it must have: a
// value of what arrives, or a text.
type Condition[T any] struct {
	Field string
	// Value returns the value; nil: it is the text.
	Value func(T) Value
	Text  string             // may hold {field} and ${NAME}
	Fill  func(T) []string   // the texts of the fields of Text; nil: it has none
	Parse func(string) Value // reads the text
}

// condition is a Condition with its settings resolved.
type condition[T any] struct {
	field string
	value func(T) (any, error) // as [Schema.Values] gives it; nil equals nothing
}

// resolve resolves the text of the condition. A text without fields is read
// once.
func (c Condition[T]) resolve(s *Setup, place string) condition[T] {
	if c.Value != nil {
		return condition[T]{c.Field, func(v T) (any, error) { return c.Value(v).stored() }}
	}
	noted := len(s.process.errs)
	text := s.Template(place, "where."+c.Field, c.Text, Verbatim)
	if c.Fill != nil {
		return condition[T]{c.Field, func(v T) (any, error) { return c.read(text.Fill(c.Fill(v)...)) }}
	}
	value, err := c.read(text.Fill())
	if err != nil && len(s.process.errs) == noted {
		s.Errorf(place, "where.%s: %w", c.Field, err)
	}
	return condition[T]{c.Field, func(T) (any, error) { return value, nil }}
}

// read reads a text as a value of the field.
func (c Condition[T]) read(text string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return c.Parse(text).stored()
}

// Match is a field and the value that it must have, as [Schema.Values] gives
// it. The value is not missing, so a record without the field does not match.
type Match struct {
	Field string
	Value any
}

// Matcher is a store that finds records by the values of their fields itself.
// Of any other store each record is looked at.
type Matcher[T any] interface {
	// Match returns the records whose fields have these values, in the order of
	// Each. All matches are of one state of the store.
	Match(ctx context.Context, matches []Match) ([]T, error)
}

// Filter returns a function that reports whether the fields of a record have
// these values, for stores that look at each of their records.
func (s Schema[T]) Filter(matches []Match) (func(*T) (bool, error), error) {
	row := make([]any, len(s.Fields)) // the values at the positions of their fields; nil where any does
	for _, m := range matches {
		i := s.Index(m.Field)
		if i < 0 {
			return nil, Permanent(fmt.Errorf("record %s has no field %q", s.Name, m.Field))
		}
		row[i] = m.Value
	}
	if len(matches) == 0 {
		return func(*T) (bool, error) { return true, nil }, nil
	}
	return func(record *T) (bool, error) {
		values, err := s.Values(record)
		if err != nil {
			return false, err
		}
		for i, want := range row {
			if want != nil && !sameValue(values[i], want) {
				return false, nil
			}
		}
		return true, nil
	}, nil
}

// sameValue compares two values of one field: times as instants.
func sameValue(a, b any) bool {
	if t, ok := a.(time.Time); ok {
		u, ok := b.(time.Time)
		return ok && t.Equal(u)
	}
	return a == b
}
