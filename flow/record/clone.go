package record

import (
	"maps"
	"slices"
)

// CloneList returns a copy of a list whose items are copied by copyOf; a nil
// copyOf copies them by assignment. A nil list stays nil.
func CloneList[T any](list []T, copyOf func(T) T) []T {
	if list == nil {
		return nil
	}
	clone := slices.Clone(list)
	if copyOf == nil {
		return clone
	}
	for i, v := range list {
		clone[i] = copyOf(v)
	}
	return clone
}

// CloneMap returns a copy of a map whose values are copied by copyOf; a nil
// copyOf shares them. A nil map stays nil.
func CloneMap[T any](m map[string]T, copyOf func(T) T) map[string]T {
	clone := maps.Clone(m)
	if copyOf == nil {
		return clone
	}
	for k, v := range clone {
		clone[k] = copyOf(v)
	}
	return clone
}

// CloneOptional returns a copy of a value that may be missing; a nil copyOf
// copies it by assignment.
func CloneOptional[T any](v *T, copyOf func(T) T) *T {
	if v == nil {
		return nil
	}
	clone := *v
	if copyOf != nil {
		clone = copyOf(clone)
	}
	return &clone
}
