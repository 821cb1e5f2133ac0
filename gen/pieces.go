package gen

import (
	"encoding/binary"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// pieces are the pieces of Go that the last generate of a service was made of,
// which lie in the user's cache folder; without it every piece is made anew. No
// flowc takes those of another one.
type pieces struct {
	path  string // empty: nowhere
	known map[templates.Key]*knownPiece
	used  int // how many of them
	fresh bool
}

// knownPiece is a piece, and whether this generate is made of it.
type knownPiece struct {
	templates.Piece
	used bool
}

// meanPiece is about how long a piece is in the cache, in bytes.
const meanPiece = 256

// readPieces reads the pieces of the service in a folder.
func readPieces(dir string) *pieces {
	s := &pieces{path: cacheFile(dir, "pieces")}
	data := readOwnCache(s.path)
	s.known = make(map[templates.Key]*knownPiece, len(data)/meanPiece)
	lists := map[string][]templates.Import{} // many pieces have the same
	for len(data) > len(templates.Key{}) {
		key, p := templates.Key(data), &knownPiece{}
		var imports []byte
		imports, data = cutSized(data[len(key):])
		if _, ok := lists[string(imports)]; !ok {
			lists[string(imports)] = readImports(string(imports))
		}
		p.Imports = lists[string(imports)]
		p.Text, data = cutSized(data)
		s.known[key] = p
	}
	return s
}

// Get is part of [templates.Cache].
func (s *pieces) Get(key templates.Key) (p templates.Piece, ok bool) {
	known := s.known[key]
	if known == nil {
		return p, false
	}
	if !known.used {
		known.used = true
		s.used++
	}
	return known.Piece, true
}

// Put is part of [templates.Cache].
func (s *pieces) Put(key templates.Key, p templates.Piece) {
	s.known[key], s.fresh = &knownPiece{p, true}, true
	s.used++
}

// save keeps what was used. A cache that cannot be written is no error.
func (s *pieces) save() {
	if s.path == "" || !s.fresh && s.used == len(s.known) {
		return
	}
	data := make([]byte, 0, meanPiece*s.used)
	for key, p := range s.known {
		if p.used {
			data = append(data, key[:]...)
			data = addSized(data, writeImports(p.Imports))
			data = addSized(data, p.Text)
		}
	}
	writeOwnCache(s.path, data)
}

// addSized adds a text with its size in front.
func addSized(data, text []byte) []byte {
	return append(binary.AppendUvarint(data, uint64(len(text))), text...)
}

// cutSized is the other way; nothing where the data is none of addSized's.
func cutSized(data []byte) (text, rest []byte) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n) {
		return nil, nil
	}
	data = data[n:]
	return data[:size:size], data[size:]
}

// writeImports writes imports, a line each.
func writeImports(list []templates.Import) (text []byte) {
	for _, i := range list {
		text = append(text, i.Alias+" "+i.Path+"\n"...)
	}
	return text
}

// readImports reads what writeImports wrote.
func readImports(text string) (list []templates.Import) {
	for line := range strings.Lines(text) {
		alias, path, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		list = append(list, templates.Import{Alias: alias, Path: path})
	}
	return list
}
