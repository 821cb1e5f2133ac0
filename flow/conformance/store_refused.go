package conformance

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// testRefusedOptions opens stores of what no spec may ask for, and of what the
// kind cannot do: the environment may choose it where the check saw another URL.
func (s StoreSuite) testRefusedOptions(t *testing.T) {
	url := s.URL(t)
	refused := map[string]flow.StoreOptions[records.Reading]{
		"key: ":           {URL: url, Mode: s.Modes[0], Key: []string{"note"}}, // may be missing
		`no field "nope"`: {URL: url, Mode: s.Modes[0], Key: []string{"nope"}},
	}
	if s.Files {
		refused["does not leave"] = flow.StoreOptions[records.Reading]{URL: schemeOf(url) + ":../x", Mode: s.Modes[0], Key: []string{"sensor"}}
	}
	if slices.Contains(s.Modes, flow.Upsert) {
		refused["needs one"] = flow.StoreOptions[records.Reading]{URL: url, Mode: flow.Upsert}
		refused["version: "] = flow.StoreOptions[records.Reading]{URL: url, Mode: flow.Upsert, Key: []string{"sensor"}, Version: "nope"}
	} else {
		refused["cannot upsert"] = flow.StoreOptions[records.Reading]{URL: url, Mode: flow.Upsert, Key: []string{"sensor"}}
	}
	for want, o := range refused {
		o.Name, o.Schema = "readings", records.SchemaOfReading()
		if _, _, err := connect(s.Readings, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// testHeld opens a place that is in use: here, and in a process of its own.
func (s StoreSuite) testHeld(t *testing.T) {
	o := s.readings(s.URL(t), s.Modes[0])
	store := open(t, s.Readings, o)
	if _, _, err := connect(s.Readings, o); err == nil || !strings.Contains(err.Error(), "another store of this program") {
		t.Errorf("a second store: error %v", err)
	}
	said, err := again(t, childVariable+"="+task{mode: o.Mode, url: o.URL}.String()).Output()
	if err != nil || !strings.HasPrefix(string(said), "failed") || !strings.Contains(string(said), "one process at a time") {
		t.Errorf("a second process: %s, %v", said, err)
	}
	save(t, store, reading("a", 1, 1))
	wantAll(t, store, readingCodec, reading("a", 1, 1))
}

// testNarrow saves whole numbers beyond int64, which the kind does not hold.
func (s StoreSuite) testNarrow(t *testing.T, mode flow.Mode) {
	o := s.wide(t, mode)
	store := open(t, s.Wide, o)
	most := records.Wide{ID: math.MaxInt64}
	save(t, store, most)
	limit := uint64(math.MaxInt64 + 1)
	wantPermanent(t, store.Save(t.Context(), records.Wide{ID: math.MaxUint64}), "a key beyond int64")
	wantPermanent(t, store.Save(t.Context(), records.Wide{ID: 1, Limit: &limit}), "a field beyond int64")
	wantAll(t, store, o.Schema.JSON, most)
}
