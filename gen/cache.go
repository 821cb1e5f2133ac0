package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"time"
)

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
	return filepath.Join(cache, "flowc", hex.EncodeToString(key[:12])+"-"+what)
}

// readCache reads a file of the cache; nil where another flowc wrote it, or it is
// not whole: with a wrong bit in it a function of the user's could be missing.
func readCache(path string) []byte {
	maker, err := identity()
	data, err2 := os.ReadFile(path)
	if err != nil || err2 != nil || len(data) < sha256.Size {
		return nil
	}
	data, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if sha256.Sum256(data) != [sha256.Size]byte(sum) {
		return nil
	}
	if data, own := bytes.CutPrefix(data, []byte(maker)); own {
		return data
	}
	return nil
}

// writeCache writes a file for this flowc, as a whole, with its hash behind it.
// Where that fails, what was there is gone too: the next run does without.
func writeCache(path string, data []byte) {
	maker, err := identity()
	if err != nil || os.MkdirAll(filepath.Dir(path), 0o777) != nil {
		return
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), "fresh-")
	if err != nil {
		return
	}
	if _, err := os.Stat(path); err != nil { // a further one: others may have become old
		forgetOld(filepath.Dir(path))
	}
	data = append([]byte(maker), data...)
	sum := sha256.Sum256(data)
	_, err = fresh.Write(append(data, sum[:]...))
	if errors.Join(err, fresh.Close()) != nil || os.Rename(fresh.Name(), path) != nil {
		_ = os.Remove(fresh.Name())
		_ = os.Remove(path)
	}
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
