// Package jsonschema has the JSON Schema of flow.toml, for editors. It keeps to
// draft-07, the latest that the TOML servers of editors all know, and to what they
// make use of: they complete keys and values from properties, enum, const and
// anyOf, not from what stands behind an if.
package jsonschema

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/flowc-dev/flowc/internal/setting"
	"github.com/flowc-dev/flowc/spec"
)

const (
	draft07 = "http://json-schema.org/draft-07/schema#"
	// placeRef is the one definition: a list of stages holds such lists.
	placeRef = "#/definitions/place"
)

// Of returns the JSON Schema of flow.toml and of the files that it
// includes, with the options of these kinds. It takes whatever Resolve takes
// without a warning, and refuses what can be told from a key and its value
// alone: it knows nothing of what the names stand for.
func Of(kinds []spec.Kind) *jsonschema.Schema {
	root := &jsonschema.Schema{
		Schema: draft07, Title: "flow.toml",
		Description: "A service that moves and processes data, which flowc compiles to Go.",
		Definitions: map[string]*jsonschema.Schema{"place": placeSchema()},
	}
	for _, table := range spec.Schemas() {
		if table.Header == "" {
			closeTable(root, table.Options)
			continue
		}
		root.Properties[table.Name] = tablesSchema(table, kinds)
		root.PropertyOrder = append(root.PropertyOrder, table.Name)
	}
	// An included file has no keys above its tables, flow.toml has these two.
	root.Required = nil
	root.DependencyStrings = map[string][]string{"flowc": {"service"}, "service": {"flowc"}, "include": {"flowc", "service"}, "nats": {"flowc", "service"}}
	return root
}

// tablesSchema describes all tables of a sort: [store.NAME].
func tablesSchema(table spec.Schema, kinds []spec.Kind) *jsonschema.Schema {
	one := &jsonschema.Schema{Description: noted(table.Summary, table.NotBuilt)}
	switch table.Name {
	case "record":
		one.Type, one.MinProperties, one.PropertyNames = "object", jsonschema.Ptr(1), &jsonschema.Schema{MinLength: jsonschema.Ptr(1)}
		one.AdditionalProperties = typeSchema("", `\??`)
		one.AdditionalProperties.Description = "type of the field; with ? at its end the value may be missing"
	case "stage":
		stageSchema(one, table.Options, kinds)
	default:
		closeTable(one, table.Options)
	}
	return &jsonschema.Schema{
		Type: "object", Description: table.Summary, PropertyNames: &jsonschema.Schema{MaxLength: jsonschema.Ptr(spec.MaxNameLength)},
		PatternProperties: map[string]*jsonschema.Schema{anchored(spec.NamePattern(table.Name)): one}, AdditionalProperties: never(),
	}
}

// closeTable makes a schema one of a table that has these options and no other
// keys.
func closeTable(s *jsonschema.Schema, options []spec.Option) {
	s.Type, s.AdditionalProperties = "object", never()
	s.Properties = map[string]*jsonschema.Schema{}
	for _, o := range options {
		s.Properties[o.Name] = optionSchema(o)
		s.PropertyOrder = append(s.PropertyOrder, o.Name)
		if o.Required {
			s.Required = append(s.Required, o.Name)
		}
	}
}

// always is the schema of every value.
func always() *jsonschema.Schema { return &jsonschema.Schema{} }

// never is the schema of no value.
func never() *jsonschema.Schema { return &jsonschema.Schema{Not: &jsonschema.Schema{}} }

// noted marks what flowc checks, but does not generate yet.
func noted(doc string, notBuilt bool) string {
	if notBuilt {
		doc += " (not built yet)"
	}
	return doc
}

// optionSchema describes the value of an option.
func optionSchema(o spec.Option) *jsonschema.Schema {
	s := valueSchema(o)
	s.Description = noted(o.Doc, o.NotBuilt)
	if value := o.Implied(); value != "" {
		s.Default = literalOf(o.Type, value)
	}
	return s
}

// literalOf is a value of the spec, without quotes there, as JSON.
func literalOf(t spec.OptionType, text string) json.RawMessage {
	if t != spec.Whole && t != spec.Flag {
		text = strconv.Quote(text)
	}
	return json.RawMessage(text)
}

// valueSchema describes what stands behind the key of an option.
func valueSchema(o spec.Option) *jsonschema.Schema {
	switch o.Type {
	case spec.Whole:
		return wholeSchema(o)
	case spec.Flag:
		return &jsonschema.Schema{Type: "boolean"}
	case spec.Name, spec.Choice:
		return wordSchema(o)
	case spec.Names:
		item := spec.Option{Of: strings.TrimSuffix(o.Of, "s")}
		if item.Of == "scheme" {
			item.Choices = spec.BuiltSchemes()
		}
		return &jsonschema.Schema{Type: "array", Items: wordSchema(item)}
	case spec.Fields:
		return &jsonschema.Schema{Type: "array", Items: textSchema(""), MinItems: jsonschema.Ptr(1)}
	case spec.Statuses:
		status := &jsonschema.Schema{Type: "integer", Minimum: jsonschema.Ptr(100.0), Maximum: jsonschema.Ptr(599.0)}
		return &jsonschema.Schema{Type: "array", Items: status, MinItems: jsonschema.Ptr(1)}
	case spec.TypeText:
		return typeSchema("(stream )?", "")
	case spec.Types:
		return anyOf(typeSchema("", ""), &jsonschema.Schema{Type: "array", Items: typeSchema("", "")})
	case spec.Pairs, spec.Texts:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: textSchema("")}
	case spec.Table:
		s := &jsonschema.Schema{}
		closeTable(s, o.Options)
		return s
	case spec.Sequence:
		return &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Ref: placeRef}, MinItems: jsonschema.Ptr(1)}
	case spec.Body:
		return bodySchema(o)
	}
	return textSchema(formOf(o.Type))
}

func anyOf(list ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: list} }

// textSchema describes a string that matches a pattern; empty: any string.
func textSchema(pattern string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: pattern}
}

// formOf is the pattern of a text that has a form. A setting may stand in each
// of them, whose value nobody knows yet.
func formOf(t spec.OptionType) string {
	switch t {
	case spec.Duration:
		return `^\+?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|\$`
	case spec.Size:
		return setting.SizeForm + `|\$`
	case spec.Rate:
		return setting.RateForm + `|\$`
	}
	return ""
}

// anchored makes a pattern one of a whole text.
func anchored(pattern string) string { return "^" + pattern + "$" }

func wholeSchema(o spec.Option) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "integer", Minimum: jsonschema.Ptr(0.0), Maximum: jsonschema.Ptr(float64(math.MaxInt32))}
	for _, c := range o.Choices {
		s.Enum = append(s.Enum, json.RawMessage(c))
	}
	return s
}

// wordSchema describes a word of a few, or a name; "topic.NAME" among the words
// stands for names.
func wordSchema(o spec.Option) *jsonschema.Schema {
	if len(o.Choices) == 0 {
		return textSchema(patternOf(o.Of))
	}
	words, names := &jsonschema.Schema{Type: "string"}, ""
	for _, c := range o.Choices {
		if before, ok := strings.CutSuffix(c, "NAME"); ok {
			names = "^" + regexp.QuoteMeta(before) + spec.NamePattern("name") + "$"
			continue
		}
		words.Enum = append(words.Enum, c)
	}
	if names == "" {
		return words
	}
	return anyOf(words, textSchema(names))
}

// patternOf is the pattern of the names of something; empty: any string.
func patternOf(what string) string {
	switch what {
	case "name", "connection", "store", "pipeline", "host":
		return anchored(spec.NamePattern(what))
	case "record":
		return "^(" + spec.NamePattern("record") + `|flow\.Dead)$`
	}
	return ""
}

// typeSchema describes a type, with patterns of what may stand around it. The
// types without parts are listed, so that an editor can offer them.
func typeSchema(before, behind string) *jsonschema.Schema {
	known := &jsonschema.Schema{}
	var quoted []string
	for _, name := range spec.BasicTypes() {
		known.Enum = append(known.Enum, name)
		quoted = append(quoted, regexp.QuoteMeta(name))
	}
	named := `([^ \[\]{}()?*$]+\.)?` + spec.NamePattern("record")
	s := anyOf(known, textSchema("^"+before+`(\[\]|map\[string\])*(`+strings.Join(quoted, "|")+"|"+named+")"+behind+"$"))
	s.Type = "string"
	return s
}

// placeSchema describes an item of a list of stages: a name, or such a list.
func placeSchema() *jsonschema.Schema {
	name := textSchema(`^((store|topic)\.)?` + spec.NamePattern("name") + "$")
	return anyOf(name, &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Ref: placeRef}})
}

func bodySchema(o spec.Option) *jsonschema.Schema {
	if o.Name == "state" {
		return &jsonschema.Schema{Enum: []any{true, false, "cache"}}
	}
	return &jsonschema.Schema{Types: []string{"string", "object"}}
}
