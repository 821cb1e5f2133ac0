package record

import (
	"math"
	"testing"
	"time"
)

func TestTexts(t *testing.T) {
	at := time.Date(2026, 11, 23, 1, 2, 3, 450, time.UTC)
	for got, want := range map[string]string{
		BoolText(true): "true", IntText(int32(-5)): "-5", UintText(uint64(math.MaxUint64)): "18446744073709551615",
		FloatText(0.1): "0.1", FloatText(float32(0.1)): "0.1", FloatText(myFloat(0.3)): "0.3", FloatText(1e21): "1000000000000000000000",
		TimeText(at): "2026-11-23T01:02:03.00000045Z", BytesText([]byte{0xff}): "/w==",
	} {
		equal(t, "text", got, want)
	}
}
