package jsonl

import (
	"strconv"
	"time"
)

// index holds where the line of each key starts; with repeats, the newest.
type index map[string]int64

// pick returns the values at some positions.
func pick(values []any, positions []int) []any {
	picked := make([]any, len(positions))
	for i, p := range positions {
		picked[i] = values[p]
	}
	return picked
}

// keyText returns the values of a key as one text, in which no two different
// keys are the same.
func keyText(values []any) string {
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
