package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/flow/sqlite"
)

// follow returns a feed of a store of readings.
func follow(t *testing.T, store flow.Store[records.Reading]) load.Feed[records.Reading] {
	t.Helper()
	feed, err := store.(load.Journal[records.Reading]).Follow(t.Context(), load.FeedOptions{Service: "plant", Stage: "fresh"})
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

// wantNext checks which revisions come next, and keeps the position behind
// them.
func wantNext(t *testing.T, feed load.Feed[records.Reading], want ...int) {
	t.Helper()
	chunk, err := feed.Next(t.Context(), 0, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, r := range chunk.Records {
		got = append(got, r.Revision)
	}
	if !slices.Equal(got, want) {
		t.Errorf("revisions %v came, want %v", got, want)
	}
	if err := feed.Keep(t.Context(), chunk.To); err != nil {
		t.Fatal(err)
	}
}

// insert is the SQL of another program, which knows nothing of flow_seq.
func insert(sensor string, revision int) string {
	return fmt.Sprintf("INSERT INTO readings (sensor, at, value, revision) VALUES ('%s', '2026-01-02T03:04:05.000000000Z', 1, %d)", sensor, revision)
}

// TestNewOfOthers follows rows that other programs have inserted: before the
// store was there, and beside it.
func TestNewOfOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	execute(t, path, `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL, stored TEXT, note TEXT)`)
	for i := range 3 {
		execute(t, path, insert("a", i))
	}
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + path})
	save := func(revision int) {
		if err := store.Save(t.Context(), records.Reading{Sensor: "b", Revision: revision}); err != nil {
			t.Fatal(err)
		}
	}
	save(3)
	feed := follow(t, store)
	wantNext(t, feed, 3, 0, 1, 2) // the store has saved before they had numbers
	execute(t, path, insert("a", 4))
	save(5)
	execute(t, path, insert("a", 6))
	wantNext(t, feed, 5, 4, 6)
	wantNext(t, feed)
}

// TestNewOfManyOthers numbers more rows than one transaction does.
func TestNewOfManyOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + path})
	execute(t, path, `INSERT INTO readings (sensor, at, value, revision)
		WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 24999) SELECT 'a', '2026-01-02T03:04:05.000000000Z', 1, i FROM n`)
	want := make([]int, 25_000)
	for i := range want {
		want[i] = i
	}
	wantNext(t, follow(t, store), want...)
}

// TestPositionsMove copies a file with its positions.
func TestPositionsMove(t *testing.T) {
	dir := t.TempDir()
	copied := filepath.Join(dir, "copy.db")
	t.Run("original", func(t *testing.T) {
		store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + filepath.Join(dir, "x.db")})
		if err := store.Save(t.Context(), batch(0, 3)...); err != nil {
			t.Fatal(err)
		}
		wantNext(t, follow(t, store), 0, 1, 2)
	})
	content, err := os.ReadFile(filepath.Join(dir, "x.db"))
	if err == nil {
		err = os.WriteFile(copied, content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + copied})
	feed := follow(t, store)
	wantNext(t, feed)
	if err := store.Save(t.Context(), batch(0, 1)...); err != nil {
		t.Fatal(err)
	}
	wantNext(t, feed, 0)
}

// TestPositionsOfTables follows two tables of one file with one stage: the spec
// has changed from one to the other.
func TestPositionsOfTables(t *testing.T) {
	o := flow.StoreOptions[records.Reading]{URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	for _, o.Table = range []string{"one", "Two", "two"} {
		t.Run(o.Table, func(t *testing.T) {
			store := openReadings(t, o)
			if err := store.Save(t.Context(), batch(0, 2)...); err != nil {
				t.Fatal(err)
			}
			wantNext(t, follow(t, store), 0, 1)
		})
	}
}

// TestRenamedStage runs a program whose stage gets another name: it starts anew,
// once, and the log says so.
func TestRenamedStage(t *testing.T) {
	o := flow.StoreOptions[records.Reading]{Name: "readings", Schema: records.SchemaOfReading()}
	o.URL = "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	run := func(stage string) (came int, log string) {
		var stderr strings.Builder
		program := flow.Program{Service: "plant", Flows: []flow.Flow{{Name: "plant", Open: func(s *flow.Setup) {
			store := sqlite.Open(s, o, o.URL)
			fresh := load.NewFollower(s, load.FollowOptions[records.Reading]{Stage: flow.StageOptions{Name: stage}, Store: store})
			flow.Poll(s, flow.PipelineOptions{Name: "follow"}, flow.Trigger{Once: true}, fresh, func(ctx context.Context, in flow.Batch[[]records.Reading]) error {
				came = len(in.Values[0])
				if came == 0 && stage == "old" {
					return store.Save(ctx, batch(0, 3)...)
				}
				return nil
			})
		}}}}
		if code := flow.Exec(t.Context(), program, flow.Env{Stderr: &stderr}); code != 0 {
			t.Fatalf("exit status %d: %s", code, &stderr)
		}
		return came, stderr.String()
	}
	for _, test := range []struct {
		stage   string
		came    int
		renamed bool
	}{{"old", 0, false}, {"old", 3, false}, {"other", 3, true}, {"other", 0, false}} {
		came, log := run(test.stage)
		if renamed := strings.Contains(log, "was it renamed?"); came != test.came || renamed != test.renamed {
			t.Errorf("%d records came to stage %s, want %d: %s", came, test.stage, test.came, log)
		}
	}
}
