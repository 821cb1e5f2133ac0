package flow

import (
	"slices"

	"github.com/flowc-dev/flowc/flow/record"
)

// Batch is values on their way through a pipeline. Each value knows which
// record of the source batch it came from, so that a record which one branch
// skips can be kept from a join, and an answer finds its caller.
//
// The zero Batch is empty. Stages take batches by value and never change the
// slice they were given.
type Batch[T any] struct {
	Values []T

	// origin[i] is the index of the source record that Values[i] came from;
	// nil means that value i came from record i.
	origin []int
	// lost holds the source records whose list lost an item since the last
	// Fork: such a list does not reach a join.
	lost []int
}

// Origin returns the index of the source record that value i came from.
func (b Batch[T]) Origin(i int) int {
	if b.origin == nil {
		return i
	}
	return b.origin[i]
}

// Fork returns the batch as one branch of a group sees it. Where branches must
// not share memory, copyOf makes a deep copy of each value; nil shares them.
func Fork[T any](b Batch[T], copyOf func(T) T) Batch[T] {
	b.lost = nil
	if copyOf != nil {
		b.Values = record.CloneList(b.Values, copyOf)
	}
	return b
}

// builder makes the batch that a step hands on, from the batch that it took.
type builder[U any] struct {
	values []U
	from   []int // origins of the batch taken; nil: identity
	origin []int // origins of the batch made; nil as long as nothing was dropped
	lost   []int
}

func newBuilder[U, T any](in Batch[T], size int) builder[U] {
	return builder[U]{values: make([]U, 0, size), from: in.origin, lost: in.lost}
}

// add appends a value made from value i of the batch taken.
func (b *builder[U]) add(i int, v U) {
	if b.origin == nil && i != len(b.values) {
		b.origin = make([]int, len(b.values), cap(b.values))
		for k := range b.origin {
			b.origin[k] = b.originOf(k)
		}
	}
	if b.origin != nil {
		b.origin = append(b.origin, b.originOf(i))
	}
	b.values = append(b.values, v)
}

// lose notes that the list of value i of the batch taken lost an item.
func (b *builder[U]) lose(i int) { b.lost = append(slices.Clip(b.lost), b.originOf(i)) }

func (b *builder[U]) originOf(i int) int {
	if b.from == nil {
		return i
	}
	return b.from[i]
}

func (b *builder[U]) batch() Batch[U] {
	origin := b.origin
	if origin == nil && b.from != nil {
		origin = b.from[:len(b.values)]
	}
	return Batch[U]{Values: b.values, origin: origin, lost: b.lost}
}
