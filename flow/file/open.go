package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"
)

// open opens the file that is to be read.
func (f *follower) open() (bool, error) {
	if f.from == nil {
		return f.first()
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

// first opens the file at the path at its beginning; where that did not exist,
// the first one that was there since.
func (f *follower) first() (bool, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		if f.unread.IsZero() {
			f.unread = time.Now().Add(-clockError)
		}
		return false, f.mayCome(err)
	}
	g := generation{f.path, info}
	if !f.unread.IsZero() {
		list, err := f.generations()
		if err != nil {
			return false, err
		}
		if list = f.since(list, f.unread); len(list) > 0 {
			g = list[0]
		}
	}
	return f.enter(g)
}

// replace goes on where the file of a position is gone: with the oldest one
// that was written to later.
func (f *follower) replace(p position) (bool, error) {
	f.from = nil
	if p.Path != f.place {
		f.logger.Info("the stage has another path than before; reading the file from its beginning", "file", f.path, "before", p.Path)
		return f.first()
	}
	f.logger.Warn("the file was truncated, written anew or removed; what was not read of it is lost", "file", f.path, "read", p.Offset)
	f.unread = p.Modified.Add(1)
	return f.first()
}

// find opens the file that a position is of and goes on in it there; nil where
// there is no such file any more. It may have been renamed within its folder;
// and where it was truncated after its content had been copied, the copy goes
// on.
func (f *follower) find(p position) (*input, error) {
	name := func(string) bool { return true }
	if p.Path != f.place {
		name = f.rotated.MatchString // other files are none of this stage's
	}
	list, err := f.beside(name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(f.path); err == nil {
		list = append([]generation{{f.path, info}}, list...)
	}
	for _, g := range list {
		if inode(g.info) != p.Inode {
			continue
		}
		if in, err := f.resume(g.path, p); in != nil || err != nil {
			return in, err
		}
	}
	return f.findCopy(p), nil
}

// findCopy opens a file of any number that holds what was read, and goes on in
// it; nil where there is none.
func (f *follower) findCopy(p position) *input {
	list, err := f.generations()
	if err != nil || p.Offset == 0 {
		return nil
	}
	for _, g := range list {
		if in, err := f.resume(g.path, p); in != nil && err == nil {
			return in
		}
	}
	return nil
}

// resume opens a file and goes on in it at a position; nil where it does not
// hold what was read until then.
func (f *follower) resume(path string, p position) (*input, error) {
	in, err := openInput(path, f.csv)
	if err != nil {
		return nil, err
	}
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
		limit, f.pause = min(limit, f.pause), 0
	}
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
const longOpen = time.Minute

// tellOpenQuote logs, once, that a row waits for long.
func (f *follower) tellOpenQuote(now time.Time) {
	switch q := &f.quote; {
	case f.in == nil || f.in.split.state != cellQuoted:
		*q = openQuote{}
	case q.since.IsZero() || q.offset != f.in.offset:
		*q = openQuote{offset: f.in.offset, since: now}
	case !q.told && now.Sub(q.since) >= longOpen:
		q.told = true
		f.logger.Warn("waiting for the end of a row: a quote is not closed", "file", f.in.Name(), "line", f.in.line)
	}
}
