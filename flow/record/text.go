package record

import (
	"encoding/base64"
	"strconv"
	"time"
)

// Texts of field values, for templates and for fields that are sent bare.

// BoolText returns "true" or "false".
func BoolText(v bool) string { return strconv.FormatBool(v) }

// IntText returns the decimal digits of a whole number.
func IntText[T ~int | ~int32 | ~int64](v T) string { return strconv.FormatInt(int64(v), 10) }

// UintText returns the decimal digits of a whole number.
func UintText[T ~uint32 | ~uint64](v T) string { return strconv.FormatUint(uint64(v), 10) }

// FloatText returns the shortest decimal text that reads back as v.
func FloatText[T ~float32 | ~float64](v T) string {
	return strconv.FormatFloat(float64(v), 'f', -1, floatBits[T]())
}

// TimeText returns a time as RFC 3339.
func TimeText(v time.Time) string { return inMinutes(v).Format(time.RFC3339Nano) }

// BytesText returns bytes as base64.
func BytesText(v []byte) string { return base64.StdEncoding.EncodeToString(v) }
