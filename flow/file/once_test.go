package file

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/driver"
)

// wantEnd receives the end of the file.
func (l *log) wantEnd() {
	l.Helper()
	for range 2 {
		if d, err := l.receive(); err != io.EOF {
			l.Fatalf("got %v, %v; want the end", d.Batch.Values, err)
		}
	}
}

func TestOnce(t *testing.T) {
	for what, test := range map[string]struct {
		text string
		want []int
	}{
		"nothing":           {"", nil},
		"lines":             {"1\n2\n", []int{1, 2}},
		"without its end":   {"1\n2", []int{1, 2}},
		"of Windows":        {"\ufeff1\r\n2\r\n\r\n3\r", []int{1, 2, 3}},
		"blank lines":       {"\n\n1\n \t\n2\n\n", []int{1, 2}},
		"a mark only":       {"\ufeff", nil},
		"blank to the end":  {"1\n  ", []int{1}},
		"spaces":            {" 1 \n\t2\n", []int{1, 2}},
		"more than a batch": {numbered(0, 1000), upTo(0, 1000)},
	} {
		t.Run(what, func(t *testing.T) {
			l := newLog(t)
			l.write(test.text)
			l.open(once)
			l.want(test.want...)
			l.wantEnd()
		})
	}
}

// TestOnceAgain reads from the beginning after a restart, and keeps no position.
func TestOnceAgain(t *testing.T) {
	l := newLog(t)
	l.write("1\n2\n")
	for range 2 {
		l.open(once)
		l.want(1, 2)
		l.wantEnd()
		l.stop()
	}
	if _, err := os.Stat(filepath.Dir(l.state)); err == nil {
		t.Error("there is a position")
	}
}

func TestOnceMissing(t *testing.T) {
	l := newLog(t)
	l.write("")
	for _, set := range []func(*ReadOptions[int]){once, func(*ReadOptions[int]) {}} {
		folder := func(o *ReadOptions[int]) { set(o); o.Path = filepath.Dir(l.path) }
		if err := l.tryOpen(folder); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("a folder: %v", err)
		}
	}
	l.must(os.Remove(l.path))
	if err := l.tryOpen(once); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestSettings(t *testing.T) {
	for path, want := range map[string]string{
		"":            "stage.tail: path: the path is missing",
		"../x.jsonl":  "path: a relative path does not leave the working directory",
		"a/../../x":   "does not leave",
		"x/":          "this is a folder",
		"x\x00y":      "cannot hold the character NUL",
		"${MISSING}":  "stage.tail: path: environment variable MISSING is not set",
		"${EMPTY:-}/": "this is a folder",
	} {
		l := newLog(t)
		err := l.tryOpen(func(o *ReadOptions[int]) { o.Path = path })
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("path %q: error %v, want only %q", path, err, want)
		}
	}
}

// TestRefused finds lines that are no records, with their numbers.
func TestRefused(t *testing.T) {
	const text = "1\n\n2 3\nx\n\"4\"\n5\n6.5\n"
	for name, set := range map[string]func(*ReadOptions[int]){"once": once, "followed": func(*ReadOptions[int]) {}} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			l.write(text)
			l.open(set, skip)
			l.want(1, 5)
			l.wantLogOf(set)
			for _, line := range []string{":3: more text after", ":4: ", ":5: a number expected, not a string", ":7: 6.5 is not a whole number"} {
				l.wantLog(l.path + line)
			}
			l.restart(set)
			if name == "once" {
				l.want(1)
			} else {
				l.wantNothing() // they are done
				l.write("7\nx\n")
				l.want(7)
			}
			for range 2 { // it is found again
				_, err := l.receive()
				if line := map[string]string{"once": ":3: ", "followed": ":9: "}[name]; err == nil || !strings.Contains(err.Error(), l.path+line) || !driver.IsPermanent(err) {
					t.Errorf("error %v, want a permanent one with %q", err, line)
				}
			}
		})
	}
}

// wantLogOf reads what is left, so that all of it is in the log.
func (l *log) wantLogOf(set func(*ReadOptions[int])) {
	var o ReadOptions[int]
	o.Follow = true
	if set(&o); o.Follow {
		l.wantNothing()
		return
	}
	l.wantEnd()
}

// TestTooLong reads over lines that are longer than what is held in memory,
// whether their end is there or not.
func TestTooLong(t *testing.T) {
	long := strings.Repeat("8", 10*chunk)
	l := newLog(t)
	l.write("1\n" + long + "\n2\n" + long[:5000])
	l.open(skip)
	l.reader.follow.in.longest = 4096
	l.want(1, 2)
	l.wantNothing()
	l.wantLog(l.path + ":2: the line is longer than 4096 bytes")
	l.wantLog(l.path + ":4: the line is longer than 4096 bytes")
	l.write(long)
	l.wantNothing()
	l.write("\n3\n")
	l.want(3)
	if n := strings.Count(l.output.String(), "longer than"); n != 2 {
		t.Errorf("%d lines were refused:\n%s", n, l.output.String())
	}
	l.restart(skip)
	l.wantNothing()
	l.stop()
	l.write(long[:5000])
	l.open(skip)
	l.reader.follow.in.longest = 4096
	l.wantNothing()
	l.restart(skip) // in the middle of such a line
	l.reader.follow.in.longest = 4096
	l.write("\n4\n")
	l.want(4)
	l.wantLog(l.path + ":6: the line is longer than 4096 bytes")
}
