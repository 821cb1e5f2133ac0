package sqlite_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/sqlite"
)

// TestOneFile opens two stores in one file, which write at once.
func TestOneFile(t *testing.T) {
	o := flow.StoreOptions[records.Reading]{Schema: records.SchemaOfReading(), URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	var stores [2]flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) {
		for i, name := range []string{"one", "two"} {
			o.Name = name
			stores[i] = sqlite.Open(s, o, o.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, store := range stores {
		group.Go(func() {
			for i := range 50 {
				if err := store.Save(t.Context(), batch(i, 3)...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for _, store := range stores {
		if list, err := store.All(t.Context()); err != nil || len(list) != 150 {
			t.Errorf("%d records, %v; want 150", len(list), err)
		}
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestSaveNumbers checks flow_seq: each save of a row gives it a new number,
// above all earlier ones, also where the rows before it are gone.
func TestSaveNumbers(t *testing.T) {
	numbers := func(path string) (list []int) {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.Query("SELECT flow_seq FROM readings ORDER BY rowid")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			list = append(list, n)
		}
		return list
	}
	for mode, want := range map[flow.Mode][]int{
		flow.Append:     {1, 2, 3, 7}, // the repeats of the second save took 4 to 6
		flow.Upsert:     {5, 6, 4, 7},
		flow.ReplaceAll: {7},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		o := flow.StoreOptions[records.Reading]{URL: "sqlite:" + path, Mode: mode, Key: []string{"at"}}
		store := openReadings(t, o)
		three := batch(0, 3)
		for _, list := range [][]records.Reading{three, {three[2], three[0], three[1]}, batch(9, 1)} {
			if err := store.Save(t.Context(), list...); err != nil {
				t.Fatal(err)
			}
		}
		if got := numbers(path); !slices.Equal(got, want) {
			t.Errorf("mode %d: numbers %v, want %v", mode, got, want)
		}
	}
}

// TestCancelledBegin ends contexts around the beginning of a transaction: the
// writer must be free for the next save.
func TestCancelledBegin(t *testing.T) {
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db")})
	saved := 0
	for i := range 300 {
		ctx, cancel := context.WithTimeout(t.Context(), rand.N(300*time.Microsecond))
		if err := store.Save(ctx, batch(i, 1)...); err == nil {
			saved++
		}
		cancel()
	}
	if err := store.Save(t.Context(), batch(0, 1)...); err != nil {
		t.Fatal(err)
	}
	if list, err := store.All(t.Context()); err != nil || len(list) != saved+1 {
		t.Errorf("%d records, %v; want %d", len(list), err, saved+1)
	}
}

// TestLocked saves while another program holds the file: the save waits as
// long as its context allows, and is no error of the record.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + path})
	other, err := sql.Open("sqlite", path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := store.Save(ctx, batch(0, 1)...); err == nil || driver.IsPermanent(err) {
		t.Errorf("error %v, want one that passes", err)
	}
	if list, err := store.All(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("a reader waits for a writer: %v, %v", list, err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = tx.Rollback() })
	if err := store.Save(t.Context(), batch(0, 1)...); err != nil {
		t.Error(err)
	}
}

// TestConstraint breaks a rule that another program made.
func TestConstraint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + path})
	execute(t, path, `CREATE TRIGGER low BEFORE INSERT ON readings WHEN new.value < 0 BEGIN SELECT raise(ABORT, 'too low'); END`)
	bad := batch(0, 3)
	bad[1].Value = -1
	if err := store.Save(t.Context(), bad...); !driver.IsPermanent(err) {
		t.Errorf("error %v, want a permanent one", err)
	}
	if list, err := store.All(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}
