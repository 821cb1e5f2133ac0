package spec

import "slices"

// OptionType says what an option's value may be.
type OptionType int

// The types of options. Text, Duration, Size, Rate, URL and Template may hold
// ${NAME}; Name, Names, Type, Types and Choice may not.
const (
	Text     OptionType = iota // a string
	URL                        // a URL
	Duration                   // "30s"
	Size                       // "64MiB"
	Rate                       // "100/s"
	Template                   // a string with {field}
	Whole                      // a whole number
	Flag                       // true or false
	Name                       // the name of something declared
	Names                      // a list of names
	TypeText                   // a type
	Types                      // a type or a list of types
	Choice                     // one of Choices
	Pairs                      // a table of templates: headers, query
	Texts                      // a table of strings
	Statuses                   // a list of HTTP statuses
	Fields                     // a list of fields of a record
	Table                      // a table of Options
	Sequence                   // a list of stages
	Body                       // a template, or a table of JSON values whose strings are templates
)

// optionTypeNames describe the types for messages and documentation.
var optionTypeNames = [...]string{
	"a string", "a URL", "a duration such as \"30s\"", "a size such as \"64MiB\"", "a rate such as \"100/s\"",
	"a string", "a whole number", "true or false", "a name", "a list of names", "a type", "a type or a list of types",
	"one of a few words", "a table of strings", "a table of strings", "a list of HTTP statuses", "a list of field names", "a table",
	"a list of stages", "a string or a table",
}

// String describes the type for people.
func (t OptionType) String() string { return optionTypeNames[t] }

// Option is a key of a table: the one place that knows its type, default and
// meaning. Checker, emitter, documentation and editors read it.
type Option struct {
	Name     string
	Type     OptionType
	Default  string // as it would be written in the spec, without quotes; empty: none
	Doc      string // one line, for people
	Required bool
	Choices  []string // of Choice; of another type the words or numbers that fit, for people
	Of       string   // what a Name or Names name, for people: "record", "stores"
	Options  []Option // of Table
	Fills    bool     // {field} in it names a field of out that it fills; of a Text
	NotBuilt bool     // part of the language that flowc does not emit yet
}

// shortTypes name the types as the columns of the reference do, but for names,
// which are named by what they are names of.
var shortTypes = map[OptionType]string{
	Text: "string", URL: "URL", Duration: "duration", Size: "size", Rate: "rate", Template: "template",
	Whole: "whole number", Flag: "flag", TypeText: "type", Types: "type or list of types",
	Pairs: "table of templates", Texts: "table of strings", Statuses: "list of statuses", Fields: "list of fields",
	Table: "table", Sequence: "list", Choice: "word", Body: "template, or table",
}

// Takes says in a few words what the option takes, where it is not one of its
// Choices: "URL", "list of stores".
func (o Option) Takes() string {
	switch o.Type {
	case Name:
		return o.Of
	case Names:
		return "list of " + o.Of
	}
	return shortTypes[o.Type]
}

// Implied returns what the option is where the spec says nothing, as it would
// be written there without quotes; empty: there is no default.
func (o Option) Implied() string {
	if o.Type == Flag && o.Default == "" {
		return "false"
	}
	return o.Default
}

// Options are the values that a table gives to its options.
type Options struct {
	schema  []Option
	entries []*Entry
	written []string // the keys of the table, also those whose values are of no use
	subs    []subTable
	// mistaken says that the table has unknown keys, or one twice: what seems to
	// be missing may be one of them.
	mistaken bool
}

// subTable is the value of an option that is a table of options.
type subTable struct {
	name    string
	options Options
}

// Entry returns what stands in the spec, or nil.
func (o Options) Entry(name string) *Entry {
	for _, e := range o.entries {
		if e.Key == name {
			return e
		}
	}
	return nil
}

// Entries returns all that stands in the spec.
func (o Options) Entries() []*Entry { return o.entries }

// Has reports whether the spec gives a value.
func (o Options) Has(name string) bool { return o.Entry(name) != nil }

// Missing reports whether the spec gives no value, nor a mistaken one that was
// reported: whoever asks for the option asks this.
func (o Options) Missing(name string) bool {
	return !o.mistaken && !slices.Contains(o.written, name)
}

// Lost reports whether a mistake that was reported keeps the value from being
// known: its default is then none.
func (o Options) Lost(name string) bool { return !o.Has(name) && !o.Missing(name) }

// Text returns a string option or its default.
func (o Options) Text(name string) string {
	if e := o.Entry(name); e != nil {
		return e.Value.Text
	}
	for _, s := range o.schema {
		if s.Name == name {
			return s.Default
		}
	}
	return ""
}

// Int returns a whole number or its default.
func (o Options) Int(name string) int {
	n, _ := parseWhole(o.Text(name))
	return n
}

// Bool returns a flag; false is the default of every flag.
func (o Options) Bool(name string) bool { return o.Text(name) == "true" }

// Strings returns a list of strings.
func (o Options) Strings(name string) []string {
	var list []string
	if e := o.Entry(name); e != nil {
		for _, item := range e.Value.Items {
			list = append(list, item.Text)
		}
	}
	return list
}

// Pairs returns a table of strings in the order of the spec.
func (o Options) Pairs(name string) []*Entry {
	if e := o.Entry(name); e != nil {
		return e.Value.Entries
	}
	return nil
}

// Sub returns the options of a table within.
func (o Options) Sub(name string) Options {
	for _, s := range o.subs {
		if s.name == name {
			return s.options
		}
	}
	for _, s := range o.schema {
		if s.Name == name {
			return Options{schema: s.Options}
		}
	}
	return Options{}
}

func optionNames(schema []Option) []string {
	names := make([]string, len(schema))
	for i, s := range schema {
		names[i] = s.Name
	}
	return names
}
