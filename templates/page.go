package templates

import (
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/spec"
)

// Page is what the reference says of a built-in kind or a table: flowc kinds
// prints it, and docs/reference holds it.
type Page struct {
	Name     string   `json:"name"`   // "http.get", "store"
	Header   string   `json:"header"` // how it stands in a spec
	Summary  string   `json:"summary"`
	Places   []string `json:"places,omitempty"` // of a kind: "first", "later"
	NotBuilt bool     `json:"notBuilt,omitempty"`
	Uses     []Use    `json:"uses,omitempty"`
	Delivery []string `json:"delivery,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	Options  []Row    `json:"options,omitempty"`
	// OfEveryStage are the options that kinds share.
	OfEveryStage []Row    `json:"ofEveryStage,omitempty"`
	Schemes      []Scheme `json:"schemes,omitempty"` // of stores
	Example      string   `json:"example,omitempty"`
	// Section is the anchor of the language reference that has all of it.
	Section string `json:"section"`
}

// Use is a way in which a kind may be used, and what it does then.
type Use struct {
	Where string `json:"where"` // "first, with out"
	Does  string `json:"does"`
}

// Row is an option of a page; those of a table within follow it, with its name
// before theirs.
type Row struct {
	Name     string   `json:"name"` // "retry.attempts"
	Type     string   `json:"type"`
	Choices  []string `json:"choices,omitempty"`
	Default  string   `json:"default,omitempty"`
	Required bool     `json:"required,omitempty"`
	NotBuilt bool     `json:"notBuilt,omitempty"`
	Doc      string   `json:"doc"`
}

// Scheme is what a store can do whose URL has the scheme.
type Scheme struct {
	Name     string   `json:"name"` // "sqlite"
	Modes    []string `json:"modes"`
	UsedBy   string   `json:"usedBy"`
	NotBuilt bool     `json:"notBuilt,omitempty"`
}

// KindPages returns the pages of all kinds, sorted by name.
func KindPages() []Page {
	var pages []Page
	for _, k := range Kinds() {
		pages = append(pages, kindPage(k))
	}
	return pages
}

func kindPage(k Kind) Page {
	p := Page{
		Name: k.Name, Header: "kind = \"" + k.Name + "\"", Summary: k.Summary, NotBuilt: k.NotBuilt,
		Uses: uses(k), Delivery: delivery(k), Notes: k.Notes,
		Options: rows(k.OwnOptions(), "", k.NotBuilt), OfEveryStage: rows(k.StageOptions(), "", k.NotBuilt),
		Example: k.Example, Section: anchor(k.Section),
	}
	if k.First {
		p.Places = append(p.Places, "first")
	}
	if k.Later {
		p.Places = append(p.Places, "later")
	}
	if k.Section == "" {
		p.Section = anchor(k.Name)
	}
	return p
}

// anchor is what a heading of the language reference is linked by.
func anchor(heading string) string {
	return strings.NewReplacer(".", "", " ", "-").Replace(strings.ToLower(heading))
}

func uses(k Kind) []Use {
	first := "first"
	if k.NeedsOut {
		first += ", with out"
	}
	all := []Use{{first, k.Uses.First}, {"later", k.Uses.Later}, {"later, with out", k.Uses.Ask}}
	return slices.DeleteFunc(all, func(u Use) bool { return u.Does == "" })
}

// delivery says what the kind means for the promise of its pipeline.
func delivery(k Kind) []string {
	var list []string
	if k.Source != nil {
		class, _ := k.SourceWith("")
		list = append(list, "As a source it is "+class.String()+": "+class.Means()+".")
		for _, v := range k.Variants {
			other, _ := k.SourceWith(v)
			list = append(list, "With "+v+" it is "+other.String()+": "+other.Means()+".")
		}
	}
	switch {
	case !k.Sends:
	case k.Idempotent:
		list = append(list, "As a sink it is idempotent: sending the same again changes nothing.")
	default:
		list = append(list, "As a sink it is not idempotent: what is repeated is sent again.")
	}
	if k.Waits {
		list = append(list, "Its pipeline has no trigger.")
	}
	return list
}

// rows returns the rows of options. Where the kind is not built no option is,
// and none needs to say so.
func rows(options []spec.Option, prefix string, notBuilt bool) []Row {
	var list []Row
	for _, o := range options {
		list = append(list, Row{
			Name: prefix + o.Name, Type: o.Takes(), Choices: o.Choices, Default: o.Implied(), Required: o.Required,
			NotBuilt: o.NotBuilt && !notBuilt, Doc: o.Doc,
		})
		list = append(list, rows(o.Options, prefix+o.Name+".", notBuilt || o.NotBuilt)...)
	}
	return list
}

// TablePages returns the pages of all tables, in the order of the language
// reference.
func TablePages() []Page {
	var pages []Page
	for _, s := range spec.Schemas() {
		p := Page{
			Name: s.Name, Header: s.Header, Summary: s.Summary, NotBuilt: s.NotBuilt, Notes: s.Notes,
			Options: rows(s.Options, "", s.NotBuilt), Example: s.Example, Section: anchor(s.Section),
		}
		if s.Name == "store" {
			for _, x := range spec.StoreSchemes() {
				p.Schemes = append(p.Schemes, Scheme{x.Name, spec.ModeNames(x.Modes), x.Shared.String(), !x.Built()})
			}
		}
		pages = append(pages, p)
	}
	return pages
}
