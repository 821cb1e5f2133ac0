package conformance

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// childVariable makes the test binary a writer: its value is what the writer
// does.
const childVariable = "FLOWC_CONFORMANCE_STORE"

// task is what a writer does in a process of its own: it saves bursts from
// first to last and acknowledges each on its output.
type task struct {
	mode               flow.Mode
	writer             int
	first, last, bytes int // bytes: size of the note that each record has
	keep               bool
	url                string
}

// burstSize is how many records a writer saves at a time.
const burstSize = 10

const taskFormat = "%d %d %d %d %d %t %s"

func (k task) String() string {
	return fmt.Sprintf(taskFormat, k.mode, k.writer, k.first, k.last, k.bytes, k.keep, k.url)
}

// child does the task of this process, if it has one.
func (s StoreSuite) child() bool {
	text := os.Getenv(childVariable)
	if text == "" {
		return false
	}
	var k task
	if _, err := fmt.Sscanf(text, taskFormat, &k.mode, &k.writer, &k.first, &k.last, &k.bytes, &k.keep, &k.url); err != nil {
		panic(err)
	}
	if err := s.write(k); err != nil {
		fmt.Println("failed", err)
	}
	return true
}

func (s StoreSuite) write(k task) error {
	o := s.readings(k.url, k.mode)
	if k.keep {
		o = s.partlyKept(k.url)
	}
	store, stop, err := connect(s.Readings, o)
	if err != nil {
		return err
	}
	for n := k.first; n <= k.last; n++ {
		if err := store.Save(context.Background(), k.burst(n)...); err != nil {
			return err
		}
		fmt.Println("saved", n)
	}
	return stop()
}

// burst is a save of the task. Those of an appending store have new keys, the
// others have the same again.
func (k task) burst(number int) []records.Reading {
	list := burst(k.writer, number, burstSize)
	const odd = "a \"note\",\nof two lines; "
	note := strings.Repeat(odd, k.bytes/len(odd))
	for i := range list {
		list[i].Note = &note
		if k.mode != flow.Append {
			list[i].At = reading("", i, 0).At
		}
	}
	return list
}

// process is a writer in a process of its own.
type process struct {
	*exec.Cmd
	out *bufio.Scanner
}

// run starts this test in a process of its own.
func (k task) run(t *testing.T) *process {
	t.Helper()
	cmd := again(t, childVariable+"="+k.String())
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &process{cmd, bufio.NewScanner(out)}
}

// again is the test of t as a process of its own, told by env what to do.
func again(t *testing.T, env string) *exec.Cmd {
	name, _, _ := strings.Cut(t.Name(), "/")
	cmd := exec.Command(os.Args[0], "-test.run", "^"+name+"$")
	cmd.Env = append(os.Environ(), env)
	cmd.Stderr = os.Stderr
	return cmd
}

// next returns the next burst that the process acknowledged; false at its end.
func (p *process) next(t *testing.T) (number int, ok bool) {
	for p.out.Scan() {
		line := p.out.Text()
		if strings.HasPrefix(line, "failed") {
			t.Fatalf("the writer's process: %s", line)
		}
		if _, err := fmt.Sscanf(line, "saved %d", &number); err == nil {
			return number, true
		}
	}
	return 0, false
}
