package gen

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// flow.sum says what flowc generated last: a sorted line for each file of its
// own with its hash, and for each signature of a stage function. With it flowc
// knows its own files, whether somebody edited one, and what a stage's
// signature was.

// SumName is the name of that file.
const SumName = "flow.sum"

const (
	fileLine = "file"
	funcLine = "func"
)

// sumFile makes flow.sum.
func sumFile(files []File, signatures []string) File {
	var lines []string
	for _, f := range files {
		if f.Owner == Flowc {
			lines = append(lines, fmt.Sprintf("%s %s %s\n", fileLine, f.Path, hash(f.Content)))
		}
	}
	for _, signature := range signatures {
		lines = append(lines, fmt.Sprintf("%s %s %s\n", funcLine, signature, hash([]byte(signature))))
	}
	slices.Sort(lines)
	return File{Path: SumName, Content: []byte(strings.Join(lines, "")), Owner: Flowc}
}

func hash(content []byte) string {
	h := sha256.Sum256(content)
	return "h1:" + base64.StdEncoding.EncodeToString(h[:])
}

// sums are what a flow.sum says: the hashes of files by path, and the texts of
// stage functions' signatures by name. While a generate writes, it says both
// what was and what is to be: a run that was cut off left files of either.
type sums struct {
	files map[string][]string
	funcs map[string][]string
}

// readSums reads a flow.sum; lines that it does not know are passed over.
func readSums(text []byte) sums {
	s := sums{files: map[string][]string{}, funcs: map[string][]string{}}
	for line := range strings.Lines(string(text)) {
		kind, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		i := strings.LastIndexByte(rest, ' ')
		if i < 0 {
			continue
		}
		what, sum := rest[:i], rest[i+1:]
		switch kind {
		case fileLine:
			s.files[what] = append(s.files[what], sum)
		case funcLine:
			name, _, _ := strings.Cut(what, "(")
			s.funcs[name] = append(s.funcs[name], what)
		}
	}
	return s
}

// signatures are those of a stage function. records is the import path of the
// service's records.
func (s sums) signatures(name, records string) []templates.Signature {
	var list []templates.Signature
	for _, text := range s.funcs[name] {
		if signature, ok := readSignature(text, records); ok {
			list = append(list, signature)
		}
	}
	return list
}

// bothSums is a flow.sum that says what two say.
func bothSums(a, b []byte) []byte {
	lines := slices.AppendSeq(slices.Collect(strings.Lines(string(a))), strings.Lines(string(b)))
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), ""))
}
