package driver

import (
	"errors"
	"fmt"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// What every store checks of its options and of the arguments of Get and Range, so that all of
// them say the same.

// KeyIndex returns the positions of the key fields in the schema. A key is
// made of required fields that hold one value each: a missing value equals no
// other one, and a nested one has many spellings.
func KeyIndex[T any](o flow.StoreOptions[T]) ([]int, error) {
	if o.Mode == flow.Upsert && len(o.Key) == 0 {
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
		case o.Schema.Fields[i].Type == record.FieldJSON:
			return nil, fmt.Errorf("key: field %q of record %s is a list, map, record or json; a key needs single values", name, o.Schema.Name)
		}
		positions = append(positions, i)
	}
	return positions, nil
}

// VersionIndex returns the position of the version field; -1 where there is none.
func VersionIndex[T any](o flow.StoreOptions[T]) (int, error) {
	i := o.Schema.Index(o.Version)
	if i < 0 && o.Version != "" {
		return i, fmt.Errorf("version: record %s has no field %q", o.Schema.Name, o.Version)
	}
	return i, nil
}

// KeyArgs checks the arguments of Get and returns them as [record.Schema.Values]
// would give these fields.
func KeyArgs[T any](o flow.StoreOptions[T], args []any) ([]any, error) {
	if len(o.Key) == 0 {
		return nil, flow.Permanent(fmt.Errorf("store %q has no key: Get needs one", o.Name))
	}
	if len(args) != len(o.Key) {
		return nil, flow.Permanent(fmt.Errorf("store %q: Get takes %d values (%s), not %d", o.Name, len(o.Key), strings.Join(o.Key, ", "), len(args)))
	}
	values := make([]any, len(args))
	for i, name := range o.Key {
		v, err := o.Schema.Fields[o.Schema.Index(name)].Value(args[i])
		if err != nil {
			return nil, flow.Permanent(fmt.Errorf("store %q: Get: %w", o.Name, err))
		}
		values[i] = v
	}
	return values, nil
}

// RangeArgs checks the arguments of Range. It returns the position of the
// field and the bounds as [record.Schema.Values] would give them; nil for an open one.
func RangeArgs[T any](o flow.StoreOptions[T], field string, from, to any) (index int, low, high any, err error) {
	index = o.Schema.Index(field)
	if index < 0 {
		return 0, nil, nil, flow.Permanent(fmt.Errorf("store %q: Range: record %s has no field %q", o.Name, o.Schema.Name, field))
	}
	f := o.Schema.Fields[index]
	if !f.Ordered() {
		return 0, nil, nil, flow.Permanent(fmt.Errorf("store %q: Range: field %q is a %s; a range needs a number, a string or a time", o.Name, field, f.Type))
	}
	if low, err = f.Bound(from); err == nil {
		high, err = f.Bound(to)
	}
	if err != nil {
		return 0, nil, nil, flow.Permanent(fmt.Errorf("store %q: Range: %w", o.Name, err))
	}
	return index, low, high, nil
}
