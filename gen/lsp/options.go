package lsp

import (
	"slices"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// language is the tables and kinds of the language, gathered once for a snapshot.
type language struct {
	tables  []string // in the order of the language reference
	options map[string][]spec.Option
	kinds   map[string][]spec.Option // options of stages; those of the kind first
	// protocols are what the connections of kinds speak.
	protocols map[string]*spec.Protocol
}

func newLanguage() language {
	l := language{options: map[string][]spec.Option{}, kinds: map[string][]spec.Option{}, protocols: map[string]*spec.Protocol{}}
	for _, s := range spec.Schemas() {
		l.options[s.Name] = s.Options
		if s.Header != "" {
			l.tables = append(l.tables, s.Name)
		}
	}
	kind, _ := optionNamed(l.options["stage"], "kind")
	for _, k := range templates.Kinds() {
		l.kinds[k.Name] = slices.Concat([]spec.Option{kind}, k.OwnOptions(), k.StageOptions())
		l.protocols[k.Name] = k.Connection
	}
	return l
}

// isTable reports whether a name is that of a sort of tables.
func (l language) isTable(name string) bool { return slices.Contains(l.tables, name) }

// of returns the options of a table; of a stage those of its kind, or of a Go
// function where there is no such kind.
func (l language) of(table, kind string) []spec.Option {
	if list, ok := l.kinds[kind]; ok && table == "stage" {
		return list
	}
	return l.options[table]
}

// optionsAt returns the options that stand at a path: those of a table, or of a
// table within.
func (s *snapshot) optionsAt(path []string) []spec.Option {
	switch {
	case len(path) == 0:
		return s.options["service"]
	case len(path) == 1:
		return nil
	}
	list := s.language.of(path[0], s.kindOf(path[1]))
	for _, name := range path[2:] {
		o, ok := optionNamed(list, name)
		if !ok {
			return nil
		}
		list = o.Options
	}
	return list
}

// optionAt returns the option that a path of keys leads to.
func (s *snapshot) optionAt(path []string) (spec.Option, bool) {
	if len(path) == 0 || len(path) == 2 {
		return spec.Option{}, false
	}
	return optionNamed(s.optionsAt(path[:len(path)-1]), path[len(path)-1])
}

func optionNamed(list []spec.Option, name string) (spec.Option, bool) {
	i := slices.IndexFunc(list, func(o spec.Option) bool { return o.Name == name })
	if i < 0 {
		return spec.Option{}, false
	}
	return list[i], true
}
