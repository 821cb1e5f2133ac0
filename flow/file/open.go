package file

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"
)

// open opens the file that is to be read.
func (f *follower) open() (bool, error) {
	switch p := f.from; {
	case p == nil:
		return f.enter(f.firstUnread)
	case p.Offset == 0 && p.Path == f.place:
		f.from, f.unread = nil, unread{p.Inode, p.Newest, p.Last}
		return f.enter(f.firstUnread)
	}
	in, err := f.find(*f.from)
	if err != nil {
		return false, f.mayCome(err)
	}
	if in == nil {
		return f.replace(*f.from)
	}
	if in.Name() != f.path {
		f.logger.Info("the file was rotated away; reading it to its end", "file", f.path, "now", in.Name(), "read", in.offset)
	}
	f.take(in)
	return true, nil
}

// clockError is how far the times of files may lie behind ours: that of the
// system's clock that they are taken from, which ticks a hundred times a second,
// and some for other machines.
const clockError = time.Second

// firstUnread returns the first file that was not read; nil where there is none.
// Where the path is missing at first, all that come to it are not read; that is
// made durable, for what comes while the service is down.
func (f *follower) firstUnread() (*generation, error) {
	if f.unread == (unread{}) {
		info, err := os.Stat(f.path)
		if err == nil {
			return &generation{f.path, info}, nil
		}
		if err := unlessMissing(err); err != nil {
			return nil, err
		}
		f.unread.newest = time.Now().Add(-clockError)
		return nil, f.ledger.save(position{Path: f.place, Line: 1, Newest: f.unread.newest.UTC()})
	}
	list, err := f.generations(f.unread.inode)
	if list = f.since(list, f.unread); len(list) == 0 || err != nil {
		return nil, err
	}
	return &list[0], nil
}

// replace goes on where the file of a position is gone: with the oldest one
// that was not read. Where there is none, a copy of the one that is gone may come.
func (f *follower) replace(p position) (bool, error) {
	if p.Path != f.place {
		f.from = nil
		f.logger.Info("the stage has another path than before; reading the file from its beginning", "file", f.path, "before", p.Path)
		return f.enter(f.firstUnread)
	}
	f.unread.newest, f.unread.last = p.Newest, p.Last
	next, err := f.firstUnread()
	switch {
	case err != nil:
		return false, err
	case next == nil:
		p.Inode = 0 // another file may get its number
		f.from = &p
		return false, f.mayCome(fs.ErrNotExist)
	case next.info.Size() == 0 && inode(next.info) != p.Inode:
		return false, nil // it is none yet
	}
	f.from = nil
	f.tellLost(p)
	return f.enter(f.firstUnread)
}

// tellLost logs that the file of a position is gone, and where it may be.
func (f *follower) tellLost(p position) {
	about := []any{"file", f.path, "read", p.Offset}
	if names := f.compressed(p.Newest); len(names) > 0 {
		about = append(about, "compressed", names)
	}
	f.logger.Warn("the file was truncated, written anew or removed; what was not read of it is lost", about...)
}

// find opens the file that a position is of and goes on in it there; nil where
// there is no such file any more. It may have been renamed within its folder;
// and where it was truncated after its content had been copied, the copy goes
// on. Where the stage has another path than before, only files of that are
// looked at.
func (f *follower) find(p position) (*input, error) {
	number := p.Inode
	if p.Path != f.place {
		number = 0
	}
	list, err := f.generations(number)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b generation) int { // its own number first, and at the path
		return cmp.Or(first(inode(a.info) == p.Inode, inode(b.info) == p.Inode), first(a.path == f.path, b.path == f.path))
	})
	for _, g := range list {
		in, err := f.resume(g.path, p)
		if in != nil {
			return in, err
		}
		if err != nil && inode(g.info) == p.Inode {
			return nil, err
		}
	}
	return nil, nil
}

// first compares such that true comes before false.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// resume opens a file and goes on in it at a position; nil where it does not
// hold what was read until then.
func (f *follower) resume(path string, p position) (*input, error) {
	in, err := openInput(path, f.csv)
	if err != nil {
		return nil, err
	}
	in.last = p.Last
	err = in.seek(p.Offset, p.Line)
	if err == nil && in.info.Size() >= p.Offset && in.print() == p.Print {
		return in, nil
	}
	return nil, errors.Join(err, in.Close())
}

// mayCome returns nil for the error of a file that may come yet: one that does
// not exist, and for a while one that may not be read.
func (f *follower) mayCome(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		f.tell("waiting for a file that does not exist")
		return nil
	case !errors.Is(err, fs.ErrPermission):
		return err
	}
	if f.denied.IsZero() {
		f.denied = time.Now()
	}
	if time.Since(f.denied) > deniedTime {
		return err
	}
	f.tell("waiting for a file that may not be read")
	return nil
}

// tell logs what is waited for, once.
func (f *follower) tell(what string) {
	if f.told != what {
		f.told = what
		f.logger.Info(what, "file", f.path)
	}
}

// wait waits until there may be more.
func (f *follower) wait(ctx context.Context) error {
	paths := []string{f.path, f.target()}
	if f.in != nil {
		paths = append(paths, f.in.Name())
	}
	f.watcher.watch(paths...)
	f.tellOpenQuote(time.Now())
	limit := pollEvery
	if f.pause > 0 {
		limit = min(limit, f.pause)
	}
	defer func() { f.pause = 0 }()
	return f.watcher.wait(ctx, limit)
}

// openQuote is a row of CSV that waits for the end of its quotes.
type openQuote struct {
	offset int64
	since  time.Time // zero: there is none
	told   bool
}

// longOpen is how long a quote may be open until the log tells of it: a file in
// which one was forgotten seems to stand still.
const longOpen = 5 * time.Second

// tellOpenQuote logs, once, that a row waits for long.
func (f *follower) tellOpenQuote(now time.Time) {
	switch q := &f.quote; {
	case f.in == nil || f.in.split.state != cellQuoted:
		*q = openQuote{}
	case q.since.IsZero() || q.offset != f.in.offset:
		*q = openQuote{offset: f.in.offset, since: now}
	case !q.told && now.Sub(q.since) >= longOpen:
		q.told = true
		f.logger.Warn("waiting for the end of a row, and so with all behind it: a quote is still open; where none closes it, its line is refused once the row is too long or the file was rotated away",
			"file", f.in.Name(), "line", f.in.line, "bytes", f.in.waiting(), "longest", f.in.longest)
	}
}
