package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/sqlite"
)

// tryReadings opens a store of readings and closes it.
func tryReadings(t *testing.T, o flow.StoreOptions[records.Reading]) error {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { sqlite.Open(s, o, o.URL) })
	if err != nil {
		return err
	}
	return stop(t.Context())
}

func TestURLs(t *testing.T) {
	t.Chdir(t.TempDir())
	for url, want := range map[string]string{
		"sqlite:":                 "the path is missing",
		"sqlite:../x.db":          "does not leave the working directory",
		"sqlite:data/../../x.db":  "does not leave the working directory",
		"sqlite:///x.db":          "without //",
		"sqlite:x.db?mode=ro":     "takes no options",
		"sqlite::memory:":         "does not begin with a colon",
		"sqlite:data/":            "this is a folder",
		"sqlite:./data/a b%20.db": "",
	} {
		err := tryReadings(t, flow.StoreOptions[records.Reading]{URL: url})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", url, err, want)
		}
	}
	if _, err := os.Stat("data/a b%20.db"); err != nil {
		t.Error(err)
	}
}

func TestRefusedTables(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	for table, want := range map[string]string{
		"sqlite_stat1":  `"sqlite_stat1"`,
		"Flow_Seq":      `"Flow_Seq"`,
		"flow_position": `"flow_position"`,
		"a\x00b":        "NUL",
	} {
		if err := tryReadings(t, flow.StoreOptions[records.Reading]{URL: url, Table: table}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// TestNames uses names of tables that mean something to SQL.
func TestNames(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	for _, table := range []string{"excluded", "stored", "select", `a"b`, "", "'; DROP TABLE x", "äöü"} {
		o := flow.StoreOptions[records.Reading]{URL: url, Table: table, Mode: flow.Upsert, Key: []string{"sensor"}, Version: "revision"}
		store := openReadings(t, o)
		for range 2 {
			if err := store.Save(t.Context(), batch(0, 3)...); err != nil {
				t.Fatalf("table %q: %v", table, err)
			}
		}
		if list, err := store.All(t.Context()); err != nil || len(list) != 1 {
			t.Errorf("table %q: %v, %v", table, list, err)
		}
	}
}

// misfits are tables that do not fit a store of readings, and what its error
// must say.
var misfits = []struct {
	name, create, want string
	key                []string
}{
	{
		name:   "required column missing",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, revision INTEGER NOT NULL)`,
		want:   `column "value" is missing`,
	},
	{
		name:   "another type",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, value TEXT NOT NULL, revision INTEGER NOT NULL)`,
		want:   `column "value" is TEXT NOT NULL, but REAL NOT NULL is needed`,
	},
	{
		name:   "nullable and not",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT, value REAL NOT NULL, revision INTEGER NOT NULL, note TEXT NOT NULL)`,
		want:   `column "at" is TEXT, but TEXT NOT NULL is needed`,
	},
	{
		name:   "extra column that a save needs",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL, unit TEXT NOT NULL)`,
		want:   `column "unit" is no field of the record`,
	},
	{
		name:   "no key",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL)`,
		want:   `the key (sensor) is not unique, and 1 rows repeat`,
		key:    []string{"sensor"},
	},
	{
		name: "another key",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL);
			CREATE UNIQUE INDEX "readings.key" ON readings (at)`,
		want: `(at) is unique, which is not the store's key`,
		key:  []string{"at", "sensor"},
	},
	{
		name: "key of another type",
		create: `CREATE TABLE readings (sensor INTEGER NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL);
			CREATE UNIQUE INDEX "readings.key" ON readings (sensor, at)`,
		want: `column "sensor" is INTEGER NOT NULL, but TEXT NOT NULL is needed`,
		key:  []string{"sensor", "at"},
	},
	{
		name: "index in the way of the key",
		create: `CREATE TABLE readings (sensor TEXT NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL);
			CREATE INDEX "readings.key" ON readings (sensor)`,
		want: `the key (at) is not unique`,
		key:  []string{"at"},
	},
}

// TestMisfits runs the SQL of each error, after which the store must open.
func TestMisfits(t *testing.T) {
	for _, test := range misfits {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			execute(t, path, test.create, insertTwo(test.create))
			o := flow.StoreOptions[records.Reading]{URL: "sqlite:" + path, Key: test.key}
			err := tryReadings(t, o)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("error %v, want %s", err, test.want)
			}
			execute(t, path, sqlOf(err))
			store := openReadings(t, o)
			if list, err := store.All(t.Context()); err != nil || len(list) == 0 {
				t.Errorf("after the SQL of the error: %v, %v", list, err)
			}
			if err := store.Save(t.Context(), batch(7, 1)...); err != nil {
				t.Error(err)
			}
		})
	}
}

// insertTwo inserts two rows of the same sensor into a table of misfits.
func insertTwo(create string) string {
	columns := regexp.MustCompile(`(\w+) (TEXT|REAL|INTEGER)`).FindAllStringSubmatch(create, -1)
	var names, first, second []string
	for _, c := range columns {
		value := map[string]string{"at": "'2026-01-01T00:00:00Z'", "sensor": "'1'"}[c[1]]
		if value == "" {
			value = "'2'"
		}
		names, first = append(names, c[1]), append(first, value)
		second = append(second, strings.Replace(value, "T00", "T01", 1))
	}
	return "INSERT INTO readings (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(first, ", ") + "), (" + strings.Join(second, ", ") + ")"
}

// sqlOf returns the SQL in an error.
func sqlOf(err error) string {
	_, text, _ := strings.Cut(err.Error(), "(sqlite3 FILE):")
	return text
}

// TestUnusable puts in place of the table what no SQL can make one.
func TestUnusable(t *testing.T) {
	for want, create := range map[string]string{
		"it is a view":                   `CREATE VIEW readings AS SELECT 1 AS sensor`,
		"WITHOUT ROWID":                  `CREATE TABLE readings (sensor TEXT PRIMARY KEY) WITHOUT ROWID`,
		"part of the table's definition": `CREATE TABLE readings (sensor TEXT UNIQUE NOT NULL, at TEXT NOT NULL, value REAL NOT NULL, revision INTEGER NOT NULL)`,
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		execute(t, path, create)
		if err := tryReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// TestForeignTable uses a table that another program made: its own columns,
// and a primary key as the store's.
func TestForeignTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	execute(t, path, `CREATE TABLE readings (id INTEGER PRIMARY KEY NOT NULL, Sensor VARCHAR(20) NOT NULL, at TEXT NOT NULL,
		value DOUBLE PRECISION NOT NULL, revision BIGINT NOT NULL, place TEXT, made TEXT NOT NULL DEFAULT 'here', UNIQUE (at, sensor))`)
	store := openReadings(t, flow.StoreOptions[records.Reading]{URL: "sqlite:" + path, Key: []string{"sensor", "at"}})
	for range 2 {
		if err := store.Save(t.Context(), batch(0, 2)...); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := store.All(t.Context()); err != nil || len(list) != 2 {
		t.Errorf("%v, %v", list, err)
	}
}

// execute runs SQL on a file, as a person would.
func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
}
