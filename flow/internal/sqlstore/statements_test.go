package sqlstore

import (
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/record"
)

// numbered is a dialect whose parameters have numbers and whose names differ by
// their case.
var numbered = Dialect{
	Name:     "Numbered",
	Reserved: []string{"sys_*", "flow_seq", "flow_position"},
	Fold:     func(name string) string { return name },
	RowNames: []string{"row", "_row_"},
	Types: map[record.FieldType]Type{
		record.FieldInt:    {Name: "bigint", Zero: "0"},
		record.FieldFloat:  {Name: "double", Zero: "0"},
		record.FieldString: {Name: "text", Zero: "''"},
		record.FieldTime:   {Name: "instant", Zero: "'epoch'"},
	},
	Time:      func(t time.Time) any { return t },
	Param:     func(n int) string { return "$" + string(rune('0'+n)) },
	MaxParams: 9,
	ByIndex:   func(string) string { return "" },
}

// readings returns the table of a store of readings.
func readings(t *testing.T, o flow.StoreOptions[records.Reading]) *table {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	table, err := newTable(&numbered, o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestStatements checks that parameters are numbered in the order of the
// arguments: the stamp before which rows are over comes first.
func TestStatements(t *testing.T) {
	kept := readings(t, flow.StoreOptions[records.Reading]{Key: []string{"sensor", "at"}, Keep: flow.Keep[records.Reading]{Field: "stored"}})
	all := readings(t, flow.StoreOptions[records.Reading]{Mode: flow.ReplaceAll})
	const fresh = `WHERE ("stored" IS NULL OR "stored" >= $1)`
	for _, test := range []struct{ got, want string }{
		{all.selectAll(), `FROM "readings" ORDER BY row`},
		{all.selectRange("value", false, true), `WHERE "value" IS NOT NULL AND "value" <= $1 ORDER BY "value", row`},
		{all.selectNew(nil), `FROM "readings" WHERE flow_seq > $1 AND flow_seq <= $2 ORDER BY flow_seq LIMIT $3`},
		{kept.selectAll(), fresh + ` ORDER BY row`},
		{kept.selectKey(), fresh + ` AND "sensor" = $2 AND "at" = $3 ORDER BY row DESC LIMIT 1`},
		{kept.selectMatch([]string{"revision"}), fresh + ` AND "revision" = $2 ORDER BY row`},
		{kept.selectRange("at", true, true), fresh + ` AND "at" IS NOT NULL AND "at" >= $2 AND "at" <= $3 ORDER BY "at", row`},
		{kept.selectNew([]string{"sensor"}), fresh + ` AND flow_seq > $2 AND flow_seq <= $3 AND "sensor" = $4 ORDER BY flow_seq LIMIT $5`},
		{kept.deleteOld(), `WHERE "stored" < $1 LIMIT $2)`},
		{numbered.keepPosition(), `VALUES ($1, $2, $3, $4) ON CONFLICT (service, stage, name) DO UPDATE SET position = excluded.position`},
		{numbered.selectBounds(), `name = $3), 0), coalesce((SELECT last FROM flow_seq WHERE name = $4), 0)`},
		{numbered.createSeq(), `flow_seq (name text PRIMARY KEY NOT NULL, last bigint NOT NULL)`},
	} {
		if !strings.HasSuffix(test.got, test.want) {
			t.Errorf("%s\nends otherwise than\n%s", test.got, test.want)
		}
	}
}

// TestInsert inserts into tables of one field, in each mode.
func TestInsert(t *testing.T) {
	for _, test := range []struct {
		table table
		want  string
	}{
		{table{mode: flow.ReplaceAll, key: []string{"a"}}, ``},
		{table{mode: flow.Append}, ``},
		{table{mode: flow.Append, key: []string{"a"}}, ` ON CONFLICT ("a") DO NOTHING`},
		{table{mode: flow.Upsert, key: []string{"a"}}, ` ON CONFLICT ("a") DO UPDATE SET "a" = excluded."a", flow_seq = excluded.flow_seq`},
		{
			table{mode: flow.Upsert, key: []string{"a"}, version: "a"},
			` ON CONFLICT ("a") DO UPDATE SET "a" = excluded."a", flow_seq = excluded.flow_seq WHERE excluded."a" >= stored."a" OR stored."a" IS NULL`,
		},
	} {
		test.table.dialect, test.table.name, test.table.columns = &numbered, `t"`, []Column{{Name: "a"}}
		want := `INSERT INTO "t""" AS stored ("a", flow_seq) VALUES ($1, $2), ($3, $4)` + test.want
		if got := test.table.insert(2); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestColumns takes the types of columns from the dialect.
func TestColumns(t *testing.T) {
	want := `CREATE TABLE "readings" (
  "sensor" text NOT NULL,
  "at" instant NOT NULL,
  "value" double NOT NULL,
  "revision" bigint NOT NULL,
  "stored" instant,
  "note" text,
  flow_seq bigint NOT NULL DEFAULT 0
)`
	if got := readings(t, flow.StoreOptions[records.Reading]{}).create(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
