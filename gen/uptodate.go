package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	specs, same := specsIn(dir, last)
	if !same {
		return false
	}
	now, err := stateOf(dir, specs)
	return err == nil && bytes.Equal(now, last)
}

// specsIn are the specs that a state names. Whether they are the same is what
// most often differs, and told without a look at anything else.
func specsIn(dir string, state []byte) (specs []string, same bool) {
	for line := range strings.Lines(string(state)) {
		rest, ok := strings.CutPrefix(line, "spec ")
		if !ok {
			continue
		}
		name := rest[:strings.LastIndexByte(rest, ' ')]
		var now bytes.Buffer
		if err := addHash(&now, "spec", dir, name); err != nil || now.String() != line {
			return nil, false
		}
		specs = append(specs, name)
	}
	return specs, true
}

// MarkUpToDate notes the state of a service after a generate that had nothing
// to say, where it is still what the plan was made of: an editor may have saved
// the spec or a stage since.
func (p *Plan) MarkUpToDate() {
	path := cacheFile(p.Service.Dir, "state")
	if path == "" {
		return
	}
	var specs []string
	for _, s := range p.Service.specs {
		specs = append(specs, s.Name)
	}
	if state, err := stateOf(p.Service.Dir, specs); err == nil && p.madeOf(state) {
		writeCache(path, state)
	}
}

// madeOf reports whether a plan was made of what a state says.
func (p *Plan) madeOf(state []byte) bool {
	now, stages := map[string]bool{}, 0
	for line := range strings.Lines(string(state)) {
		now[line] = true
		if strings.HasPrefix(line, "stage ") {
			stages++
		}
	}
	for _, s := range p.Service.specs {
		hash := sha256.Sum256(s.Text)
		if !now[hashLine("spec", s.Name, hash[:])] {
			return false
		}
	}
	written := map[string]bool{}
	for _, e := range p.Entries {
		written[e.Path] = true
		if e.Status == Stub {
			stages--
		}
	}
	for _, f := range p.stages.files {
		if !now[statLine("stage", f.Name(), f)] && !written[StagesDir+"/"+f.Name()] {
			return false
		}
	}
	return stages == len(p.stages.files) && now["import "+p.Service.Import+"\n"]
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
	b.WriteString(hashLine(kind, name, h.Sum(nil)))
	return err
}

func hashLine(kind, name string, hash []byte) string {
	return fmt.Sprintf("%s %s %s\n", kind, name, encodeName(hash))
}

// addStat adds the size and the time of a file.
func addStat(b *bytes.Buffer, kind, name string) error {
	info, err := os.Stat(name)
	if err == nil {
		b.WriteString(statLine(kind, name, info))
	}
	return err
}

func statLine(kind, name string, info fs.FileInfo) string {
	return fmt.Sprintf("%s %s %d %d\n", kind, name, info.Size(), info.ModTime().UnixNano())
}

// addStages adds the files of package stages.
func addStages(b *bytes.Buffer, dir string) error {
	files, err := stageFiles(dir)
	for _, f := range files {
		b.WriteString(statLine("stage", f.Name(), f))
	}
	return err
}

func encodeName(b []byte) string { return hex.EncodeToString(b) }
