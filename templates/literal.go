package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// What generated code is written with beside jennifer: comments, and literals
// that leave out what is empty.

// comment writes lines as comments: one // a line, nothing else, so that no
// text of the spec can end the comment.
func comment(text string) *jen.Statement { return jen.Comment(commentText(text)) }

func commentText(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = "//" + spaced(plain(line))
	}
	return strings.Join(lines, "\n")
}

// spaced sets a line off from its slashes. A line that gofmt would take for a
// build constraint becomes an item of a list.
func spaced(line string) string {
	switch {
	case strings.HasPrefix(strings.TrimSpace(line), "+build"):
		return "   - " + line
	case line == "" || line[0] == '\t':
		return line
	}
	return " " + line
}

// plain drops what could end a line of a comment, for Go or for an editor.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ', r == 0x7f, r == 0x85, r == 0x2028, r == 0x2029, r == 0xfeff:
			return ' '
		}
		return r
	}, text)
}

// returnErr is "if err != nil { return err }".
func returnErr() *jen.Statement {
	return jen.If(jen.Id("err").Op("!=").Nil()).Block(jen.Return(jen.Id("err")))
}

// fromFlow is an identifier of the runtime.
func fromFlow(name string) *jen.Statement { return jen.Qual(flowPath, name) }

// fromRecord is an identifier of the runtime's codecs and schemas.
func fromRecord(name string) *jen.Statement { return jen.Qual(recordPath, name) }

// fromLoad is an identifier of what store.load needs.
func fromLoad(name string) *jen.Statement { return jen.Qual(loadPath, name) }

// field is "Name: value" of a literal, left out where the value is empty.
type field struct {
	name  string
	value jen.Code
}

// literal is a struct literal, a line a field, in the order given; fields
// without a value are left out.
func literal(typ *jen.Statement, fields ...field) *jen.Statement {
	return typ.CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, f := range fields {
			if f.value != nil {
				g.Id(f.name).Op(":").Add(f.value)
			}
		}
	})
}

// line is a struct literal on one line.
func line(typ *jen.Statement, fields ...field) *jen.Statement {
	return typ.CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ", "}, func(g *jen.Group) {
		for _, f := range fields {
			if f.value != nil {
				g.Id(f.name).Op(":").Add(f.value)
			}
		}
	})
}

// text is a quoted literal; nil where it is empty, so that literal leaves the
// field out.
func text(s string) jen.Code {
	if s == "" {
		return nil
	}
	return jen.Lit(s)
}

func number(n int) jen.Code {
	if n == 0 {
		return nil
	}
	return jen.Lit(n)
}

func flag(b bool) jen.Code {
	if !b {
		return nil
	}
	return jen.True()
}

// texts is a []string literal; nil where there is none.
func texts(list []string) jen.Code {
	if len(list) == 0 {
		return nil
	}
	return jen.Index().String().ValuesFunc(func(g *jen.Group) {
		for _, s := range list {
			g.Lit(s)
		}
	})
}
