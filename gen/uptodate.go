package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// UpToDate reports whether nothing has changed since a generate at a path that
// had nothing to say: neither flowc, nor the spec and go.mod, nor what was
// generated, nor package stages. It compares hashes, of the user's Go sizes and
// times, and reads no spec and no Go. False says nothing.
func UpToDate(at string) bool {
	dir := at
	if filepath.Base(at) == SpecName {
		dir = filepath.Dir(at)
	}
	last := readCache(cacheFile(dir, "state"))
	if last == nil {
		return false
	}
	var files []string
	for line := range strings.Lines(string(last)) {
		if rest, ok := strings.CutPrefix(line, "spec "); ok {
			files = append(files, rest[:strings.LastIndexByte(rest, ' ')])
		}
	}
	now, err := stateOf(dir, files)
	return err == nil && bytes.Equal(now, last)
}

// MarkUpToDate notes the state of a service after a generate that had nothing
// to say.
func (p *Plan) MarkUpToDate() {
	path := cacheFile(p.Service.Dir, "state")
	if path == "" {
		return
	}
	if state, err := stateOf(p.Service.Dir, p.Service.specs); err == nil {
		writeCache(path, state)
	}
}

// stateOf is all that a generate depends on, as text.
func stateOf(dir string, specs []string) ([]byte, error) {
	var b bytes.Buffer
	program, err := os.Executable()
	if err == nil {
		err = addStat(&b, "flowc", program)
	}
	module, importPath, err2 := FindModule(dir)
	fmt.Fprintf(&b, "import %s\n", importPath)
	errs := []error{err, err2, addHash(&b, "module", module, "go.mod"), addHash(&b, "sum", dir, SumName)}
	for _, name := range specs {
		errs = append(errs, addHash(&b, "spec", dir, name))
	}
	sums, err := os.ReadFile(filepath.Join(dir, SumName))
	errs = append(errs, err)
	for name := range readSums(sums).files {
		errs = append(errs, addHash(&b, "file", dir, name))
	}
	errs = append(errs, addStages(&b, dir))
	lines := strings.SplitAfter(b.String(), "\n")
	slices.Sort(lines)
	return []byte(strings.Join(lines, "")), errors.Join(errs...)
}

// addHash adds the hash of a file.
func addHash(b *bytes.Buffer, kind, dir, name string) error {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	fmt.Fprintf(b, "%s %s %s\n", kind, name, encodeName(h.Sum(nil)))
	return err
}

// addStat adds the size and the time of a file.
func addStat(b *bytes.Buffer, kind, name string) error {
	info, err := os.Stat(name)
	if err == nil {
		fmt.Fprintf(b, "%s %s %d %d\n", kind, name, info.Size(), info.ModTime().UnixNano())
	}
	return err
}

// addStages adds the files of package stages.
func addStages(b *bytes.Buffer, dir string) error {
	entries, err := os.ReadDir(filepath.Join(dir, stagesDir))
	if os.IsNotExist(err) {
		return nil
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "stage %s %d %d\n", e.Name(), info.Size(), info.ModTime().UnixNano())
	}
	return err
}

func encodeName(b []byte) string { return hex.EncodeToString(b) }
