package file

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// generation is a file that is at the path, or was there before it was rotated
// away.
type generation struct {
	path string
	info os.FileInfo
}

// listTries is how often a folder is listed at most until it holds still: while
// names are passed on from file to file, a list may miss one.
const listTries = 20

// unread says which files were not read: that with an inode, and those that were
// written to at newest or later, but for the one that was read last. Zero, it is
// only the one at the path.
type unread struct {
	inode  uint64
	newest time.Time
	last   identity
}

// identity tells a file that is not written to any more from all others.
type identity struct {
	Inode    uint64    `json:"inode"`
	Modified time.Time `json:"modified"`
}

func identify(info os.FileInfo) identity { return identity{inode(info), info.ModTime().UTC()} }

// is reports whether a file is the one that it tells; that of none is no file.
func (id identity) is(info os.FileInfo) bool {
	return id.Inode != 0 && id.Inode == inode(info) && id.Modified.Equal(info.ModTime())
}

// generations lists the files that were rotated away and the one at the path,
// oldest first; also that with this inode, whatever its name.
func (f *follower) generations(number uint64) ([]generation, error) {
	list, err := f.listGenerations(number)
	for tries := 1; tries < listTries && err == nil; tries++ {
		last := list
		if list, err = f.listGenerations(number); slices.EqualFunc(list, last, generation.same) {
			break
		}
	}
	return list, err
}

// same reports whether a file has kept its name.
func (g generation) same(other generation) bool {
	return g.path == other.path && os.SameFile(g.info, other.info)
}

func (f *follower) listGenerations(number uint64) ([]generation, error) {
	list, err := f.beside(func(name string, info os.FileInfo) bool {
		return f.rotated.MatchString(name) || number != 0 && inode(info) == number
	})
	if err != nil {
		return nil, err
	}
	f.sort(list)
	info, err := os.Stat(f.path)
	if err != nil {
		return list, unlessMissing(err)
	}
	list = slices.DeleteFunc(list, func(g generation) bool { return os.SameFile(g.info, info) })
	return append(list, generation{f.path, info}), nil
}

// unlessMissing returns nil for the error of a file that does not exist.
func unlessMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// beside lists the regular files that are wanted, in the folder of the path, or
// of the file that it leads to where it is a link.
func (f *follower) beside(wanted func(name string, info os.FileInfo) bool) ([]generation, error) {
	folder := filepath.Dir(f.target())
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, unlessMissing(err)
	}
	var list []generation
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && wanted(e.Name(), info) { // an error: it is gone again
			list = append(list, generation{filepath.Join(folder, e.Name()), info})
		}
	}
	return list, nil
}

// compressed returns the names of the files that were compressed after they had
// been rotated away, and that hold something written at a time or later.
func (f *follower) compressed(written time.Time) (names []string) {
	written = written.Truncate(time.Second) // what compresses may keep no more of it
	// An error does not matter: the names only help to find what is lost.
	list, _ := f.beside(func(name string, info os.FileInfo) bool {
		ext := filepath.Ext(name)
		return slices.Contains([]string{".gz", ".bz2", ".xz", ".zst", ".lz4"}, ext) &&
			f.rotated.MatchString(strings.TrimSuffix(name, ext)) && !info.ModTime().Before(written)
	})
	for _, g := range list {
		names = append(names, filepath.Base(g.path))
	}
	return names
}

// since returns the generations from the first one that was not read; the one
// at the path was not, however old it is. Clocks tick: of files with the time of
// newest, those before the last one that was read were read too.
func (f *follower) since(list []generation, u unread) []generation {
	for i, g := range list {
		if g.path != f.path && u.last.is(g.info) {
			list = list[i+1:]
			break
		}
	}
	for i, g := range list {
		if g.path == f.path || !g.info.ModTime().Before(u.newest) || u.inode != 0 && inode(g.info) == u.inode {
			return list[i:]
		}
	}
	return nil
}

// target is the path, or where it leads if it is a link to a file.
func (f *follower) target() string {
	if target, err := filepath.EvalSymlinks(f.path); err == nil {
		return target
	}
	return f.path
}

// sort puts the files that were written to last behind the others. Of those
// that were rotated within one tick of the clock the names tell.
func (f *follower) sort(list []generation) {
	slices.SortFunc(list, func(a, b generation) int {
		return cmp.Or(a.info.ModTime().Compare(b.info.ModTime()), f.compareNames(a.path, b.path))
	})
}

// compareNames compares app.log.2, which is older than app.log.1, and
// app.log-20260102, which is newer than app.log-20260101.
func (f *follower) compareNames(a, b string) int {
	i, j := f.number(a), f.number(b)
	if i >= 0 && j >= 0 {
		return cmp.Compare(j, i)
	}
	return strings.Compare(a, b)
}

// number returns the number of a rotated file; -1 where it has none, or one so
// large that it is a date.
func (f *follower) number(path string) int {
	const tooLarge = 100_000
	n, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), filepath.Base(f.path)+"."))
	if err != nil || n >= tooLarge {
		return -1
	}
	return n
}

// rotatedNames matches the names that a file of this name gets when it is
// rotated: it and a number or a date, which may stand before its extension.
func rotatedNames(name string) *regexp.Regexp {
	const suffix = `[-_.][0-9][-_.:+0-9TZ]*`
	ext := filepath.Ext(name)
	stem := regexp.QuoteMeta(strings.TrimSuffix(name, ext))
	return regexp.MustCompile(`^` + stem + `(` + regexp.QuoteMeta(ext) + suffix + `|` + suffix + regexp.QuoteMeta(ext) + `)$`)
}
