package toml

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with a text, and what to write instead.
type Problem struct {
	Sort    Sort
	Span    Span
	Message string
	Help    string
	First   Span // where it stands first, of what is declared twice
}

// Sort tells problems apart by what they mean for the rest of the text.
type Sort int

// The sorts of problems.
const (
	Syntax   Sort = iota // a part of the text is not TOML
	Twice                // each part is TOML, but a key or a table is declared twice
	TooDeep              // values or keys are nested too deeply to be read
	Encoding             // the text is not UTF-8
)

// fault is what a person can get wrong in the syntax, and what to write instead.
type fault struct {
	message, help string
	// spills says that what follows may be broken only in consequence: the lines of
	// a string that is not closed, or those of a text that is something else.
	spills bool
}

var (
	valueMissing   = fault{"a value is missing", "write a value behind the =", true}
	itemMissing    = fault{"there is nothing before this comma", "drop it", false}
	noValue        = fault{"this is no value", "strings stand in quotes", false}
	noTrue         = fault{"this is no value", "write true, in small letters", false}
	noFalse        = fault{"this is no value", "write false, in small letters", false}
	zeroFirst      = fault{"a number starts with 0", "drop the 0, or write a string, in quotes", false}
	noNumber       = fault{"this is no number", "write digits, and _ only between two of them; strings stand in quotes", false}
	hugeNumber     = fault{"the number does not fit into 64 bits", "write a smaller one, or a string, in quotes", false}
	noTime         = fault{"there is no such date or time", "write a string, in quotes: the language has no dates of TOML", false}
	lineOpen       = fault{"the string does not end on its line", "close the string with its quote", true}
	basicOpen      = fault{"the string does not end", `close the string with """`, true}
	literalOpen    = fault{"the string does not end", "close the string with '''", true}
	badEscape      = fault{"a string in double quotes has no such escape", `write \\ for a backslash, or put the string between ' and '`, false}
	shortEscape    = fault{"an escape of a string is not complete", `write \uXXXX, or \\ for a backslash`, false}
	noCharacter    = fault{"there is no character of this number", "write the number of a Unicode character that is no surrogate", false}
	loneReturn     = fault{"a carriage return stands alone", "end lines with a line feed, as Unix does, or with both, as Windows does", false}
	controlSign    = fault{"the text has a control character", `delete it; a string in double quotes may have it as \u00XX`, false}
	headerOpen     = fault{"the header of the table is not closed", "close it with ]", false}
	listHeaderOpen = fault{"the header of the table is not closed", "close it with ]]", false}
	headerSign     = fault{"this cannot stand in the header of a table", "write [kind.name], of letters, digits and _", false}
	headerEmpty    = fault{"a name is missing in the header of the table", "write [kind.name]", false}
	noComment      = fault{"this is no key", "comments start with #", true}
	noKey          = fault{"this is no key", `write key = "value"; a key of other signs than letters, digits, _ and - stands in quotes`, true}
	keyMissing     = fault{"a key is missing", `write key = "value"`, true}
	keyOverLines   = fault{"a key goes over one line only", "put it between \" and \"", true}
	equalsMissing  = fault{"an = is missing behind the key", `write key = "value"`, true}
	tableOpen      = fault{"a comma, or the end of the inline table, is missing", "write { a = 1, b = 2 }", false}
	listOpen       = fault{"a comma, or the end of the list, is missing", `write ["a", "b"]`, false}
	lineGoesOn     = fault{"the line goes on behind its end", "strings stand in quotes, comments behind #, and each key and each [header] on a line of its own", false}
	mergeConflict  = fault{"the conflict of a merge begins here", "keep what is meant, and remove the lines <<<<<<<, ======= and >>>>>>>", false}
)

func notUTF8(at Span) Problem {
	return Problem{Sort: Encoding, Span: at, Message: "the file is not UTF-8", Help: "save the file as UTF-8"}
}

func tooDeep(at Span) Problem {
	return Problem{Sort: TooDeep, Span: at, Message: fmt.Sprintf("values are nested deeper than %d levels", MaxDepth), Help: "nest less: a spec needs no more than a few levels"}
}

// longestKey is how much of a dotted key a message shows.
const longestKey = 256

// shortened joins the parts of a dotted key as far as a message shows them.
func shortened(path []string) string {
	key := ""
	for i, part := range path {
		if i > 0 {
			key += "."
		}
		key += part[:min(len(part), longestKey)]
		if len(part) > longestKey || len(key) > longestKey {
			return key[:longestKey] + "…"
		}
	}
	return key
}

// declaredTwice says that a dotted key stands twice.
func declaredTwice(at, first Span, path []string, r reason) Problem {
	key := strings.ToValidUTF8(shortened(path), "")
	help := r.help
	if help == "" {
		help = "drop one, or give it another name"
	}
	return Problem{Sort: Twice, Span: at, First: first, Message: strconv.Quote(key) + " is declared twice" + r.why, Help: help}
}
