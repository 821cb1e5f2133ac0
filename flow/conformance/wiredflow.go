package conformance

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// wiredflowFiles are what files hold that wiredflow 1 writes, by the option of
// its storage.
var wiredflowFiles = map[string][]string{
	"extend":    {`{"Generated random number":66}`, `{"Generated random number":25}`, `{"Generated random number":39}`},
	"overwrite": {`{"Generated random number":66}`},
	"add_datetime": {
		`{"Generated random number":89,"unit":"°C, \"smooth\"\nline","ratio":0.00001,"ok":true,"datetime_label":"2023-04-17T15:20:54.594447+03:00"}`,
		`{"Generated random number":-54,"ratio":0.1,"ok":false,"datetime_label":"2023-04-17T15:20:56+03:00"}`,
	},
}

// Wiredflow opens files that wiredflow wrote: testdata/wiredflow/OPTION.SCHEME.
// They are read, and the store goes on in them.
func Wiredflow(t *testing.T, scheme string, driver flow.Driver[records.Number]) {
	for option, want := range wiredflowFiles {
		t.Run(option, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "http_integers."+scheme)
			content, err := os.ReadFile(filepath.Join("testdata", "wiredflow", option+"."+scheme))
			if err == nil {
				err = os.WriteFile(path, content, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			o := flow.StoreOptions[records.Number]{
				Name: "numbers", URL: scheme + ":" + path, Schema: records.SchemaOfNumber(),
				Stamp: func(r *records.Number, at time.Time) { r.DatetimeLabel = &at },
			}
			during(t, driver, o, func(store flow.Store[records.Number]) { wantNumbers(t, store, want) })
			during(t, driver, o, func(store flow.Store[records.Number]) { save(t, store, records.Number{GeneratedRandomNumber: 7}) })
			during(t, driver, o, func(store flow.Store[records.Number]) { goesOn(t, store, want) })
			o.Mode = flow.ReplaceAll
			during(t, driver, o, func(store flow.Store[records.Number]) { goesOn(t, store, want) })
		})
	}
}

// goesOn checks that a store holds what wiredflow wrote and one number more.
func goesOn(t *testing.T, store flow.Store[records.Number], want []string) {
	t.Helper()
	list, err := store.All(t.Context())
	if err != nil || len(list) != len(want)+1 || list[len(want)].GeneratedRandomNumber != 7 || list[len(want)].DatetimeLabel == nil {
		t.Fatalf("%v, %v", list, err)
	}
	if got := texts(t, records.SchemaOfNumber().JSON, list[:len(want)]); !slices.Equal(got, want) {
		t.Errorf("the store holds %s, want %s", got, want)
	}
}

func wantNumbers(t *testing.T, store flow.Store[records.Number], want []string) {
	t.Helper()
	list, err := store.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(t, records.SchemaOfNumber().JSON, list); !slices.Equal(got, want) {
		t.Errorf("the store holds %s, want %s", got, want)
	}
}
