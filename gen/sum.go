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

// sums are the hashes of a flow.sum by path.
type sums map[string]string

// readSums reads the files of a flow.sum; lines that it does not know are
// passed over.
func readSums(text []byte) sums {
	list := sums{}
	for line := range bytes.Lines(text) {
		if f := strings.Fields(string(line)); len(f) == 3 && f[0] == fileLine {
			list[f[1]] = f[2]
		}
	}
	return list
}
