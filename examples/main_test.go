package examples_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	complexflow "github.com/flowc-dev/flowc/examples/complex_flow/flows/complex_flow"
	quickstart "github.com/flowc-dev/flowc/examples/quick_start/flows/quick_start"
	"github.com/flowc-dev/flowc/flow"
)

// asService makes the test binary the program of an example, so that a test can
// look at a whole process: its value is the example's name.
const asService = "FLOWC_EXAMPLE"

func TestMain(m *testing.M) {
	name := os.Getenv(asService)
	open := map[string]func() flow.Flow{"quick_start": quickstart.Flow, "complex_flow": complexflow.Flow}[name]
	if open != nil {
		os.Exit(flow.Main(flow.Program{Service: name, Flows: []flow.Flow{open()}}))
	}
	os.Exit(m.Run())
}

// process is an example that runs in a process and a folder of its own.
type process struct {
	*exec.Cmd
	t      *testing.T
	output output
	ended  chan struct{}
}

// start starts an example with these arguments and settings, NAME=value.
func start(t *testing.T, name, args string, settings ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], strings.Fields(args)...), t: t, ended: make(chan struct{})}
	p.Dir = t.TempDir()
	p.Env = append(append(os.Environ(), asService+"="+name), settings...)
	p.Stdout, p.Stderr = &p.output, &p.output
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.Cmd.Wait() // its status is looked at
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended
	})
	return p
}

// mostTime is how long a test waits for what takes a fraction of it.
const mostTime = time.Minute

// await waits until the process has done something.
func (p *process) await(what string, done func() bool) {
	p.t.Helper()
	for end := time.Now().Add(mostTime); !done(); {
		select {
		case <-p.ended:
			p.t.Fatalf("it ended before %s:\n%s", what, &p.output)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(end) {
			p.t.Fatalf("no sign of %s:\n%s", what, &p.output)
		}
	}
}

// stop tells the process to end.
func (p *process) stop() {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
}

// wantEnd waits for the end of the process and checks its status and what it
// says.
func (p *process) wantEnd(status int, says ...string) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(mostTime):
		p.t.Fatalf("it does not end:\n%s", &p.output)
	}
	if got := p.ProcessState.ExitCode(); got != status {
		p.t.Errorf("exit status %d, want %d", got, status)
	}
	for _, text := range says {
		if !strings.Contains(p.output.String(), text) {
			p.t.Errorf("it does not say %q", text)
		}
	}
	if p.t.Failed() {
		p.t.Logf("output:\n%s", &p.output)
	}
}

// lines returns the lines of a file of the process; none where it is not there.
func (p *process) lines(name string) []string {
	text, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[:bytes.Count(text, []byte("\n"))]
}

// freePort returns a port for a program to listen at. It is none of those that
// the system gives out by itself: a connection that another test makes does not
// take it before the program does.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := fmt.Sprint(20_000 + rand.IntN(10_000))
		if l, err := net.Listen("tcp", ":"+port); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// output is what a process has said so far.
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
