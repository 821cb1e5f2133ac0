package spec

import "strings"

// refusals are the names of tables that were refused, by kind: something
// declares them, so that a use of one is no mistake of its own.
type refusals map[string]map[string]bool

// anyName stands for every name of a kind: a table of it has no name, or that of
// another one, or lies in a file that cannot be read.
const anyName = "*"

func (r refusals) add(kind, name string) {
	if r[kind] == nil {
		r[kind] = map[string]bool{}
	}
	r[kind][folded(name)] = true
}

// has reports whether a table with a name was refused. A name that is written
// in another case, or with other signs between its words, is the same.
func (r refusals) has(kind, name string) bool {
	return r[kind][anyName] || name != "" && r[kind][folded(name)]
}

// some reports whether a table of a kind was refused.
func (r refusals) some(kind string) bool { return len(r[kind]) > 0 }

func folded(name string) string {
	if name == anyName {
		return name
	}
	return strings.ToLower(GoName(name))
}

// refuseTable reports a table of an unknown kind, and notes the names that it
// was to declare: [stor.readings] declares readings, and [fetch] may be a stage.
func (r *resolver) refuseTable(e *Entry) {
	var named []*Entry
	for _, x := range e.Value.Entries {
		if x.Value.Kind == TableValue {
			named = append(named, x)
		}
	}
	kinds := tableKinds
	if near := nearest(e.Key, tableKinds); near != "" && len(named) > 0 {
		kinds = []string{near}
	}
	for _, kind := range kinds {
		for _, name := range append(entryKeys(named), e.Key) {
			r.refused.add(kind, name)
		}
	}
	if len(named) == 0 {
		r.report(errUnknownTable(e.KeySpan, e.Key, ""))
	}
	for i, x := range named { // each has a line to mend
		at := x.KeySpan
		if i == 0 {
			at = e.KeySpan
		}
		r.report(errUnknownTable(at, e.Key, x.Key))
	}
}

// refuseNameless reports a table such as [store] that holds something else than
// tables with names.
func (r *resolver) refuseNameless(e *Entry, first Span) {
	r.report(errNotTables(first, e.Key))
	r.refused.add(e.Key, anyName)
}
