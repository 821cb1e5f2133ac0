package flow

import "time"

// Keep says how long a store keeps its records: those whose stamp is older than
// an age are removed. A record without a stamp has no age, and stays.
type Keep[T any] struct {
	Age   string              // such as "720h"; may hold ${NAME}; empty: records stay
	Field string              // the name of the stamp field
	Stamp func(*T) *time.Time // returns it; nil: it is missing
}
