package gen

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/flowc-dev/flowc/templates"
)

// compare holds what is generated against what is there.
func (p *Plan) compare(old sums) error {
	var errs []error
	for _, f := range p.files {
		if f.Path == SumName {
			p.sum = f.Content
			continue
		}
		current, err := readOptional(p.path(f.Path))
		errs = append(errs, err)
		if err == nil && (current == nil || !bytes.Equal(unixLines(current), f.Content)) {
			p.Entries = append(p.Entries, Entry{f.Path, statusOf(f, current, old), current, f.Content})
		}
	}
	for name := range old.files {
		generated := slices.ContainsFunc(p.files, func(f File) bool { return f.Path == name })
		if generated || !filepath.IsLocal(filepath.FromSlash(name)) {
			continue
		}
		current, err := readOptional(p.path(name))
		errs = append(errs, err)
		switch {
		case current == nil:
		case old.wrote(name, current):
			p.Entries = append(p.Entries, Entry{name, Orphaned, current, nil})
		default:
			p.Entries = append(p.Entries, Entry{name, Edited, current, nil})
		}
	}
	return errors.Join(errs...)
}

// statusOf says what is the matter with a file that is not as it is to be.
func statusOf(f File, current []byte, old sums) Status {
	switch {
	case current == nil && f.Owner == User:
		return Stub
	case current == nil:
		return Missing
	case f.Owner == User || old.files[f.Path] == nil:
		return Foreign
	case old.wrote(f.Path, current):
		return Stale
	}
	return Edited
}

// wrote reports whether flowc wrote what stands in a file: its hash is known,
// and it says so.
func (s sums) wrote(name string, current []byte) bool {
	return slices.Contains(s.files[name], hash(unixLines(current))) && bytes.HasPrefix(current, []byte(templates.Header))
}

// unixLines is a text as flowc writes it: git may have checked it out with the
// line ends of Windows.
func unixLines(text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return text // as almost always: no copy
	}
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
}

func (p *Plan) path(name string) string { return p.Service.path(name) }

// readOptional reads a file; nil where there is none.
func readOptional(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err == nil && text == nil {
		text = []byte{}
	}
	return text, err
}
