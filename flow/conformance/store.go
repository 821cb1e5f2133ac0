package conformance

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// StoreSuite describes a kind of store to [Store]: its driver, for the record
// types that the suite uses, and what the kind can do.
type StoreSuite struct {
	Samples  flow.Driver[records.Sample]  // every type of field
	Readings flow.Driver[records.Reading] // the usual record
	Changed  flow.Driver[records.Changed] // Reading with an optional field more
	Refused  flow.Driver[records.Refused] // Reading with a required field more
	Wide     flow.Driver[records.Wide]    // whole numbers that SQL does not have

	// Modes are those that the kind has. The first one serves where any does.
	Modes []flow.Mode
	// New are the modes in which the kind can tell what is new: in these, and
	// in no others, its stores are a [load.Journal].
	New []flow.Mode
	// Shared says that several processes may use one place at a time; else a
	// second one is refused.
	Shared bool
	// Narrow says that whole numbers beyond int64 are refused.
	Narrow bool
	// Rewrites says that every save writes the whole store anew, so that its
	// cost grows with what is stored: fit for small files only.
	Rewrites bool
	// URL returns a place that holds nothing yet.
	URL func(t *testing.T) string
	// Files says that a place is a file, and its URL SCHEME:PATH.
	Files bool
	// Foreign returns a place where something else lies, and what an error
	// about it must name; nil: there is no such thing.
	Foreign func(t *testing.T) (url, name string)
	// Remove takes a place away under a store that is open; nil: that cannot be.
	Remove func(url string) error
}

// Store tests a kind of store. The test that calls it starts the test binary
// again, to kill it while it saves: call it once, first thing in a test that
// has no other subtests.
func Store(t *testing.T, s StoreSuite) {
	if s.child() || s.follower() || s.filler() {
		return
	}
	s.with(t, "append", flow.Append, s.testAppend)
	s.with(t, "append with key", flow.Append, s.testAppendKey)
	s.with(t, "upsert", flow.Upsert, s.testUpsert)
	s.with(t, "upsert with version", flow.Upsert, s.testVersion)
	s.with(t, "replace", flow.ReplaceAll, s.testReplace)
	s.each(t, "stamp", s.testStamp)
	s.each(t, "keep", s.testKeep)
	s.with(t, "keep with version", flow.Upsert, s.testKeepVersion)
	s.each(t, "keep, unstamped", s.testKeepUnstamped)
	s.each(t, "empty", s.testEmpty)
	s.each(t, "reopen", s.testReopen)
	s.each(t, "types", s.testTypes)
	if s.Narrow {
		s.each(t, "wide numbers, refused", s.testNarrow)
	} else {
		s.each(t, "wide numbers", s.testWide)
	}
	s.each(t, "refused values", s.testRefusedValues)
	t.Run("refused options", s.testRefusedOptions)
	t.Run("get", s.testGet)
	t.Run("get errors", s.testGetErrors)
	t.Run("range", s.testRange)
	t.Run("range errors", s.testRangeErrors)
	t.Run("each", s.testEach)
	t.Run("each, memory", s.testEachMemory)
	t.Run("where", s.testWhere)
	t.Run("where, by texts", s.testWhereTexts)
	t.Run("where, refused texts", s.testWhereRefused)
	t.Run("where, order", s.testWhereOrder)
	s.each(t, "cancelled", s.testCancelled)
	t.Run("concurrent", s.testConcurrent)
	s.with(t, "concurrent upserts of the same keys", flow.Upsert, s.testConcurrentUpserts)
	s.with(t, "concurrent replacements", flow.ReplaceAll, s.testConcurrentReplacements)
	if s.Foreign != nil {
		t.Run("foreign", s.testForeign)
	}
	if s.Remove != nil {
		s.each(t, "removed", s.testRemoved)
	}
	t.Run("optional field added", s.testOptionalAdded)
	t.Run("required field added", s.testRequiredAdded)
	t.Run("cost", s.testCost)
	s.each(t, "killed", s.testKilled)
	s.with(t, "killed, keep", flow.Append, s.testKilledKeep)
	if s.Shared {
		s.with(t, "processes", flow.Append, s.testProcesses)
	} else {
		t.Run("held", s.testHeld)
	}
	if s.Files && !s.Shared {
		s.each(t, "changed", s.testChanged)
	}
	if s.Files {
		s.each(t, "full disk", s.testFull)
	}
	s.each(t, "new", s.testNew)
}

// with runs a test of a mode, if the kind has it.
func (s StoreSuite) with(t *testing.T, name string, mode flow.Mode, test func(*testing.T)) {
	if slices.Contains(s.Modes, mode) {
		t.Run(name, test)
	}
}

// each runs a test in each mode of the kind.
func (s StoreSuite) each(t *testing.T, name string, test func(*testing.T, flow.Mode)) {
	t.Run(name, func(t *testing.T) {
		for _, mode := range s.Modes {
			t.Run(modeName(mode), func(t *testing.T) { test(t, mode) })
		}
	})
}

func modeName(m flow.Mode) string {
	return map[flow.Mode]string{flow.Append: "append", flow.Upsert: "upsert", flow.ReplaceAll: "replace"}[m]
}

// readings are the options of a store of readings with a key.
func (s StoreSuite) readings(url string, mode flow.Mode) flow.StoreOptions[records.Reading] {
	return flow.StoreOptions[records.Reading]{
		Name:   "readings",
		URL:    url,
		Key:    []string{"sensor", "at"},
		Mode:   mode,
		Schema: records.SchemaOfReading(),
	}
}

// open opens a store until the end of the test.
func open[T any](t *testing.T, driver flow.Driver[T], o flow.StoreOptions[T]) flow.Store[T] {
	t.Helper()
	store, stop, err := connect(driver, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store
}

// connect opens a store; the caller closes it.
func connect[T any](driver flow.Driver[T], o flow.StoreOptions[T]) (store flow.Store[T], stop func() error, err error) {
	shut, err := flow.Open(context.Background(), flow.Env{}, func(s *flow.Setup) { store = driver(s, o, o.URL) })
	if err != nil {
		return nil, nil, err
	}
	return store, func() error { return shut(context.Background()) }, nil
}

// during opens a store, runs do and closes it.
func during[T any](t *testing.T, driver flow.Driver[T], o flow.StoreOptions[T], do func(flow.Store[T])) {
	t.Helper()
	store, stop, err := connect(driver, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	do(store)
}

// save saves records, which must succeed.
func save[T any](t *testing.T, store flow.Store[T], list ...T) {
	t.Helper()
	if err := store.Save(t.Context(), list...); err != nil {
		t.Fatalf("save: %v", err)
	}
}

// wantAll checks the content of a store.
func wantAll[T any](t *testing.T, store flow.Store[T], codec record.Codec[T], want ...T) {
	t.Helper()
	got, err := store.All(t.Context())
	if err != nil {
		t.Fatalf("all: %v", err)
	}
	wantSame(t, codec, got, want)
}

// wantSame compares records by their JSON, to which no list and an empty one
// are the same.
func wantSame[T any](t *testing.T, codec record.Codec[T], got, want []T) {
	t.Helper()
	gotText, wantText := texts(t, codec, got), texts(t, codec, want)
	for i := range max(len(gotText), len(wantText)) {
		if at(gotText, i) != at(wantText, i) {
			t.Fatalf("%d records, want %d; record %d is\n%s\nwant\n%s", len(got), len(want), i, at(gotText, i), at(wantText, i))
		}
	}
}

func texts[T any](t *testing.T, codec record.Codec[T], list []T) []string {
	t.Helper()
	texts := make([]string, len(list))
	for i, r := range list {
		text, err := codec.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return texts
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

// wantPermanent checks an error that another try would not mend.
func wantPermanent(t *testing.T, err error, what string) {
	t.Helper()
	if !driver.IsPermanent(err) {
		t.Errorf("%s: error %v, want a permanent one", what, err)
	}
	if err != nil && errors.Is(err, context.Canceled) {
		t.Errorf("%s: a cancelled call is not permanent", what)
	}
}
