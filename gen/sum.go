package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
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
func sumFile(files []File, signatures map[string]string) File {
	var lines []string
	for _, f := range files {
		if f.Owner == Flowc {
			lines = append(lines, fmt.Sprintf("%s %s %s\n", fileLine, f.Path, hash(f.Content)))
		}
	}
	for _, signature := range signatures {
		lines = append(lines, fmt.Sprintf("%s %s %s\n", funcLine, strings.TrimPrefix(signature, "func "), hash([]byte(signature))))
	}
	slices.Sort(lines)
	return File{Path: SumName, Content: []byte(strings.Join(lines, "")), Owner: Flowc}
}

func hash(content []byte) string {
	h := sha256.Sum256(content)
	return "h1:" + base64.StdEncoding.EncodeToString(h[:])
}

// sums are the hashes of a flow.sum: those of files by path, and the names of
// the stage functions.
type sums struct {
	files map[string]string
	funcs []string
}

// readSums reads the files of a flow.sum; lines that it does not know are
// passed over.
func readSums(text []byte) sums {
	s := sums{files: map[string]string{}}
	for line := range bytes.Lines(text) {
		f := strings.Fields(string(line))
		switch {
		case len(f) == 3 && f[0] == fileLine:
			s.files[f[1]] = f[2]
		case len(f) > 2 && f[0] == funcLine:
			name, _, _ := strings.Cut(f[1], "(")
			s.funcs = append(s.funcs, name)
		}
	}
	return s
}
