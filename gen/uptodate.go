package gen

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
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
	if !same || cutOff(dir) {
		return false
	}
	now, err := stateOf(dir, specs, last)
	return err == nil && bytes.Equal(now, last)
}

// cutOff reports whether a generate was killed: the next one tidies up.
func cutOff(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, stagingName))
	return err == nil
}

// specsIn are the specs that a state names. Whether they are the same is what
// most often differs, and told without a look at anything else.
func specsIn(dir string, state []byte) (specs []string, same bool) {
	for line := range strings.Lines(string(state)) {
		rest, ok := strings.CutPrefix(line, "spec ")
		if !ok {
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		name, err2 := strconv.Unquote(quoted)
		text, err3 := os.ReadFile(inFolder(dir, name))
		if errors.Join(err, err2, err3) != nil || hashLine("spec", name, text) != line {
			return nil, false
		}
		specs = append(specs, name)
	}
	return specs, true
}

// stateOf is all that a generate depends on beside flowc, as text. Which files
// there are it takes from a flow.sum that is as it was last: another one may name
// any.
func stateOf(dir string, specs []string, last []byte) ([]byte, error) {
	m, err := findModule(dir)
	sum, err2 := os.ReadFile(filepath.Join(dir, SumName))
	stages, err3 := stageFiles(dir)
	errs := []error{err, err2, err3}
	if sum = unixLines(sum); !bytes.Contains(last, []byte(hashLine("sum", SumName, sum))) {
		return nil, errChanged
	}
	lines := stateLines(m, sum, stages)
	for _, name := range specs {
		text, err := os.ReadFile(inFolder(dir, name))
		lines, errs = append(lines, hashLine("spec", name, text)), append(errs, err)
	}
	for name := range readSums(sum).files {
		text, err := os.ReadFile(inFolder(dir, name))
		lines, errs = append(lines, hashLine("file", name, unixLines(text))), append(errs, err)
	}
	return joinLines(lines), errors.Join(errs...)
}

// MarkUpToDate notes the state of a service after a generate that had nothing
// to say: what the plan was made of, and what it wrote. Where an editor has saved
// something since it was read, the state is already another one.
func (p *Plan) MarkUpToDate() {
	path := cacheFile(p.Service.Dir, "state")
	if path == "" {
		return
	}
	if state, err := p.state(); err == nil {
		writeCache(path, state)
	}
}

// state is what [stateOf] finds where nothing was saved since the plan was made.
func (p *Plan) state() ([]byte, error) {
	stages, err := p.stageFiles()
	lines := stateLines(p.Service.module, p.sum, stages)
	for _, s := range p.Service.specs {
		lines = append(lines, hashLine("spec", s.Name, s.Text))
	}
	for _, f := range p.files {
		if f.Owner == Flowc && f.Path != SumName {
			lines = append(lines, hashLine("file", f.Path, f.Content))
		}
	}
	return joinLines(lines), err
}

// stageFiles are the files of package stages as they were read, and those that
// were written since as they are now. Where one was saved in the tick of the clock
// in which it was read or written, nobody could tell.
func (p *Plan) stageFiles() (files []fs.FileInfo, err error) {
	written := map[string]bool{}
	for _, e := range p.Entries {
		if path.Dir(e.Path) != StagesDir {
			continue
		}
		info, err := os.Stat(p.path(e.Path))
		if err != nil || info.Size() != int64(len(e.After)) || isCoarse(info.ModTime()) && !isSettled(info.ModTime(), time.Now()) {
			return nil, errors.Join(errChanged, err)
		}
		files, written[info.Name()] = append(files, info), true
	}
	for _, f := range p.stages.files {
		if written[f.Name()] {
			continue
		}
		if _, settled := p.stages.index.used[path.Join(StagesDir, f.Name())]; !settled {
			return nil, errChanged
		}
		files = append(files, f)
	}
	return files, nil
}

// errChanged is why a state is not noted, or not asked further.
var errChanged = errors.New("a file was, or may have been, changed since")

// stateLines are the lines of a state but for those of the specs and of what was
// generated.
func stateLines(m module, sum []byte, stages []fs.FileInfo) []string {
	lines := []string{"import " + m.importPath + "\n", hashLine("module", "go.mod", m.text), hashLine("sum", SumName, sum)}
	for _, f := range stages {
		lines = append(lines, "stage "+strconv.Quote(f.Name())+" "+strconv.FormatInt(f.Size(), 10)+" "+strconv.FormatInt(f.ModTime().UnixNano(), 10)+"\n")
	}
	return lines
}

// hashLine has the name of a file in quotes: it may have any sign.
func hashLine(kind, name string, text []byte) string {
	return kind + " " + strconv.Quote(name) + " " + hash(text) + "\n"
}

func joinLines(lines []string) []byte {
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

func inFolder(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
