package driver

import (
	"time"

	"github.com/flowc-dev/flowc/flow"
)

// Expiry is a Keep with its age resolved. The zero Expiry keeps all records.
type Expiry[T any] struct {
	age   time.Duration
	stamp func(*T) *time.Time
}

// NewExpiry resolves how long a store keeps its records.
func NewExpiry[T any](s *flow.Setup, o flow.StoreOptions[T]) Expiry[T] {
	if o.Keep.Stamp == nil {
		return Expiry[T]{}
	}
	age := s.Core().Positive("store."+o.Name, "keep", o.Keep.Age, "no time at all; leave it out to keep all records")
	return Expiry[T]{age: age, stamp: o.Keep.Stamp}
}

// On reports whether records are ever removed.
func (e Expiry[T]) On() bool { return e.stamp != nil }

// Before returns the cutoff at a time: records whose stamp is earlier have
// expired.
func (e Expiry[T]) Before(now time.Time) time.Time { return now.Add(-e.age) }

// Over reports whether a record has expired, by a cutoff that Before returned.
func (e Expiry[T]) Over(r *T, before time.Time) bool {
	stamp := e.Stamp(r)
	return stamp != nil && stamp.Before(before)
}

// Stamp returns the stamp of a record; nil where it is missing, or of no
// interest.
func (e Expiry[T]) Stamp(r *T) *time.Time {
	if e.stamp == nil {
		return nil
	}
	return e.stamp(r)
}
