package gen_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/internal/testdir"
)

// TestGoldenRuns builds and runs the cases that say how, and looks at what they
// leave and say.
func TestGoldenRuns(t *testing.T) {
	var cases []goldenCase
	for _, c := range casesIn(t, "kinds", "rules", "wiredflow") {
		if c.file("run")+c.file("serve") != "" {
			cases = append(cases, c)
		}
	}
	root := testdir.Fixed(t, buildFolder)
	layAll(t, root, cases)
	build(t, root, cases)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, root)
		})
	}
}

// build makes bin/NAME the program of each case. They are one file under many
// names, which does what its name says: linking one program for each would take
// most of the time of this test.
func build(t *testing.T, root string, cases []goldenCase) {
	t.Helper()
	var imports, mains strings.Builder
	for _, c := range cases {
		main, err := os.ReadFile(filepath.Join(root, c.name, "cmd", c.name, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		main = bytes.Replace(main, []byte("\npackage main\n"), []byte("\npackage "+c.name+"\n"), 1)
		main = bytes.Replace(main, []byte("\nfunc main() {"), []byte("\nfunc Main() {"), 1)
		writeFile(t, filepath.Join(root, "programs", c.name, "main.go"), main)
		fmt.Fprintf(&imports, "%q\n", "example.com/golden/programs/"+c.name)
		fmt.Fprintf(&mains, "%q: %s.Main,\n", c.name, c.name)
	}
	writeFile(t, filepath.Join(root, "all", "main.go"), fmt.Appendf(nil, `package main
import (
"os"
"path/filepath"
%s)
func main() { map[string]func(){
%s}[filepath.Base(os.Args[0])]() }
`, &imports, &mains))
	goCommand(t, root, "build", "-o", "bin/all", "./all")
	for _, c := range cases {
		if err := os.Link(filepath.Join(root, "bin", "all"), filepath.Join(root, "bin", c.name)); err != nil {
			t.Fatal(err)
		}
	}
}

// mostTime is how long a case may run; it takes a fraction of it.
const mostTime = time.Minute

// run runs the program of a case in its folder, with a free port in PORT.
func (c goldenCase) run(t *testing.T, root string) {
	program := exec.Command(filepath.Join(root, "bin", c.name), strings.Fields(c.file("run")+c.file("serve"))...)
	program.Dir = filepath.Join(root, c.name)
	program.Env = append(os.Environ(), "PORT="+freePort(t))
	output := &output{}
	program.Stdout, program.Stderr = output, output
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(2*mostTime, func() { _ = program.Process.Kill() })
	defer kill.Stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = program.Wait() // its status is looked at
	}()
	if c.file("serve") != "" {
		c.await(program.Dir, output, ended)
		_ = program.Process.Signal(os.Interrupt)
	}
	<-ended
	problems := c.missing(program.Dir, output.String())
	if status, want := fmt.Sprint(program.ProcessState.ExitCode()), strings.TrimSpace(c.file("status")); status != want && status+want != "0" {
		problems = append(problems, fmt.Sprintf("exit status %s, want %q", status, want))
	}
	if len(problems) > 0 {
		t.Errorf("%s\noutput:\n%s", strings.Join(problems, "\n"), output)
	}
}

// await waits until the program has left and said all, has ended, or takes too
// long.
func (c goldenCase) await(dir string, output *output, ended <-chan struct{}) {
	tooLong := time.After(mostTime)
	for len(c.missing(dir, output.String())) > 0 {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ended:
			return
		case <-tooLong:
			return
		}
	}
}

// missing returns what the program has not left and said of what the case wants.
func (c goldenCase) missing(dir, output string) []string {
	var problems []string
	for _, f := range c.archive.Files {
		name, ok := strings.CutPrefix(f.Name, wantPrefix)
		if !ok {
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			problems = append(problems, err.Error())
		}
		if d := diff.Diff("want "+name, f.Data, "got "+name, got); d != nil {
			problems = append(problems, string(d))
		}
	}
	for line := range strings.Lines(c.file("says")) {
		if !strings.Contains(output, strings.TrimSuffix(line, "\n")) {
			problems = append(problems, "does not say: "+line)
		}
	}
	return problems
}

// output is what a running program has said so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}
