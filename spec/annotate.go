package spec

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// Annotate prints diagnostics as the workflow commands of GitHub Actions, which
// Forgejo and Gitea know as well: a line each, which the code host shows at its
// place. dir is the folder of the spec, from the root of the repository.
// See docs.github.com/actions, "Workflow commands for GitHub Actions".
func (d Diagnostics) Annotate(w io.Writer, dir string) error {
	var b strings.Builder
	for _, x := range d {
		fmt.Fprintf(&b, "::%s %stitle=%s::%s\n", x.Severity, annotatedPlace(x.Span, filepath.ToSlash(dir)), x.Code, annotated(x.text()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func annotatedPlace(s Span, dir string) string {
	if s.IsZero() {
		return ""
	}
	from, to := s.Source.Position(s.Start), s.Source.Position(s.End)
	file := strings.NewReplacer(":", "%3A", ",", "%2C").Replace(annotated(path.Join(dir, s.Source.Name)))
	return fmt.Sprintf("file=%s,line=%d,col=%d,endLine=%d,endColumn=%d,", file, from.Line, from.Column, to.Line, to.Column)
}

// annotated writes what would end a command otherwise.
func annotated(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// text is a diagnostic without its own place: the message, the second place and
// the help.
func (d Diagnostic) text() string {
	text := d.Message
	if d.Also != nil {
		text += "\n" + d.Also.Span.String() + ": " + d.Also.Message
	}
	if d.Help != "" {
		text += "\nhelp: " + d.Help
	}
	return text
}
