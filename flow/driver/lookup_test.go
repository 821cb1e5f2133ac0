package driver

import (
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// TestMilliseconds looks up a time that travels in milliseconds: a store holds
// no finer parts of it, so neither does a key.
func TestMilliseconds(t *testing.T) {
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_500_001, time.FixedZone("", 3600))
	want := time.UnixMilli(at.UnixMilli()).UTC()
	row, err := record.RowOf(record.UnixMilliValue(at))
	if err != nil || !row[0].(time.Time).Equal(want) {
		t.Errorf("value %v, %v, want %v", row, err, want)
	}
	o := flow.StoreOptions[struct{}]{Key: []string{"at"}, Schema: record.Schema[struct{}]{Fields: []record.Field{{Name: "at", Type: record.FieldTime, Unit: time.Millisecond}}}}
	key, err := KeyArgs(o, []any{at})
	if err != nil || key[0] != want {
		t.Errorf("key %v, %v, want %v", key, err, want)
	}
}
