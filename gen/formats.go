package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"go/format"
	"os"
	"path/filepath"
	"runtime"
	"time"
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
	data, err := os.ReadFile(f.path)
	if err != nil {
		return f
	}
	for len(data) > sha256.Size+4 {
		key := [sha256.Size]byte(data)
		size := int(binary.BigEndian.Uint32(data[sha256.Size:]))
		data = data[sha256.Size+4:]
		if size > len(data) {
			break // cut off: what is missing is formatted anew
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

// cacheFile is a file in the user's cache folder about the service in a folder;
// "" where there is none.
func cacheFile(dir, what string) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	key := sha256.Sum256([]byte(abs))
	return filepath.Join(cache, "flowc", encodeName(key[:12])+"-"+what)
}

// writeCache writes a file as a whole. Where that fails, what was there is gone
// too: the next run does without.
func writeCache(path string, data []byte) {
	if os.MkdirAll(filepath.Dir(path), 0o777) != nil {
		return
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), "fresh-")
	if err != nil {
		return
	}
	_, err = fresh.Write(data)
	if fresh.Close() != nil || err != nil || os.Rename(fresh.Name(), path) != nil {
		_ = os.Remove(fresh.Name())
		_ = os.Remove(path)
	}
	forgetOld(filepath.Dir(path))
}

// longestCached is how long the cache keeps what nobody asked for: services
// move, and tests leave theirs.
const longestCached = 30 * 24 * time.Hour

func forgetOld(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > longestCached {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
