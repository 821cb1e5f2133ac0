package sqlstore

// Found is a table as it stands in the database.
type Found struct {
	Kind    string // "table", "view" …; empty: there is none
	Flaw    string // why it cannot be the table of a store, whatever its columns are; empty: it can
	Columns []FoundColumn
	Uniques []Unique
	Indexes []string // the names of the others
}

// FoundColumn is a column as it stands in the database.
type FoundColumn struct {
	Name     string
	Declared string // its type as the database shows it
	Type     string // the name of the [Type] that it amounts to
	Required bool   // NOT NULL
	Default  bool   // has a default
	Counted  bool   // the database counts it up by itself
}

// Unique is a set of columns that the table keeps unique.
type Unique struct {
	Index     string
	Columns   []string
	Droppable bool // by DROP INDEX
	Counted   bool // the one column is counted up by the database itself
}

// omissible reports whether an INSERT can leave the column out.
func (c FoundColumn) omissible() bool { return !c.Required || c.Default || c.Counted }

func (c FoundColumn) describe() string {
	if c.Required {
		return c.Declared + " NOT NULL"
	}
	return c.Declared
}
