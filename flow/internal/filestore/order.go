package filestore

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Range returns those of the records whose field lies between from and to, in
// the order of that field. A record without the field lies in no range.
func Range[T any](o flow.StoreOptions[T], records iter.Seq2[T, error], field string, from, to any) ([]T, error) {
	position, low, high, err := driver.RangeArgs(o, field, from, to)
	if err != nil {
		return nil, err
	}
	found := []sortable[T]{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		values, err := o.Schema.Values(&r)
		if err != nil {
			return nil, fmt.Errorf("store %q: %w", o.Name, err)
		}
		if v := values[position]; v != nil && within(v, low, high) {
			found = append(found, sortable[T]{v, r})
		}
	}
	return inOrder(found), nil
}

// sortable is a record and the value that it is ordered by.
type sortable[T any] struct {
	value  any
	record T
}

// inOrder returns the records in the order of their values; those of equal
// ones stay in theirs.
func inOrder[T any](found []sortable[T]) []T {
	slices.SortStableFunc(found, func(a, b sortable[T]) int { return Compare(a.value, b.value) })
	list := make([]T, len(found))
	for i, f := range found {
		list[i] = f.record
	}
	return list
}

func within(v, low, high any) bool {
	return (low == nil || Compare(v, low) >= 0) && (high == nil || Compare(v, high) <= 0)
}

// Compare orders two values of one field, as a schema gives them.
func Compare(a, b any) int {
	switch a := a.(type) {
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b)
		}
		return -1 // b is a uint64, which is beyond int64
	case uint64:
		if b, ok := b.(uint64); ok {
			return cmp.Compare(a, b)
		}
		return 1
	case float64:
		return cmp.Compare(a, b.(float64))
	case string:
		return strings.Compare(a, b.(string))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	return 0
}
