package filestore

import (
	"strconv"
	"time"

	"github.com/flowc-dev/flowc/flow"
)

// Key is the positions of a store's key fields; empty: it has none.
type Key []int

// index holds the place of the record of each key; with repeats, of the newest.
type index map[string]int64

func (x index) has(key string) bool {
	_, ok := x[key]
	return ok
}

// KeyOf returns the key of a record as one text; it is empty where the store
// has none.
func KeyOf[T any](k Key, schema flow.Schema[T], r *T) (string, error) {
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
