package conformance

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// FileStore is a kind of store in files, for tests of the files that it finds:
// what stands in them is its own.
type FileStore struct {
	Scheme string
	Open   flow.Driver[records.Reading]
}

// FileRecord is what these tests save: sensor c, at the first second of 2026.
var FileRecord = records.Reading{Sensor: "c", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}

// File makes a file with this content.
func (k FileStore) File(t *testing.T, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "x."+k.Scheme)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Killed leaves the lock of a file as a process that was killed does.
func (k FileStore) Killed(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path+".lock", []byte("123456 plant\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Want checks the content of a file.
func (k FileStore) Want(t *testing.T, path, want string) {
	t.Helper()
	if content, err := os.ReadFile(path); err != nil || string(content) != want {
		t.Errorf("the file holds %q, %v\nwant %q", content, err, want)
	}
}

// Try opens a store of readings in a file until the end of the test; what it
// logs goes to log.
func (k FileStore) Try(t testing.TB, path string, o flow.StoreOptions[records.Reading], log io.Writer) (store flow.Store[records.Reading], err error) {
	t.Helper()
	o.Name, o.URL, o.Schema = "readings", k.Scheme+":"+path, records.SchemaOfReading()
	stop, err := flow.Open(context.Background(), flow.Env{Stderr: log}, func(s *flow.Setup) { store = k.Open(s, o, o.URL) })
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		if err := stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return store, nil
}

// Must is Try for a file that the store must take.
func (k FileStore) Must(t testing.TB, path string, o flow.StoreOptions[records.Reading], log io.Writer) flow.Store[records.Reading] {
	t.Helper()
	store, err := k.Try(t, path, o, log)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// Save opens a store with the key sensor in a file and saves [FileRecord], after
// which the file must hold want.
func (k FileStore) Save(t *testing.T, path string, mode flow.Mode, want string) flow.Store[records.Reading] {
	t.Helper()
	store, _ := k.saveLogged(t, path, mode, want)
	return store
}

func (k FileStore) saveLogged(t *testing.T, path string, mode flow.Mode, want string) (flow.Store[records.Reading], string) {
	t.Helper()
	var log bytes.Buffer
	store := k.Must(t, path, flow.StoreOptions[records.Reading]{Key: []string{"sensor"}, Mode: mode}, &log)
	save(t, store, FileRecord)
	if r, found, err := store.Get(t.Context(), "c"); err != nil || !found || r.Sensor != "c" {
		t.Errorf("get: %v, %v, %v", r, found, err)
	}
	k.Want(t, path, want)
	return store, log.String()
}

// SaveTorn is Save for a file whose end a killed process left torn: told is what
// the log must say of it; empty: nothing.
func (k FileStore) SaveTorn(t *testing.T, path, want, told string) {
	t.Helper()
	k.Killed(t, path)
	_, log := k.saveLogged(t, path, flow.Append, want)
	if torn := strings.Contains(log, "torn"); torn != (told != "") || !strings.Contains(log, told) {
		t.Errorf("log: %s\nwant %s", log, told)
	}
}

// New makes new files and reads them meanwhile, as another program would: it
// finds none, or want.
func (k FileStore) New(t *testing.T, want string) {
	t.Helper()
	for range 20 {
		path := filepath.Join(t.TempDir(), "x")
		done := make(chan struct{})
		var reading sync.WaitGroup
		reading.Go(func() {
			for open := true; open; {
				select {
				case <-done:
					open = false
				default:
				}
				if content, err := os.ReadFile(path); err == nil && string(content) != want {
					t.Errorf("a reader finds %q, want %q", content, want)
					return
				}
			}
		})
		k.Must(t, path, flow.StoreOptions[records.Reading]{}, io.Discard)
		close(done)
		reading.Wait()
	}
}

// Refuse opens a store in a file that it must not take, in some modes: the error
// says all of wants, the first of them behind the path. The file stays.
func (k FileStore) Refuse(t *testing.T, content string, modes []flow.Mode, wants ...string) {
	t.Helper()
	for _, mode := range modes {
		path := k.File(t, content)
		_, err := k.Try(t, path, flow.StoreOptions[records.Reading]{Key: []string{"sensor"}, Mode: mode}, io.Discard)
		for i, want := range wants {
			if i == 0 {
				want = path + want
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %s", modeName(mode), err, want)
			}
		}
		k.Want(t, path, content)
	}
}

// Benchmark saves batches of a hundred records, and reads all of them.
func (k FileStore) Benchmark(b *testing.B) {
	o := flow.StoreOptions[records.Reading]{Key: []string{"sensor", "at"}}
	store := k.Must(b, filepath.Join(b.TempDir(), "x"), o, io.Discard)
	saved, read := 0, 0
	for b.Loop() {
		list := make([]records.Reading, 100)
		for i := range list {
			list[i] = records.Reading{Sensor: "sensor-7", At: time.Unix(int64(saved+i), 0).UTC(), Value: float64(i) / 3}
		}
		if err := store.Save(b.Context(), list...); err != nil {
			b.Fatal(err)
		}
		saved += len(list)
	}
	b.ReportMetric(float64(saved)/b.Elapsed().Seconds(), "rows/s")
	begin := time.Now()
	for _, err := range store.Each(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		read++
	}
	b.ReportMetric(float64(read)/time.Since(begin).Seconds(), "read-rows/s")
}
