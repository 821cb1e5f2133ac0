package spec

import (
	"slices"
	"strings"
)

// TypeKind is the sort of a type.
type TypeKind int

// The sorts of types.
const (
	Basic    TypeKind = iota // bool, int, … json: Name
	RecordOf                 // Record
	GoType                   // Import and Name
	List                     // Elem
	Map                      // Elem
	Optional                 // Elem: T?
)

// Type is a type of the language.
type Type struct {
	Kind   TypeKind
	Name   string
	Import string
	Record *Record
	Elem   *Type
}

// basicTypes are the types without parts, in the order of the language
// reference.
var basicTypes = []string{
	"bool", "int", "int32", "int64", "uint32", "uint64", "float32", "float64",
	"string", "bytes", "time", "duration", "json", "time(unix)", "time(unix_ms)",
}

// BasicTypes lists the types without parts, in the order of the language
// reference.
func BasicTypes() []string { return slices.Clone(basicTypes) }

// String returns the type as it is written in a spec.
func (t *Type) String() string {
	if t == nil {
		return "nothing"
	}
	switch t.Kind {
	case RecordOf:
		return t.Record.Name
	case GoType:
		return t.Import + "." + t.Name
	case List:
		return "[]" + t.Elem.String()
	case Map:
		return "map[string]" + t.Elem.String()
	case Optional:
		return t.Elem.String() + "?"
	}
	return t.Name
}

// Equal reports whether two types are the same.
func (t *Type) Equal(u *Type) bool { return t != nil && u != nil && t.String() == u.String() }

// IsList reports whether t is []T.
func (t *Type) IsList() bool { return t != nil && t.Kind == List }

// Item returns T of []T, and every other type as it is.
func (t *Type) Item() *Type {
	if t.IsList() {
		return t.Elem
	}
	return t
}

// Required returns T of T?, and every other type as it is.
func (t *Type) Required() *Type {
	if t.Kind == Optional {
		return t.Elem
	}
	return t
}

// IsScalar reports whether a value fits into text: a bool, number, string or
// time, as {field} takes it.
func (t *Type) IsScalar() bool {
	return t.Kind == Basic && t.Name != "json" && t.Name != "bytes" && t.Name != "duration"
}

// IsOrdered reports whether values have an order: version fields need one.
func (t *Type) IsOrdered() bool { return t.IsScalar() && t.Name != "bool" }

// shares reports whether a copy by assignment shares memory with the value:
// lists, maps, bytes and what holds them.
func (t *Type) shares(seen map[*Record]bool) bool {
	switch t.Kind {
	case Basic:
		return t.Name == "bytes" || t.Name == "json"
	case RecordOf:
		return t.Record.shares(seen)
	case GoType:
		return false // its text is its value: flowc takes it for immutable
	}
	return true
}

// Shares reports whether a copy of a value by assignment shares memory with it.
func (t *Type) Shares() bool { return t.shares(map[*Record]bool{}) }

func (r *Record) shares(seen map[*Record]bool) bool {
	if seen[r] {
		return false
	}
	seen[r] = true
	for _, f := range r.Fields {
		if f.Type != nil && f.Type.shares(seen) {
			return true
		}
	}
	return false
}

// typeParser reads a type's text.
type typeParser struct {
	records map[string]*Record
	seen    func(*Record) // told of every record that is named
	suggest bool          // whether to look for the nearest name
}

// typeProblem says why a text is no type, and what to write; name is the name
// that is no record's.
type typeProblem struct{ message, help, name string }

// maxTypeNesting is the depth of lists and maps in a type.
const maxTypeNesting = 16

// parse reads a type that stands at a depth of lists and maps. Where optional is
// false, T? is refused.
func (p typeParser) parse(text string, optional bool, depth int) (*Type, *typeProblem) {
	if depth > maxTypeNesting {
		return nil, &typeProblem{message: "lists and maps are nested too deeply", help: "declare a record for what is within"}
	}
	if inner, ok := strings.CutSuffix(text, "?"); ok {
		switch {
		case strings.HasSuffix(inner, "?"):
			return nil, &typeProblem{message: "a type has one ?", help: "drop the others"}
		case !optional:
			return nil, &typeProblem{message: "only a field of a record may be optional", help: "drop the ?"}
		}
		return p.around(Optional, inner, depth)
	}
	if inner, ok := strings.CutPrefix(text, "[]"); ok {
		return p.around(List, inner, depth)
	}
	if inner, ok := strings.CutPrefix(text, "map[string]"); ok {
		return p.around(Map, inner, depth)
	}
	return p.named(text)
}

// around reads the type that a list, a map or an optional type is made of.
func (p typeParser) around(kind TypeKind, inner string, depth int) (*Type, *typeProblem) {
	elem, problem := p.parse(inner, false, depth+1)
	if problem != nil {
		return nil, problem
	}
	return &Type{Kind: kind, Elem: elem}, nil
}

func (p typeParser) named(text string) (*Type, *typeProblem) {
	if text == "" {
		return nil, &typeProblem{message: "a type is missing", help: "types are " + strings.Join(basicTypes, ", ") + ", and records"}
	}
	if slices.Contains(basicTypes, text) {
		return &Type{Kind: Basic, Name: text}, nil
	}
	if r := p.records[text]; r != nil {
		p.seen(r)
		return &Type{Kind: RecordOf, Record: r}, nil
	}
	if path, name, ok := splitGoType(text); ok {
		return &Type{Kind: GoType, Import: path, Name: name}, nil
	}
	return nil, &typeProblem{quoted(text) + " is not a type", p.advise(text), text}
}

func (p typeParser) advise(text string) string {
	switch {
	case text == "any" || text == "interface{}":
		return "there is no any: name the type, or take json and decode it in the stage"
	case strings.Contains(text, "${"):
		return "types do not come from the environment"
	case strings.HasPrefix(text, "map["):
		return "a map is map[string]T"
	case strings.ContainsAny(text, "[]"):
		return "a list is []T"
	case strings.Contains(text, "/"):
		return "a Go type is \"import/path.Name\", and its name starts with a capital"
	case text == "float" || text == "double" || text == "number":
		return "write float64"
	case text == "uint" || text == "integer" || text == "long":
		return "write int or int64"
	case text == "boolean":
		return "write bool"
	case text == "datetime" || text == "timestamp" || text == "date":
		return "write time"
	}
	if p.suggest {
		if near := nearest(text, append(keys(p.records), basicTypes...)); near != "" {
			return "did you mean " + quoted(near) + "?"
		}
	}
	help := "types are " + strings.Join(basicTypes, ", ") + ", and records"
	if validRecord(text) {
		return "declare [record." + text + "]; other " + help
	}
	return help
}

// splitGoType splits "import/path.Name". The path has a slash or names a
// package of the standard library.
func splitGoType(text string) (path, name string, ok bool) {
	dot := strings.LastIndex(text, ".")
	if dot <= 0 || strings.ContainsAny(text, " \t\"`'\\{}()[]<>;:*\n\r") {
		return "", "", false
	}
	path, name = text[:dot], text[dot+1:]
	return path, name, path != "C" && recordPattern.MatchString(name) && validImport(path)
}

func validImport(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if part == "" || part == "." || part == ".." || strings.HasPrefix(part, "-") {
			return false
		}
		for _, r := range part {
			if r > 0x7e || r < 0x21 || strings.ContainsRune("!#$%&,=@^|?*", r) {
				return false
			}
		}
	}
	return true
}
