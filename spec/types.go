package spec

import (
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
}

// typeProblem says why a text is no type; a suggestion may be empty.
type typeProblem struct{ message, help string }

// parse reads a type. Where optional is false, T? is refused.
func (p typeParser) parse(text string, optional bool) (*Type, *typeProblem) {
	if inner, ok := strings.CutSuffix(text, "?"); ok {
		if !optional {
			return nil, &typeProblem{"only a field of a record may be optional", "drop the ?"}
		}
		elem, problem := p.parse(inner, false)
		return &Type{Kind: Optional, Elem: elem}, problem
	}
	if inner, ok := strings.CutPrefix(text, "[]"); ok {
		elem, problem := p.parse(inner, false)
		return &Type{Kind: List, Elem: elem}, problem
	}
	if inner, ok := strings.CutPrefix(text, "map[string]"); ok {
		elem, problem := p.parse(inner, false)
		return &Type{Kind: Map, Elem: elem}, problem
	}
	return p.named(text)
}

func (p typeParser) named(text string) (*Type, *typeProblem) {
	for _, name := range basicTypes {
		if name == text {
			return &Type{Kind: Basic, Name: name}, nil
		}
	}
	if r := p.records[text]; r != nil {
		p.seen(r)
		return &Type{Kind: RecordOf, Record: r}, nil
	}
	if path, name, ok := splitGoType(text); ok {
		return &Type{Kind: GoType, Import: path, Name: name}, nil
	}
	return nil, &typeProblem{quoted(text) + " is not a type", p.advise(text)}
}

func (p typeParser) advise(text string) string {
	switch {
	case text == "any" || text == "interface{}":
		return "there is no any: name the type, or take json and decode it in the stage"
	case strings.HasPrefix(text, "map["):
		return "a map is map[string]T"
	case text == "float" || text == "double" || text == "number":
		return "write float64"
	case text == "uint" || text == "integer" || text == "long":
		return "write int or int64"
	case text == "boolean":
		return "write bool"
	}
	known := append([]string(nil), basicTypes...)
	for name := range p.records {
		known = append(known, name)
	}
	if near := nearest(text, known); near != "" {
		return "did you mean " + quoted(near) + "?"
	}
	return "declare [record." + text + "], or use one of " + strings.Join(basicTypes, ", ")
}

// splitGoType splits "import/path.Name". The path has a slash or names a
// package of the standard library.
func splitGoType(text string) (path, name string, ok bool) {
	dot := strings.LastIndex(text, ".")
	if dot <= 0 || strings.ContainsAny(text, " \t\"`'\\{}()[]<>;:*\n\r") {
		return "", "", false
	}
	path, name = text[:dot], text[dot+1:]
	return path, name, recordPattern.MatchString(name) && validImport(path)
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
