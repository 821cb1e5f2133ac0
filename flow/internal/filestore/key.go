package filestore

import (
	"math"
	"strconv"
	"time"

	"github.com/flowc-dev/flowc/flow/record"
)

// Key is the positions of a store's key fields; empty: it has none.
type Key []int

// index holds where the record of each key stands; with repeats, the newest.
type index map[string]entry

// entry is a record of the file.
type entry struct {
	place int64
	stamp int64 // in microseconds; noStamp: it never is over
}

const noStamp = math.MaxInt64

// holds reports whether the record of a key is there, and is not over: its stamp
// is not earlier than before.
func (x index) holds(key string, before int64) bool {
	e, ok := x[key]
	return ok && e.stamp >= before
}

// KeyOf returns the key of a record as one text; it is empty where the store
// has none.
func KeyOf[T any](k Key, schema record.Schema[T], r *T) (string, error) {
	if len(k) == 0 {
		return "", nil
	}
	values, err := schema.Values(r)
	if err != nil {
		return "", err
	}
	return k.Text(values), nil
}

// Text returns the key of a record with these values as one text.
func (k Key) Text(values []any) string {
	picked := make([]any, len(k))
	for i, p := range k {
		picked[i] = values[p]
	}
	return KeyText(picked)
}

// KeyText returns the values of a key as one text, in which no two different
// keys are the same.
func KeyText(values []any) string {
	var b []byte
	for _, v := range values {
		b = appendKey(b, v)
	}
	return string(b)
}

// appendKey appends a value such that its end is known.
func appendKey(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return append(strconv.AppendBool(b, v), ' ')
	case int64:
		return append(strconv.AppendInt(b, v, 10), ' ')
	case uint64: // beyond int64
		return append(strconv.AppendUint(b, v, 10), ' ')
	case float64:
		return append(strconv.AppendFloat(b, v+0, 'g', -1, 64), ' ') // +0: -0 is 0
	case time.Time:
		return append(v.UTC().AppendFormat(b, time.RFC3339Nano), ' ')
	case []byte:
		return append(append(strconv.AppendInt(b, int64(len(v)), 10), ':'), v...)
	case string:
		return append(append(strconv.AppendInt(b, int64(len(v)), 10), ':'), v...)
	}
	return b
}
