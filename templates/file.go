package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

const filePath = flowPath + "/file"

func fileRead() Kind {
	return Kind{
		Kind: spec.Kind{
			Name: "file.read", Summary: "Reads a file of records, and follows it as it grows.",
			First: true, Waits: true, Undivided: "file", NeedsOut: true,
			Ends: func(o spec.Options) bool { return !o.Bool("follow") },
			Source: func(o spec.Options) spec.SourceClass {
				if o.Bool("follow") {
					return spec.Replayable
				}
				return spec.Lossy
			},
			Options: []spec.Option{
				{Name: "path", Type: spec.Text, Required: true, Doc: "file to read"},
				{Name: "format", Type: spec.Choice, Default: "jsonl", Choices: []string{"jsonl", "csv"}, Doc: "how records stand in it: a line of JSON each, or a row of CSV, the first of which names the columns"},
				{Name: "follow", Type: spec.Flag, Doc: "wait for more at the end of the file, over rotations, and keep the position"},
			},
			Check: checkRead,
		},
		Uses: Uses{First: "Reads the file from its beginning to its end; then the pipeline ends. With follow it waits there for more, and after a restart goes on where it was."},
		Notes: []string{
			"With follow a file that is rotated, by renaming or by copying and truncating it, is read to its end, and then the next one. The position is kept in data/positions/SERVICE.STAGE.json.",
			"A line that cannot be decoded goes to on_error.",
		},
		Variants: []string{"follow = true"},
		Example:  "[stage.tail]\nkind   = \"file.read\"\npath   = \"/var/log/plant/readings.jsonl\"\nfollow = true\nout    = \"Reading\"",
		Package:  filePath,
		CSV:      isCSV,
		Type: func(s *Service, st *spec.Stage) *jen.Statement {
			return jen.Op("*").Qual(filePath, "Reader").Types(s.goType(st.Out))
		},
		Open: openRead,
	}
}

// isCSV reports whether the file is one of CSV.
func isCSV(st *spec.Stage) bool { return st.Options.Text("format") == "csv" }

func checkRead(st *spec.Stage, report spec.Report) {
	if e := st.Options.Entry("path"); e != nil {
		if problem, help := spec.PathProblem(e.Value.Text); problem != "" {
			report(spec.ErrBadPath(e.Value.Span, problem, help))
		}
	}
	if isCSV(st) && st.Out != nil && st.Out.Kind != spec.RecordOf {
		report(errRowOfNoRecord(st.Options.Entry("out").Value.Span, st.Out))
	}
}

// errRowOfNoRecord says that a row of CSV cannot be a value of a type.
func errRowOfNoRecord(at spec.Span, t *spec.Type) spec.Diagnostic {
	return spec.NewError("FLOW123", at, "declare a record whose fields are the columns", "a row of CSV is a record, not %s", t)
}

func openRead(s *Service, st *spec.Stage) *jen.Statement {
	o := st.Options
	json, csv := jen.Code(s.codec(st.Out)), jen.Code(nil)
	if isCSV(st) {
		json, csv = nil, s.csv(st.Out.Record)
	}
	options := jen.Qual(filePath, "ReadOptions").Types(s.goType(st.Out))
	return jen.Qual(filePath, "Read").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Path", text(o.Text("path"))},
		field{"Follow", flag(o.Bool("follow"))},
		field{"JSON", json},
		field{"CSV", csv},
	))
}
