package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// follower reads a file that grows, and those that come after it by rotation.
// But for the ledger, it belongs to one goroutine at a time.
type follower struct {
	service string
	path    string
	place   string // the path, made absolute
	csv     bool
	rotated *regexp.Regexp // names of files that were rotated away
	settle  time.Duration
	logger  *slog.Logger
	watcher *watcher
	state   string // the file of the position
	lock    *os.File
	ledger  *ledger

	in      *input    // the file that is read; nil: none is open
	from    *position // where to go on where none is open; nil: nothing was read yet
	marked  int64     // the offset in the file up to which the ledger knows
	changed bool      // the file does not hold any more what was read of it
	unread  unread    // with from nil: where to begin
	denied  time.Time // since when the file may not be read; zero: it may
	written time.Time // when the file was last written to
	noticed time.Time // when that was noticed
	quote   openQuote
	pause   time.Duration // how long the next wait takes at most; 0: pollEvery
	told    string        // what was logged last of what is waited for
}

const (
	// settleTime is how long a file that was rotated away must not have been
	// written to until it counts as read: whoever writes to it has to notice,
	// and of several programs not all do so at once.
	settleTime = time.Second
	// deniedTime is how long a file may stand there that may not be read:
	// rotation makes a file before it says whose it is.
	deniedTime = 10 * time.Second
	// stateFolder holds the positions.
	stateFolder = "data/positions"
)

func newFollower(s *flow.Setup, stage, path string, csv bool) *follower {
	f := &follower{
		service: s.Service(),
		path:    path,
		csv:     csv,
		rotated: rotatedNames(filepath.Base(path)),
		settle:  settleTime,
		logger:  s.Logger().With("stage", stage),
		state:   filepath.Join(filepath.FromSlash(stateFolder), s.Service()+"."+stage+".json"),
	}
	f.ledger = &ledger{save: func(p position) error { return p.write(f.state) }}
	return f
}

// connect takes the position. The file itself may come later; but what stands
// there must be a file that can be read.
func (f *follower) connect(ctx context.Context) (err error) {
	if f.place, err = filepath.Abs(f.path); err != nil {
		return err
	}
	if err := f.tryPath(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.state), 0o755); err != nil {
		return err
	}
	if f.lock, err = disk.TakeLock(f.state+".lock", f.service); err != nil {
		return fmt.Errorf("the position in %s: %w", f.state, err)
	}
	if f.from, err = readPosition(f.state); err != nil {
		return errors.Join(err, disk.ReleaseLock(f.lock))
	}
	if f.from == nil {
		f.tellRenamed()
	}
	f.watcher = newWatcher(f.logger)
	if _, err := f.open(); err != nil {
		return errors.Join(err, f.disconnect(ctx))
	}
	return nil
}

// tellRenamed logs that another stage has followed the file before: this one
// may have had another name, under which its position lies.
func (f *follower) tellRenamed() {
	others, _ := filepath.Glob(filepath.Join(filepath.Dir(f.state), f.service+".*.json")) // the pattern is well-formed
	for _, other := range others {
		if p, err := readPosition(other); err == nil && p != nil && p.Path == f.place {
			f.logger.Warn("another stage has followed the file before; if this is it, renamed, stop the service and rename its position, else it is read from its beginning",
				"file", f.path, "position", other, "to", f.state)
		}
	}
}

// tryPath makes sure that what stands at the path can be read.
func (f *follower) tryPath() error {
	in, err := openInput(f.path, f.csv)
	if err != nil {
		return unlessMissing(err)
	}
	return in.Close()
}

func (f *follower) disconnect(context.Context) error {
	return errors.Join(f.close(), f.watcher.close(), disk.ReleaseLock(f.lock))
}

// handOn notes that what was read is handed on. done says that the pipeline is
// through with it.
func (f *follower) handOn() (done func() error) {
	p := f.position()
	f.marked = p.Offset
	e := f.ledger.add(p)
	return func() error { return f.ledger.finish(e) }
}

// passed reports whether something was read that was not handed on.
func (f *follower) passed() bool {
	return f.in != nil && f.in.skipped == 0 && f.in.offset != f.marked
}

// position returns that of the next record.
func (f *follower) position() position {
	if f.in == nil {
		return *f.from
	}
	p := f.in.position()
	p.Path = f.place
	return p
}

// fill reads on in the file. It returns 0 at its end, and where the file does
// not hold any more what was read of it. It looks for that afterwards: what it
// has read may be new content at an old place.
func (f *follower) fill() (n int, err error) {
	if f.in == nil {
		return 0, nil
	}
	begun := f.in.end() > 0
	if n, err = f.in.fill(); err == nil {
		f.changed, err = f.in.changed()
	}
	if err == nil && !f.changed && !begun && n > 0 {
		f.changed, err = f.copied()
	}
	if f.changed {
		n = f.in.forget(n)
	}
	return n, f.giveUp(err)
}

// copied reports whether the file, which is still at the path, was copied and
// truncated before anything was read of it: it cannot tell so itself, but
// another one was rotated away since it was begun.
func (f *follower) copied() (bool, error) {
	list, err := f.generations(0)
	list = f.since(list, unread{newest: f.in.newest, last: f.in.last})
	return len(list) > 1 && os.SameFile(list[len(list)-1].info, f.in.info), err
}

// giveUp closes a file that cannot be read, so that the next try opens it
// again: the handle of a file on a network mount may be of no use any more.
func (f *follower) giveUp(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(err, f.close())
}

// close closes the file that is read, and notes where it was.
func (f *follower) close() error {
	if f.in == nil {
		return nil
	}
	at := f.position()
	f.from = &at
	err := f.in.Close()
	f.in = nil
	return err
}

// turn goes on at the end of the file: with the next one, if this one was
// rotated away and nothing comes any more. It returns false where there is no
// more at the moment.
func (f *follower) turn() (bool, error) {
	switch {
	case f.in == nil:
		return f.open()
	case f.changed:
		return true, f.close() // and open what holds it now
	}
	if next, err := f.next(); next == nil || err != nil {
		return false, err
	}
	if n, err := f.fill(); n > 0 || f.changed || err != nil { // what was written before the next one was
		return err == nil, err
	}
	in, coming, err := f.copy()
	switch {
	case err != nil || coming:
		return false, f.mayCome(err)
	case in != nil:
		f.logger.Info("the file was replaced by one that holds what was read of it; going on in that", "file", f.path, "now", in.Name(), "read", in.offset)
		return true, f.move(in)
	case !f.in.whole:
		return f.in.finish()
	}
	return f.enter(f.next)
}

// next returns the generation after the one that is read, if that is complete;
// else nil. It is not as long as it is at the path, and as long as the one there
// is empty: then whoever writes may not know of that one yet.
func (f *follower) next() (*generation, error) {
	info, err := os.Stat(f.path)
	if unlessMissing(err) != nil {
		return nil, err
	}
	if err == nil && os.SameFile(info, f.in.info) || !f.settled() {
		return nil, nil
	}
	list, _, err := f.following()
	return notEmpty(list), err
}

// following returns the generations after the one that is read, and whether
// that is gone from its folder.
func (f *follower) following() (list []generation, gone bool, err error) {
	list, err = f.generations(inode(f.in.info))
	for i, g := range list {
		if os.SameFile(g.info, f.in.info) {
			return list[i+1:], false, err
		}
	}
	return f.since(list, unread{newest: f.in.info.ModTime(), last: f.in.last}), true, err
}

// settled reports whether the file was not written to for long enough. If not,
// the next wait ends when it will have been. The file's own time counts only
// where it is not ahead of ours, as that of another machine may be.
func (f *follower) settled() bool {
	now, written := time.Now(), f.in.info.ModTime()
	if !written.Equal(f.written) {
		f.written, f.noticed = written, now
	}
	if f.noticed.Before(written) {
		written = f.noticed
	}
	wait := f.settle - now.Sub(written)
	f.pause = max(wait, 0)
	return wait <= 0
}

// notEmpty returns the first generation, unless it is the last one and empty.
func notEmpty(list []generation) *generation {
	if len(list) == 0 || len(list) == 1 && list[0].info.Size() == 0 {
		return nil
	}
	return &list[0]
}

// enter begins to read the generation that next returns. Where that is another
// one once the file is open, it was rotated meanwhile: then enter is to be
// called again.
func (f *follower) enter(next func() (*generation, error)) (bool, error) {
	g, err := next()
	if g == nil && err == nil && f.in == nil {
		err = fs.ErrNotExist
	}
	if g == nil || err != nil {
		return false, f.mayCome(err)
	}
	in, err := openInput(g.path, f.csv)
	if err != nil {
		return false, f.mayCome(err)
	}
	again, err := next()
	if err != nil || again == nil || !again.same(*g) || !os.SameFile(in.info, g.info) {
		return err == nil, errors.Join(err, in.Close())
	}
	return true, f.move(in)
}

// move goes on in another file than the one that is read, if one is. Where it
// begins there is made durable too: if that file is rotated away while the
// service is down, it is known that it is to be read.
func (f *follower) move(in *input) error {
	in.last = f.unread.last
	if f.in != nil {
		in.last = identify(f.in.info)
	}
	if in.last.Modified.After(in.newest) {
		in.newest = in.last.Modified // it was written to when this one was there already
	}
	err := f.close()
	f.take(in)
	return errors.Join(err, f.handOn()())
}

// take goes on in a file that was opened.
func (f *follower) take(in *input) {
	f.in, f.marked, f.changed = in, in.offset, false
	f.told, f.denied, f.unread = "", time.Time{}, unread{}
}
