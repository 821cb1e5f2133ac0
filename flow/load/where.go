package load

import (
	"context"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// Condition is a field of a store's record and the value that it must have: a
// value of what arrives, or a text.
type Condition[T any] struct {
	Field string
	// Value returns the value; nil: it is the text.
	Value func(T) record.Value
	Text  string                    // may hold {field} and ${NAME}
	Fill  func(T) []string          // the texts of the fields of Text; nil: it has none
	Parse func(string) record.Value // reads the text
}

// condition is a Condition with its settings resolved.
type condition[T any] struct {
	field string
	value func(T) (any, error) // as [record.Schema.Values] gives it; nil equals nothing
}

// resolve resolves the text of the condition. A text without fields is read
// once.
func (c Condition[T]) resolve(s *flow.Setup, place string) condition[T] {
	if c.Value != nil {
		return condition[T]{c.Field, func(v T) (any, error) { return c.Value(v).Stored() }}
	}
	text := driver.NewTemplate(s, place, "where."+c.Field, c.Text, driver.Verbatim)
	if c.Fill != nil {
		return condition[T]{c.Field, func(v T) (any, error) { return c.read(text.Fill(c.Fill(v)...)) }}
	}
	value, err := c.read(text.Fill())
	if err != nil && !text.Missing() {
		s.Errorf(place, "where.%s: %w", c.Field, err)
	}
	return condition[T]{c.Field, func(T) (any, error) { return value, nil }}
}

// read reads a text as a value of the field.
func (c Condition[T]) read(text string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return c.Parse(text).Stored()
}

// Matcher is a store that finds records by the values of their fields itself.
// Of any other store each record is looked at.
type Matcher[T any] interface {
	// Match returns the records whose fields have these values, in the order of
	// Each. All matches are of one state of the store.
	Match(ctx context.Context, matches []record.Match) ([]T, error)
}
