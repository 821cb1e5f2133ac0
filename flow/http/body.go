package http

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Value is a JSON value of a body that the spec has as a table: an [Object], a
// [List], a [Text] or a [Raw].
type Value interface {
	addTo(b *bodyBuilder)
}

// Object is a JSON object. Its members keep their order.
type Object []Member

// Member is a member of an [Object]. Its name is taken as it is.
type Member struct {
	Name  string
	Value Value
}

// List is a JSON list.
type List []Value

// Text is the template of a JSON string. All of it is escaped when it is
// filled, what settings and fields put in too.
type Text string

// Raw is the template of a JSON number or bool, or one of them as it is.
type Raw string

// jsonBody is an [Object] with its settings resolved, in the order in which it
// is written.
type jsonBody struct {
	parts  []jsonPart
	end    []byte // behind the last part
	fields int    // of all parts
}

// jsonPart is a value that fields fill, and what is written before it.
type jsonPart struct {
	before []byte
	value  *driver.Template
	fields int
	write  func(to []byte, text string) ([]byte, error)
}

// fill returns the body with these texts in place of its fields.
func (b *jsonBody) fill(texts []string) ([]byte, error) {
	if len(texts) != b.fields {
		return nil, fmt.Errorf("the body takes %d values, not %d", b.fields, len(texts))
	}
	var out []byte
	for _, p := range b.parts {
		out = append(out, p.before...)
		text, err := p.value.Fill(texts[:p.fields]...)
		if err != nil {
			return nil, err
		}
		if out, err = p.write(out, text); err != nil {
			return nil, err
		}
		texts = texts[p.fields:]
	}
	return append(out, b.end...), nil
}

// bodyBuilder resolves the settings of an object.
type bodyBuilder struct {
	setup  *flow.Setup
	place  string
	option string // where in the body: "body.meta.room"
	body   jsonBody
}

func newJSONBody(s *flow.Setup, place string, o Object) *jsonBody {
	b := &bodyBuilder{setup: s, place: place, option: "body"}
	o.addTo(b)
	return &b.body
}

func (o Object) addTo(b *bodyBuilder) {
	option := b.option
	b.write("{")
	for i, m := range o {
		if i > 0 {
			b.write(",")
		}
		b.option = option + "." + m.Name
		b.constant(quote, m.Name)
		b.write(":")
		m.Value.addTo(b)
	}
	b.write("}")
	b.option = option
}

func (l List) addTo(b *bodyBuilder) {
	b.write("[")
	for i, v := range l {
		if i > 0 {
			b.write(",")
		}
		v.addTo(b)
	}
	b.write("]")
}

func (t Text) addTo(b *bodyBuilder) { b.template(string(t), quote) }

func (r Raw) addTo(b *bodyBuilder) { b.template(string(r), asItIs) }

func (b *bodyBuilder) write(text string) { b.body.end = append(b.body.end, text...) }

// constant writes a text that no field changes.
func (b *bodyBuilder) constant(write func([]byte, string) ([]byte, error), text string) {
	out, err := write(b.body.end, text)
	if err != nil {
		b.setup.Errorf(b.place, "%s: %w", b.option, err)
		return
	}
	b.body.end = out
}

// template adds a value: at once where it has no fields, else as a part that is
// written for each request.
func (b *bodyBuilder) template(raw string, write func([]byte, string) ([]byte, error)) {
	fields := 0
	value := driver.NewTemplate(b.setup, b.place, b.option, raw, func(before string) driver.Escape {
		fields++
		return driver.Verbatim(before) // the whole text is escaped
	})
	if fields == 0 {
		text, _ := value.Fill() // nothing to refuse
		b.constant(write, text)
		return
	}
	b.body.parts = append(b.body.parts, jsonPart{slices.Clone(b.body.end), value, fields, write})
	b.body.end = nil
	b.body.fields += fields
}

// quote writes a JSON string.
func quote(to []byte, text string) ([]byte, error) {
	out, err := jsontext.AppendQuote(to, text)
	if err != nil {
		return nil, fmt.Errorf("a JSON string cannot hold it: %w", err)
	}
	return out, nil
}

// asItIs writes a JSON number or bool. The texts of some numbers are none.
func asItIs(to []byte, text string) ([]byte, error) {
	if !jsontext.Value(text).IsValid() {
		return nil, fmt.Errorf("JSON cannot hold the number %s", text)
	}
	return append(to, text...), nil
}
