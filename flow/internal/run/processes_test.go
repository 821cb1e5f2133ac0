package run

import (
	"context"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// runProcesses runs the two flows of this test binary, each in its process.
func runProcesses(t *testing.T, args string, vars ...string) result {
	t.Helper()
	t.Setenv(asProgram, "1")
	for i := 0; i < len(vars); i += 2 {
		t.Setenv(vars[i], vars[i+1])
	}
	return execWith(t, Env{Args: append([]string{"-processes"}, strings.Fields(args)...)}, twoProcesses())
}

func TestProcesses(t *testing.T) {
	r := runProcesses(t, "-once")
	r.want(t, 0, "process started")
	for _, line := range []string{
		`[plant] plant sees broker "mqtt://127.0.0.1:41234"`,
		`[alerts] alerts sees broker "mqtt://127.0.0.1:41234"`,
		"[plant] plant  plant_in", // its summary
	} {
		if !strings.Contains(r.stdout, line) {
			t.Errorf("stdout lacks %q:\n%s", line, r.stdout)
		}
	}
}

func TestProcessesFor(t *testing.T) {
	runProcesses(t, "-for 100ms").want(t, 0, `because="`+errTimeUp.Error(), "[plant] time=", "[alerts] time=")
}

func TestProcessesOfSomeFlows(t *testing.T) {
	for _, args := range []string{"-once plant", "-once -pipelines plant_in"} {
		r := runProcesses(t, args)
		r.want(t, 0)
		equal(t, args+": runs", strings.Count(r.stdout, "sees broker"), 1)
		equal(t, args+": processes", strings.Count(r.stderr, "process started"), 1)
	}
}

func TestProcessThatFails(t *testing.T) {
	r := runProcesses(t, "-for 1h", "ALERTS", "fail") // ends at once, or never
	r.want(t, 1,
		`[alerts] error: flow "alerts", pipeline "alerts_in": no sensor`,
		`error: flow "alerts": its process failed: exit status 1`)
	equal(t, "processes that failed", strings.Count(r.stderr, "its process failed"), 1)
}

// What follows another pipeline does so in its process.
func TestProcessesFollow(t *testing.T) {
	r := runProcesses(t, "-once", "PLANT", "chain", "ALERTS", "chain")
	r.want(t, 0)
	for _, flow := range []string{"plant", "alerts"} {
		_, next, found := strings.Cut(r.stdout, "["+flow+"] first\n")
		if !found || strings.Count(next, "["+flow+"] next\n") != 1 {
			t.Errorf("stdout:\n%s", r.stdout)
		}
	}
}

func TestProcessesOnce(t *testing.T) {
	runProcesses(t, "-once", "ALERTS", "wait").want(t, 0)
}

func TestProcessesReportSettingsThemselves(t *testing.T) {
	p := twoProcesses()
	p.Flows[0].Open = func(s *Setup) { s.String("stage.a", "url", "${MISSING_A}") }
	p.Flows[1].Open = func(s *Setup) { s.String("stage.b", "url", "${MISSING_B}") }
	r := execWith(t, Env{Args: []string{"-processes"}, Lookup: noEnv}, p)
	r.want(t, 1, "stage.a: url: environment variable MISSING_A", "stage.b: url: environment variable MISSING_B")
	equal(t, "processes", strings.Count(r.stderr, "process started"), 0)
}

func TestProcessesForwardSignals(t *testing.T) {
	signalAt(t, "plant sees", "plant", os.Interrupt).want(t, 0, "signal: interrupt", "[plant] time=", errQuiet.Error())
}

func TestSecondSignalKillsProcesses(t *testing.T) {
	signalAt(t, "plant sees", "plant", os.Interrupt, syscall.SIGTERM).want(t, 130)
}

// signalAt runs flows in processes of their own and sends these signals to the
// parent when a child says such a text.
func signalAt(t *testing.T, text, args string, send ...os.Signal) result {
	t.Helper()
	t.Setenv(asProgram, "1")
	signals := make(chan os.Signal, len(send))
	var once sync.Once
	var stdout, stderr strings.Builder
	listen := writerFunc(func(p []byte) (int, error) {
		if strings.Contains(string(p), text) {
			once.Do(func() {
				for _, s := range send {
					signals <- s
				}
			})
		}
		return stdout.Write(p)
	})
	env := Env{Args: append([]string{"-processes"}, strings.Fields(args)...), Stdout: listen, Stderr: &stderr, Signals: signals}
	code := Exec(t.Context(), twoProcesses(), env)
	return result{code, stdout.String(), stderr.String()}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestHostIsStoppedAfterTheChildren(t *testing.T) {
	t.Setenv(asProgram, "1")
	var seen events
	p := twoProcesses()
	p.Flows[0].Open = func(s *Setup) {
		s.Part(Part{
			Name:    "connection.broker",
			Connect: func(context.Context) error { seen.add("connect"); return nil },
			Host: func(context.Context) ([]string, func(), error) {
				seen.add("host")
				return nil, func() { seen.add("stop") }, nil
			},
		})
		everySecond(s, "plant_in", idle)
	}
	execWith(t, Env{Args: []string{"-processes", "-once", "plant"}}, p).want(t, 0)
	equal(t, "events", seen.String(), "host stop")
}

func TestPrefixer(t *testing.T) {
	var b strings.Builder
	p := &prefixer{prefix: "[a] ", to: &b}
	for _, text := range []string{"one\ntw", "o\n", "\nthree\nfo", "ur"} {
		if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
	}
	p.flush()
	equal(t, "lines", b.String(), "[a] one\n[a] two\n[a] \n[a] three\n[a] four\n")
}
