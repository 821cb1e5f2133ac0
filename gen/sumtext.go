package gen

import (
	"regexp"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// The text of signatures in flow.sum. The packages that every service has stand
// there by their names, all others by their import paths, in quotes:
//
//	Core(ctx context.Context, in []records.Reading) (out "net/netip".Addr, err error)

// wellKnown are the names of packages that never change.
func wellKnown(records string) map[string]string {
	return map[string]string{
		"context": "context",
		"flow":    ModulePath + "/flow",
		"json":    "encoding/json",
		"records": records,
		"time":    "time",
	}
}

// shortNames puts these names in the place of the import paths.
func shortNames(records string) *strings.Replacer {
	var pairs []string
	for short, path := range wellKnown(records) {
		pairs = append(pairs, `"`+path+`".`, short+".")
	}
	return strings.NewReplacer(pairs...)
}

// writeSignature is the signature of a function as flow.sum holds it.
func writeSignature(name string, s templates.Signature, short *strings.Replacer) string {
	return short.Replace(name + "(" + slotText(s.Params) + ") (" + slotText(s.Results) + ")")
}

func slotText(slots []templates.Slot) string {
	parts := make([]string, len(slots))
	for i, x := range slots {
		parts[i] = x.Name + " " + x.Type
	}
	return strings.Join(parts, ", ")
}

// shortName is a well known package in front of a name. What stands in quotes
// has other signs before it.
var shortName = regexp.MustCompile(`([ \[\]*])(context|flow|json|records|time)\.`)

// readSignature reads what writeSignature wrote; ok is false for other texts.
func readSignature(text, records string) (s templates.Signature, ok bool) {
	known := wellKnown(records)
	text = shortName.ReplaceAllStringFunc(text, func(m string) string {
		return m[:1] + `"` + known[m[1:len(m)-1]] + `".`
	})
	_, rest, ok := strings.Cut(text, "(")
	params, results, ok2 := strings.Cut(rest, ") (")
	results, ok3 := strings.CutSuffix(results, ")")
	if !ok || !ok2 || !ok3 {
		return s, false
	}
	s.Params, ok = readSlots(params)
	s.Results, ok2 = readSlots(results)
	return s, ok && ok2
}

func readSlots(text string) (slots []templates.Slot, ok bool) {
	for part := range strings.SplitSeq(text, ", ") {
		name, typ, ok := strings.Cut(part, " ")
		if !ok {
			return nil, false
		}
		slots = append(slots, templates.Slot{Name: name, Type: typ})
	}
	return slots, true
}
