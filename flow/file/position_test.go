package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestUnbrokenPrefix acknowledges out of order: the position stays before what
// is not acknowledged.
func TestUnbrokenPrefix(t *testing.T) {
	l := newLog(t)
	l.open()
	l.write("1\n")
	first, err := l.receive()
	l.must(err)
	l.write("2\n")
	second, err := l.receive()
	l.must(err)
	l.rotate()
	l.write("3\n")
	third, err := l.receive()
	l.must(err)
	l.must(third.Ack(context.Background()))
	l.must(first.Ack(context.Background()))
	l.restart()
	l.want(2, 3)
	l.must(second.Ack(context.Background())) // of a reader that is gone
}

// TestUnsaved fails to write the position: the acknowledgement says so, and the
// next one makes up for it.
func TestUnsaved(t *testing.T) {
	var saved []int64
	full := errors.New("disk full")
	fail := false
	l := &ledger{save: func(p position) error {
		if fail {
			return full
		}
		saved = append(saved, p.Offset)
		return nil
	}}
	a, b, c := l.add(position{Offset: 1}), l.add(position{Offset: 2}), l.add(position{Offset: 3})
	fail = true
	if err := errors.Join(l.finish(b), l.finish(a)); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	fail = false
	d := l.add(position{Offset: 4})
	if err := l.finish(d); err != nil { // c is not done
		t.Error(err)
	}
	if err := l.finish(c); err != nil {
		t.Error(err)
	}
	if !slices.Equal(saved, []int64{2, 4}) {
		t.Errorf("saved %v", saved)
	}
}

func TestPositionFile(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	other := &log{T: t, path: l.path, state: l.state}
	if err := other.tryOpen(); err == nil || !strings.Contains(err.Error(), "another part of this program holds the file") || !strings.Contains(err.Error(), l.state) {
		t.Errorf("a second reader: %v", err)
	}
	l.stop()
	for text, want := range map[string]string{
		`{"offset":`:              "remove it to read the file from its beginning",
		`{"offset":-1,"line":1}`:  "holds no position",
		`{"offset":1,"line":0}`:   "holds no position",
		`{"offset":"1","line":1}`: "holds no position",
	} {
		l.must(os.WriteFile(l.state, []byte(text), 0o644))
		if err := l.tryOpen(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("position %s: error %v, want %q", text, err, want)
		}
	}
	l.must(os.Remove(l.state))
	l.open()
	l.want(1)
}

// TestOtherPath gives the stage another file: the old one is none of its any
// more. A folder that was renamed is no other file.
func TestOtherPath(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.stop()
	folder := filepath.Dir(l.path) + "2"
	l.must(os.Rename(filepath.Dir(l.path), folder))
	l.path = filepath.Join(folder, "app.log")
	l.write("2\n")
	l.open()
	l.want(2)
	l.stop()
	l.write("3\n")
	l.path = filepath.Join(folder, "other.log")
	l.write("10\n")
	l.open()
	l.want(10)
	l.wantLog("another path than before")
	l.wantNothing()
}

// TestCopied goes on in a file that was copied to where it is now, such as from
// a backup.
func TestCopied(t *testing.T) {
	l := newLog(t)
	l.write(numbered(0, 2000))
	l.open()
	l.want(upTo(0, 2000)...)
	l.stop()
	text, err := os.ReadFile(l.path)
	l.must(err)
	l.must(os.WriteFile(l.path+".new", append(text, "2000\n"...), 0o644))
	l.must(os.Rename(l.path+".new", l.path))
	l.open()
	l.want(2000)
}

// TestCopiedLater puts the file back after the service was started without it.
func TestCopiedLater(t *testing.T) {
	l := newLog(t)
	l.write("1\n2\n")
	l.open()
	l.want(1, 2)
	l.stop()
	l.must(os.Remove(l.path))
	l.open()
	l.wantNothing()
	l.wantLog("waiting for a file that does not exist")
	l.write("")
	l.wantNothing()
	l.write("1\n2\n3\n")
	l.want(3)
	l.stop()
	l.must(os.Remove(l.path))
	l.open()
	l.wantNothing()
	l.write("4\n")
	l.want(4)
	l.wantLog("what was not read of it is lost")
}

// TestCopiedWhileRunning goes on in a copy of the file that is put into its
// place, such as by an editor or from a backup. The copy may come in pieces. A
// file that holds something else is read from its beginning.
func TestCopiedWhileRunning(t *testing.T) {
	l := newLog(t)
	l.write("n,x\n" + strings.Repeat("1,a\n", 1000) + "2,b") // the last line has no end
	l.open(asCSV)
	l.want(slices.Repeat([]int{1}, 1000)...)
	l.wantNothing()
	text, err := os.ReadFile(l.path)
	l.must(err)
	l.must(os.Remove(l.path))
	l.wantNothing()
	l.must(os.WriteFile(l.path, text, 0o644))
	l.wantNothing()
	l.wantLog("replaced by one that holds what was read of it")
	l.write("\n3,c\n")
	l.want(2, 3)
	l.writeTo(l.path+".new", string(text)+"\n3,c\n4,d\n")
	l.must(os.Rename(l.path+".new", l.path))
	l.want(4)
	l.must(os.Chtimes(l.path, time.Time{}, time.Now().Add(-time.Hour)))
	l.must(os.Remove(l.path))
	l.reader.follow.settle = time.Minute // no pause between two pieces is that long
	for rest := string(text) + "\n3,c\n4,d\n5,e\n"; rest != ""; {
		n := min(len(rest), 500)
		l.write(rest[:n])
		if rest = rest[n:]; rest != "" {
			l.wantNothing()
		}
	}
	l.want(5)
	l.restart(asCSV)
	l.wantNothing()
	l.must(os.Remove(l.path))
	l.write("n,x\n1,A\n")
	l.want(1)
	l.wantLog("removed or replaced by another one")
}

// TestGone loses the file that it reads while the service is away: the next one
// is read, not those before it.
func TestGone(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.rotate()
	l.write("2\n")
	l.want(2)
	l.stop()
	for n := 3; n <= 5; n++ {
		l.rotate()
		l.write(numbered(n, n+1))
	}
	l.must(os.Remove(l.old(3))) // held 2
	l.open()
	l.want(3, 4, 5)
	l.wantLog("what was not read of it is lost")
	l.wantNothing()
}

// TestCompressed compresses the file before all of it was read: the log names
// it, and not one that was read before.
func TestCompressed(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.writeTo(l.old(2)+".gz", "?")
	l.must(os.Chtimes(l.old(2)+".gz", time.Time{}, time.Now().Add(-time.Hour)))
	l.open()
	l.want(1)
	l.stop()
	l.writeTo(l.old(1)+".gz", "?")
	l.must(os.Remove(l.path))
	l.write("3\n")
	l.open()
	l.want(3)
	l.wantLog("what was not read of it is lost")
	l.wantLog("compressed=[app.log.1.gz]")
}

// TestReplacedByOlder puts a file at the path that is older than the one that
// was read there.
func TestReplacedByOlder(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.writeTo(l.path+".backup", "2\n")
	l.must(os.Chtimes(l.path+".backup", time.Time{}, time.Now().Add(-time.Hour)))
	l.must(os.Rename(l.path+".backup", l.path))
	l.want(2)
}

// TestFuture rotates a file whose times lie ahead of ours.
func TestFuture(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.must(os.Chtimes(l.path, time.Time{}, time.Now().Add(time.Hour)))
	l.rotate()
	l.write("2\n")
	l.want(2)
}

// TestLink follows a link that is set from one file to the next.
func TestLink(t *testing.T) {
	l := newLog(t)
	folder := t.TempDir()
	link := func(n int) {
		name := filepath.Join(folder, fmt.Sprintf("2026-01-%02d.log", n))
		l.must(os.MkdirAll(filepath.Dir(l.path), 0o755))
		l.writeTo(name, numbered(n, n+1))
		l.must(os.Symlink(name, l.path+".new"))
		l.must(os.Rename(l.path+".new", l.path))
	}
	link(1)
	l.open()
	l.want(1)
	l.write("100\n")
	l.want(100)
	link(2)
	l.want(2)
	l.restart()
	l.wantNothing()
	l.write("200\n")
	l.want(200)
}

// TestDenied waits a while for a file that may not be read, as one that was just
// made by rotation.
func TestDenied(t *testing.T) {
	l := newLog(t)
	l.open()
	f := l.reader.follow
	denied := fmt.Errorf("open: %w", fs.ErrPermission)
	l.must(f.mayCome(denied))
	l.wantLog("waiting for a file that may not be read")
	f.denied = time.Now().Add(-deniedTime - time.Second)
	if err := f.mayCome(denied); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error %v after %v", err, deniedTime)
	}
	l.write("1\n")
	l.want(1)
	if !f.denied.IsZero() {
		t.Error("the next file has no time of its own")
	}
	if err := f.mayCome(fs.ErrInvalid); err == nil {
		t.Error("any error is waited for")
	}
}

// TestUnreadable loses its handle, as of a file on a network mount, and opens
// the file again.
func TestUnreadable(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.must(l.reader.follow.in.Close())
	l.wantError("file already closed")
	l.write("2\n")
	l.want(2)
}

// TestUnwatched looks at the files by itself where the system does not tell of
// them.
func TestUnwatched(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	f := l.reader.follow
	l.must(f.watcher.close())
	f.watcher.system = nil
	l.want(1)
	l.write("2\n")
	l.want(2)
}

// TestRenamedStage starts anew, and says where the old position is.
func TestRenamedStage(t *testing.T) {
	l := newLog(t)
	l.state = filepath.Join(filepath.Dir(l.state), "test.tail.json")
	l.write("1\n")
	l.open()
	l.want(1)
	l.stop()
	old := l.state
	l.state = filepath.Join(filepath.Dir(l.state), "test.renamed.json")
	l.open()
	l.wantLog("position=" + old + " to=" + l.state)
	l.want(1)
	l.stop()
	l.output.text.Reset()
	l.open()
	l.wantNothing()
	if l.output.String() != "" {
		t.Errorf("a stage with a position is warned:\n%s", l.output.String())
	}
}
