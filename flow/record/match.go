package record

import (
	"fmt"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Match is a field and the value that it must have, as [Schema.Values] gives
// it. The value is not missing, so a record without the field does not match.
type Match struct {
	Field string
	Value any
}

// Filter returns a function that reports whether the fields of a record have
// these values, for stores that look at each of their records.
func (s Schema[T]) Filter(matches []Match) (func(*T) (bool, error), error) {
	row := make([]any, len(s.Fields)) // the values at the positions of their fields; nil where any does
	for _, m := range matches {
		i := s.Index(m.Field)
		if i < 0 {
			return nil, fail.Permanent(fmt.Errorf("record %s has no field %q", s.Name, m.Field))
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
