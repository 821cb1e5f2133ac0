package file

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGrows(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.wantNothing()
	l.write("2\n3\n")
	l.want(2, 3)
	l.restart()
	l.wantNothing()
	l.write(numbered(4, 5000))
	l.want(upTo(4, 5000)...)
}

// TestHalfWritten waits for the end of a line, also over a restart.
func TestHalfWritten(t *testing.T) {
	l := newLog(t)
	l.write("1\n2")
	l.open()
	l.want(1)
	l.wantNothing()
	l.write("3")
	l.wantNothing()
	l.restart()
	l.wantNothing()
	l.write("4\n5")
	l.want(234)
	l.write("\n")
	l.want(5)
}

func TestComesLater(t *testing.T) {
	l := newLog(t)
	l.open()
	l.wantNothing()
	l.wantLog("waiting for a file that does not exist")
	l.write("1\n")
	l.want(1)
	l.must(os.RemoveAll(filepath.Dir(l.path)))
	l.wantNothing()
	l.write("2\n")
	l.want(2)
	l.must(os.Remove(l.path))
	l.write("3\n")
	l.want(3)
	l.restart()
	l.wantNothing()
}

// TestComesWhileAway lets the first file come, and be rotated away, while the
// service is down that waited for it; what lay there before it waited is none of
// it.
func TestComesWhileAway(t *testing.T) {
	l := newLog(t)
	l.writeTo(l.old(9), "100\n")
	l.must(os.Chtimes(l.old(9), time.Time{}, time.Now().Add(-time.Hour)))
	l.open()
	l.wantNothing()
	l.restart()
	l.wantNothing()
	l.stop()
	for n := 1; n < 4; n++ {
		l.write(numbered(n, n+1))
		l.rotate()
	}
	l.write("4\n")
	l.open()
	l.want(1, 2, 3, 4)
	l.restart()
	l.wantNothing()
}

func TestRotated(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.rotate()
	l.wantNothing()
	l.writeTo(l.old(1), "2\n") // the program has not opened the new file yet
	l.want(2)
	l.write("")
	l.writeTo(l.old(1), "3\n")
	l.want(3)
	l.write("5\n")
	l.writeTo(l.old(1), "4") // the last line has no end, and gets none
	l.want(4, 5)
	l.restart()
	l.wantNothing()
	l.write("6\n")
	l.want(6)
}

// TestRotatedTwice rotates more than once while nobody reads.
func TestRotatedTwice(t *testing.T) {
	for name, away := range map[string]bool{"while running": false, "while away": true} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			l.write("1\n")
			l.open()
			l.want(1)
			if away {
				l.stop()
			}
			for n := 2; n < 12; n += 2 {
				l.write(numbered(n, n+1))
				l.rotate()
				l.write(numbered(n+1, n+2))
			}
			if away {
				l.open()
			}
			l.want(upTo(2, 12)...)
			l.wantNothing()
		})
	}
}

func TestRotatedByDate(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.stop()
	for i, name := range []string{"app.log-20260101", "app-2026-01-02T15-04-05.000.log", "app.log.2026-01-03_15:04:05"} {
		l.write(numbered(i+2, i+3))
		l.must(os.Rename(l.path, filepath.Join(filepath.Dir(l.path), name)))
	}
	l.writeTo(l.path+".bak", "100\n")
	l.writeTo(l.path+".1.gz", "101\n")
	l.write("5\n")
	l.open()
	l.want(2, 3, 4, 5)
}

// TestRenamed finds the file by its number and content, whatever it is called.
func TestRenamed(t *testing.T) {
	l := newLog(t)
	l.write("1\n")
	l.open()
	l.want(1)
	l.stop()
	l.write("2\n")
	l.must(os.Rename(l.path, filepath.Join(filepath.Dir(l.path), "archive")))
	l.write("3\n")
	l.open()
	l.want(2, 3)
}

func TestCopyTruncated(t *testing.T) {
	for name, away := range map[string]bool{"while running": false, "while away": true} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			l.write("1\n")
			l.open()
			l.want(1)
			l.write("2")
			l.wantNothing()
			if away {
				l.stop()
			}
			l.write("0\n3\n")
			l.copyTruncate()
			l.write("4\n")
			if away {
				l.write(numbered(5, 1000)) // more than was read before
				l.copyTruncate()
				l.write("1000\n")
				l.open()
				l.want(append([]int{20}, upTo(3, 1001)...)...)
			} else {
				l.want(20, 3, 4)
				l.copyTruncate()
				l.wantNothing()
				l.write("5\n")
				l.want(5)
			}
			l.restart()
			l.wantNothing()
		})
	}
}

func TestTruncated(t *testing.T) {
	for name, away := range map[string]bool{"while running": false, "while away": true} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			l.write(numbered(1, 100))
			l.open()
			l.want(upTo(1, 100)...)
			for _, then := range [][]int{{7}, upTo(1000, 3000), upTo(2, 5)} {
				if away {
					l.stop()
				}
				l.must(os.WriteFile(l.path, []byte(numbered(then[0], then[len(then)-1]+1)), 0o644)) // the file stays, its content is new
				if away {
					l.open()
				}
				l.want(then...)
				l.wantLog("truncated")
				l.output.text.Reset()
			}
			l.wantNothing()
		})
	}
}

// TestLastLineRewritten truncates a line that is not complete, as one does that
// could not write all of it, and writes it again.
func TestLastLineRewritten(t *testing.T) {
	l := newLog(t)
	l.write("1\n23")
	l.open()
	l.want(1)
	l.wantNothing()
	l.must(os.Truncate(l.path, 2))
	l.wantNothing()
	l.write("4\n")
	l.want(4)
	if strings.Contains(l.output.String(), "lost") {
		t.Errorf("the log speaks of a loss:\n%s", l.output.String())
	}
}
