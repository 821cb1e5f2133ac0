package sqlstore

import (
	"strings"
	"testing"
)

// columnsOf returns columns of these names.
func columnsOf(names ...string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i].Name = name
	}
	return columns
}

// TestCheckNames refuses names of tables and of fields; what is the same name
// depends on the dialect.
func TestCheckNames(t *testing.T) {
	folding := numbered
	folding.Fold = strings.ToLower
	for _, test := range []struct {
		dialect *Dialect
		table   string
		fields  []string
		want    string // part of the error
		row     string
	}{
		{&numbered, "t", []string{"a", "A"}, "", "row"},
		{&folding, "t", []string{"a", "A"}, `field "A": Numbered cannot tell`, ""},
		{&numbered, "t", []string{"flow_seq"}, `field "flow_seq"`, ""},
		{&numbered, "t", []string{"row"}, "", "_row_"},
		{&numbered, "t", []string{"row", "_row_"}, "fields named row and _row_", ""},
		{&numbered, "SYS_tables", nil, `"SYS_tables" is taken`, ""},
		{&numbered, "Flow_Position", nil, `"Flow_Position" is taken`, ""},
		{&numbered, "t\x00", nil, "NUL", ""},
		{&numbered, "t", []string{"\x00"}, "NUL", ""},
	} {
		table := table{dialect: test.dialect, name: test.table, columns: columnsOf(test.fields...)}
		err := table.checkNames()
		switch {
		case test.want == "" && (err != nil || table.row != test.row):
			t.Errorf("%v: error %v, row %s; want %s", test.fields, err, table.row, test.row)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("table %q of %q: error %v, want %s", test.table, test.fields, err, test.want)
		}
	}
}

// TestCompareFolds finds a column by its name as the dialect compares names.
func TestCompareFolds(t *testing.T) {
	folding := numbered
	folding.Fold = strings.ToLower
	found := &Found{Kind: "table", Columns: []FoundColumn{{Name: "A", Type: "text"}, {Name: seq, Type: "bigint", Required: true, Default: true}}}
	for dialect, want := range map[*Dialect]int{&folding: 0, &numbered: 1} {
		table := table{dialect: dialect, name: "t", columns: []Column{{Name: "a", Type: Type{Name: "text"}, Optional: true}}}
		if problems, additions := table.compare(found); len(problems) != 0 || len(additions) != want {
			t.Errorf("problems %v, additions %q; want %d additions", problems, additions, want)
		}
	}
}
