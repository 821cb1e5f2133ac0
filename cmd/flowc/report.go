package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
)

// event is something that a generate did or found: a line for people, or one of
// JSON for tools.
type event struct {
	Event       string `json:"event"`
	File        string `json:"file,omitempty"`
	Status      string `json:"status,omitempty"`
	Line        int    `json:"line,omitempty"`
	Function    string `json:"function,omitempty"`
	Declaration string `json:"declaration,omitempty"`
	Message     string `json:"message,omitempty"`
}

// The events.
const (
	eventOutdated = "outdated"
	eventWrote    = "wrote"
	eventStub     = "stub"
	eventRemoved  = "removed"
	eventChanged  = "changed"
	eventUnused   = "unused"
	eventMismatch = "mismatch"
	eventModule   = "module"
	eventError    = "error"
)

// reporter says what a generate did.
type reporter struct {
	service *gen.Service
	options generateOptions
	out     io.Writer
	err     io.Writer
}

func newReporter(cmd *cobra.Command, s *gen.Service, o generateOptions) *reporter {
	return &reporter{service: s, options: o, out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}
}

// generated says what was written, a line each. What was written anew without
// being news to people is for tools only.
func (r *reporter) generated(p *gen.Plan) {
	for _, e := range p.Entries {
		switch {
		case e.Status == gen.Stub:
			r.say(event{Event: eventStub, File: e.Path})
		case e.After == nil:
			r.say(event{Event: eventRemoved, File: e.Path})
		case r.options.json:
			r.say(event{Event: eventWrote, File: e.Path})
		}
	}
	for _, c := range p.Changed {
		r.say(event{Event: eventChanged, File: c.Function.File, Line: c.Function.Line, Function: c.Function.Name, Declaration: c.Want})
	}
	for _, f := range p.Unused {
		r.say(event{Event: eventUnused, File: f.File, Line: f.Line, Function: f.Name})
	}
	r.mismatches(p)
	if missing := missingRequire(r.service); missing != "" {
		r.complain(event{Event: eventModule, Message: missing})
	}
}

// mismatches says which signatures the user has to write.
func (r *reporter) mismatches(p *gen.Plan) {
	for _, m := range p.Mismatches {
		r.complain(event{Event: eventMismatch, File: m.Function.File, Line: m.Function.Line, Function: m.Function.Name, Declaration: m.Want})
	}
}

// failed says why nothing was generated.
func (r *reporter) failed(err error) { r.complain(event{Event: eventError, Message: err.Error()}) }

// say writes what went as it should.
func (r *reporter) say(e event) {
	if !r.options.quiet {
		r.write(r.out, e)
	}
}

// complain writes what the user has to see to.
func (r *reporter) complain(e event) {
	if r.options.json {
		r.write(r.out, e)
		return
	}
	r.write(r.err, e)
}

func (r *reporter) write(w io.Writer, e event) {
	if r.options.json {
		_ = json.NewEncoder(w).Encode(e) // of strings and numbers; who reads it may be gone
		return
	}
	fmt.Fprintln(w, r.text(e))
}

// text is an event for people.
func (r *reporter) text(e event) string {
	file := e.File
	if file != "" {
		file = r.service.Rel(file)
	}
	switch e.Event {
	case eventStub:
		return fmt.Sprintf("new stub %s: write the body of its function", file)
	case eventRemoved:
		return "removed " + file
	case eventChanged:
		return fmt.Sprintf("%s:%d: changed to %s", file, e.Line, e.Declaration)
	case eventUnused:
		return fmt.Sprintf("%s:%d: no stage names function %s any more; it is yours to delete, or to rename where its stage was renamed", file, e.Line, e.Function)
	case eventMismatch:
		return fmt.Sprintf("%s:%d: error: the spec asks for another signature; write\n  %s", file, e.Line, e.Declaration)
	case eventModule:
		return "go.mod lacks what the generated code imports; run\n  " + e.Message
	case eventError:
		return "flowc: nothing was generated:\n  " + strings.ReplaceAll(e.Message, "\n", "\n  ")
	}
	return file + " " + e.Status
}
