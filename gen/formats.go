package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"go/format"
	"runtime"
)

// formats are pieces of Go with what formatting made of them at the last
// generate: of a service with a thousand stages only the piece that changed is
// formatted. They lie in the user's cache folder; without it every piece is.
type formats struct {
	path  string // empty: nowhere
	known map[[sha256.Size]byte][]byte
	used  map[[sha256.Size]byte][]byte
	fresh bool // some were formatted
}

// readFormats reads the formats of the service in a folder.
func readFormats(dir string) *formats {
	f := &formats{known: map[[sha256.Size]byte][]byte{}, used: map[[sha256.Size]byte][]byte{}}
	if f.path = cacheFile(dir, "formats"); f.path == "" {
		return f
	}
	data := readCache(f.path)
	for len(data) > sha256.Size+4 {
		key := [sha256.Size]byte(data)
		size := int(binary.BigEndian.Uint32(data[sha256.Size:]))
		data = data[sha256.Size+4:]
		if size > len(data) {
			break // of another flowc
		}
		f.known[key], data = data[:size:size], data[size:]
	}
	return f
}

// format formats a piece, or returns what formatting made of it before.
func (f *formats) format(piece []byte) ([]byte, error) {
	key := sha256.Sum256(append([]byte(runtime.Version()+"\n"), piece...))
	if text, ok := f.known[key]; ok {
		f.used[key] = text
		return text, nil
	}
	text, err := format.Source(piece)
	if err == nil {
		f.used[key], f.fresh = text, true
	}
	return text, err
}

// save keeps what was used. A cache that cannot be written is no error.
func (f *formats) save() {
	if f.path == "" || !f.fresh && len(f.used) == len(f.known) {
		return
	}
	var b bytes.Buffer
	for key, text := range f.used {
		b.Write(key[:])
		_ = binary.Write(&b, binary.BigEndian, uint32(len(text))) // to a buffer
		b.Write(text)
	}
	writeCache(f.path, b.Bytes())
}
