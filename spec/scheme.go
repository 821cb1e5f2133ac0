package spec

import (
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/sqlname"
)

// Sharing says which flows may use one store.
type Sharing int

// Who may share a store. What not all flows may share is a local file.
const (
	AnyFlow   Sharing = iota // a server
	HostFlows                // a file that several processes may use
	OneFlow                  // a file that belongs to one process, and to one store
)

// String names the flows for people.
func (s Sharing) String() string { return [...]string{"any", "the flows of one host", "one flow"}[s] }

// StoreScheme is a scheme of the URLs of stores, and what such a store can do:
// the one row that checker, emitter, documentation and editors read.
type StoreScheme struct {
	Name   string      // "sqlite"
	Modes  []StoreMode // as the reference lists them
	New    []StoreMode // those in which it can tell what is new
	Keyed  bool        // it needs a key in every mode
	Shared Sharing
	// Example is what follows the scheme in a URL; NAME is the name of the store.
	Example string
	// Package is the import path of the package that opens it; empty: not built.
	Package string
	// Taken are names that no table of it may have, in any case of letters; a *
	// at the end stands for any characters.
	Taken []string
	// Columns are the columns that it adds to each table.
	Columns []string
	// Lossy are the types whose values it cannot hold without loss.
	Lossy []string
	// CSV says that a record is a row of CSV: records need a codec for it.
	CSV bool
}

// StoreSchemes returns the schemes of stores in the order of the language
// reference. The first one is the one to recommend.
func StoreSchemes() []StoreScheme {
	return []StoreScheme{
		{
			Name: "sqlite", Example: "data/NAME.db", Package: "github.com/flowc-dev/flowc/flow/sqlite", Shared: HostFlows,
			Modes: []StoreMode{Append, Upsert, Replace}, New: []StoreMode{Append, Upsert, Replace},
			Taken: sqlname.SQLiteTables(), Columns: []string{sqlname.Seq}, Lossy: []string{"uint64"},
		},
		{
			Name: "jsonl", Example: "data/NAME.jsonl", Package: "github.com/flowc-dev/flowc/flow/jsonl", Shared: OneFlow,
			Modes: []StoreMode{Append, Replace}, New: []StoreMode{Append},
		},
		{
			Name: "postgres", Example: "//localhost/NAME", Shared: AnyFlow,
			Modes: []StoreMode{Append, Upsert, Replace}, New: []StoreMode{Append, Upsert, Replace},
			Taken: sqlname.PostgresTables(), Columns: []string{sqlname.Seq}, Lossy: []string{"uint64"},
		},
		{Name: "mongodb", Example: "//localhost/NAME", Shared: AnyFlow, Modes: []StoreMode{Append, Upsert, Replace}},
		{Name: "nats-kv", Example: "//localhost/NAME", Shared: AnyFlow, Modes: []StoreMode{Upsert}, Keyed: true},
		{
			Name: "csv", Example: "data/NAME.csv", Package: "github.com/flowc-dev/flowc/flow/csv", Shared: OneFlow,
			Modes: []StoreMode{Append, Replace}, CSV: true,
		},
		{
			// Package json is encoding/json in generated code.
			Name: "json", Example: "data/NAME.json", Package: "github.com/flowc-dev/flowc/flow/jsonfile", Shared: OneFlow,
			Modes: []StoreMode{Append, Replace, Upsert},
		},
	}
}

// StoreSchemeOf returns the row of a scheme, or nil.
func StoreSchemeOf(name string) *StoreScheme {
	schemes := StoreSchemes()
	i := slices.IndexFunc(schemes, func(s StoreScheme) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &schemes[i]
}

// Built reports whether flowc can generate such a store.
func (s *StoreScheme) Built() bool { return s.Package != "" }

// IsFile reports whether such a store is a local file.
func (s *StoreScheme) IsFile() bool { return s.Shared != AnyFlow }

// takes reports whether a table of that name cannot be one of a store.
func (s *StoreScheme) takes(table string) bool { return sqlname.Reserved(table, s.Taken) }

// url is an example of the URL of a store.
func (s *StoreScheme) url(store string) string {
	return s.Name + ":" + strings.ReplaceAll(s.Example, "NAME", store)
}

// schemesThat lists the schemes of stores that can be built and fit; where none
// of them can be built yet, those that are part of the language.
func schemesThat(fit func(*StoreScheme) bool) []string {
	var built, planned []string
	for _, s := range StoreSchemes() {
		switch {
		case !fit(&s):
		case s.Built():
			built = append(built, s.Name)
		default:
			planned = append(planned, s.Name)
		}
	}
	if len(built) == 0 {
		return planned
	}
	return built
}

// BuiltSchemes are the schemes that a store can have today.
func BuiltSchemes() []string { return schemesThat(func(*StoreScheme) bool { return true }) }

// NewSchemes says which stores can tell what is new: "sqlite:, or jsonl: in mode
// append".
func NewSchemes() string {
	var list []string
	for _, s := range StoreSchemes() {
		if !s.Built() || len(s.New) == 0 {
			continue
		}
		text := s.Name + ":"
		if len(s.New) < len(s.Modes) {
			text += " in mode " + either(ModeNames(s.New))
		}
		list = append(list, text)
	}
	return strings.Join(list, ", or ")
}

// ModeNames names modes as they are written in a spec.
func ModeNames(modes []StoreMode) []string {
	names := make([]string, len(modes))
	for i, m := range modes {
		names[i] = m.String()
	}
	return names
}
