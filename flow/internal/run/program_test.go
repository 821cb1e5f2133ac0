package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

func everySecond(s *Setup, name string, run func(context.Context) error) {
	schedule(s, PipelineOptions{Name: name, Doc: "fetch -> store.reports"}, Trigger{Every: "1s"}, run)
}

func idle(context.Context) error { return nil }

// twoFlows is a program of two flows on two hosts, one pipeline each.
func twoFlows() Program {
	return Program{Service: "plant", Flows: []Flow{
		{Name: "plant", Open: func(s *Setup) { everySecond(s, "storage", idle) }},
		{Name: "alerts", Host: "vm-b", Open: func(s *Setup) { everySecond(s, "send", idle) }},
	}}
}

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
		want string
	}{
		{"-once", 0, ""},
		{"-once alerts plant", 0, ""},
		{"alerts -once", 0, ""},
		{"-once -host vm-b", 0, ""},
		{"-once -host vm-b alerts", 0, ""},
		{"-once -pipelines send,storage", 0, ""},
		{"-once -pipelines send", 0, ""},
		{"-once nope", 2, `unknown flow "nope"; there is alerts, plant`},
		{"nope alerts -once more", 2, `unknown flows "nope", "more"; there are alerts, plant`},
		{"-pipelines send,nope", 2, `unknown pipeline "nope"; there is send, storage`},
		{"plant -pipelines send", 2, `unknown pipeline "send"; there is storage`},
		{"-host vm-c", 2, `-host "vm-c": none of these flows runs there; this program has the hosts vm-b`},
		{"-host vm-b plant", 2, `-host "vm-b"`},
		{"-what", 2, "flag provided but not defined: -what"},
		{"-for 3", 2, `invalid value "3" for flag -for: it has no unit; write 3s, 3m or 3h for seconds, minutes or hours`},
		{"-for 3d", 2, `invalid value "3d" for flag -for: not a time such as 20s, 5m or 1h30m`},
		{"-for -3s", 2, `invalid value "-3s" for flag -for: a time cannot be negative`},
		{"-grace -3s", 2, `invalid value "-3s" for flag -grace: a time cannot be negative`},
		{"-for 0 -once", 0, ""},
		{"-log-format xml", 2, `-log-format "xml": text or json expected`},
		{"-log-level loud", 2, "log-level"},
	} {
		t.Run(test.args, func(t *testing.T) {
			r := execWith(t, Env{Args: strings.Fields(test.args)}, twoFlows())
			r.want(t, test.code, test.want)
			if test.code == 2 && !strings.Contains(r.stderr, "plant -h shows") {
				t.Error("does not say where help is")
			}
		})
	}
}

func TestSelectedPipelinesRun(t *testing.T) {
	for args, want := range map[string]string{
		"-once":                 "storage send",
		"-once alerts":          "send",
		"-once -host vm-b":      "send",
		"-once -pipelines send": "send",
	} {
		synctest.Test(t, func(t *testing.T) {
			r := execWith(t, Env{Args: strings.Fields(args)}, twoFlows())
			var ran []string
			for line := range strings.Lines(r.stdout) {
				if f := strings.Fields(line); f[2] == "1" {
					ran = append(ran, f[1])
				}
			}
			equal(t, args, strings.Join(ran, " "), want)
		})
	}
}

func TestHelp(t *testing.T) {
	r := execWith(t, Env{Args: []string{"-h"}}, twoFlows())
	r.want(t, 0)
	for _, text := range []string{"plant -for 20s", "-pipelines send", "alerts (host vm-b)", "storage  every 1s  fetch -> store.reports", "-grace time", "(default 10s)"} {
		if !strings.Contains(r.stdout, text) {
			t.Errorf("help lacks %q:\n%s", text, r.stdout)
		}
	}
}

// All settings that are wrong are reported at once, and nothing is connected.
func TestSettingsAreReportedTogether(t *testing.T) {
	connected := false
	open := func(s *Setup) {
		s.URL("store.reports", "url", "${REPORTS_DB}")
		s.Duration("stage.fetch", "timeout", "soon")
		s.String("stage.fetch", "token", "${file:/does/not/exist}")
		s.Part(Part{Name: "store.reports", Connect: func(context.Context) error { connected = true; return nil }})
		everySecond(s, "poll", idle)
	}
	r := execWith(t, Env{Lookup: noEnv}, Program{Service: "weather", Flows: []Flow{{Name: "a", Open: open}, {Name: "b", Open: open}}})
	r.want(t, 1,
		"error: store.reports: url: environment variable REPORTS_DB is not set\n",
		"error: stage.fetch: timeout: not a duration",
		"error: stage.fetch: token: cannot read the file")
	equal(t, "lines (what two flows share is reported once)", strings.Count(r.stderr, "\n"), 3)
	equal(t, "connected", connected, false)
}

func TestPartsOpenInOrderAndCloseInReverse(t *testing.T) {
	for _, fails := range []bool{false, true} {
		var seen events
		part := func(name string, err error) Part {
			return Part{
				Name:    name,
				Connect: func(context.Context) error { seen.add("open-%s", name); return err },
				Close:   func(context.Context) error { seen.add("close-%s", name); return nil },
			}
		}
		r := runProgram(t, "-once", func(s *Setup) {
			s.Part(part("a", nil))
			if fails {
				s.Part(part("x", errors.New("refused")))
				s.Part(part("y", errors.New("gone")))
			}
			s.Part(part("b", nil))
			everySecond(s, "poll", func(context.Context) error { seen.add("run"); return nil })
		})
		if fails {
			r.want(t, 1, "error: x: refused", "error: y: gone")
			equal(t, "events", seen.String(), "open-a open-x open-y open-b close-b close-a")
			continue
		}
		r.want(t, 0)
		equal(t, "events", seen.String(), "open-a open-b run close-b close-a")
	}
}

func TestFailedCloseIsAFailure(t *testing.T) {
	runProgram(t, "-once", func(s *Setup) {
		s.Part(Part{Name: "store.a", Close: func(context.Context) error { return errors.New("disk full") }})
		everySecond(s, "poll", idle)
	}).want(t, 1, "error: store.a: disk full")
}

func TestCheck(t *testing.T) {
	for _, fails := range []bool{false, true} {
		r := runProgram(t, "-check", func(s *Setup) {
			s.Part(Part{Name: "store.a", Where: "sqlite:data/a.db"})
			if fails {
				s.Part(Part{Name: "connection.b", Connect: func(context.Context) error { return errors.New("refused") }})
			}
			s.Part(Part{Name: "c"})
			everySecond(s, "poll", func(context.Context) error { panic("it ran") })
		})
		if fails {
			r.want(t, 1, "error: connection.b: refused")
			equal(t, "report", r.stdout, "ok      store.a (sqlite:data/a.db)\nfailed  connection.b\nok      c\n")
			continue
		}
		r.want(t, 0)
		equal(t, "report", r.stdout, "ok      store.a (sqlite:data/a.db)\nok      c\n")
	}
}

func TestPanicIsAnErrorOfThePipeline(t *testing.T) {
	r := runProgram(t, "", func(s *Setup) {
		everySecond(s, "poll", func(context.Context) error { panic("off the rails") })
	})
	r.want(t, 1, `error: flow "weather", pipeline "poll": panic: off the rails`, "pipeline panicked", "program_test.go")
}

func TestOnceStopsWaitingPipelines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		q := queueOf(seen.delivery(false, 1))
		runProgram(t, "-once", func(s *Setup) {
			everySecond(s, "poll", func(ctx context.Context) error { return Sleep(ctx, time.Second) })
			consume(s, PipelineOptions{Name: "listen"}, q, func(ctx context.Context, b batch[int]) error { return Sleep(ctx, 2*time.Second) })
		}).want(t, 0)
		equal(t, "events", seen.String(), "ack[1]")
	})
}

func TestRunOutsideOfItsGraceIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		runProgram(t, "-for 1s -grace 2s", func(s *Setup) {
			everySecond(s, "poll", func(ctx context.Context) error { return Sleep(ctx, time.Hour) })
		}).want(t, 0, "run cut off")
		equal(t, "time", time.Since(start), 3*time.Second)
	})
}

// A stage that ignores its context does not keep the program from ending.
func TestStageThatIgnoresItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		start := time.Now()
		runProgram(t, "-for 10ms -grace 10ms", func(s *Setup) {
			everySecond(s, "poll", func(ctx context.Context) error { <-release; return nil })
		}).want(t, 1, `pipeline "poll": does not end after the grace period`)
		close(release)
		equal(t, "time", time.Since(start), 20*time.Millisecond+abandonAfter)
	})
}

// A stop is told, also where the pipelines have ended before the loop that
// watches them looks: hence many times.
func TestSignals(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			start := time.Now()
			time.AfterFunc(1500*time.Millisecond, func() { signals <- syscall.SIGTERM })
			r := execWith(t, Env{Args: []string{"plant"}, Signals: signals}, twoFlows())
			r.want(t, 0, "signal: terminated")
			equal(t, "time", time.Since(start), 1500*time.Millisecond)
		})
	}
}

// A signal while the parts connect is a stop like any other: what it cuts off is
// no failure, but what failed before is one.
func TestSignalWhileConnecting(t *testing.T) {
	for refused, code := range map[bool]int{false: 0, true: 1} {
		synctest.Test(t, func(t *testing.T) {
			signals := make(chan os.Signal, 1)
			time.AfterFunc(time.Second, func() { signals <- syscall.SIGTERM })
			var seen events
			open := func(s *Setup) {
				s.Part(Part{Name: "store.first", Close: func(context.Context) error { seen.add("close"); return nil }})
				if refused {
					s.Part(Part{Name: "store.wrong", Connect: func(context.Context) error { return errors.New("refused") }})
				}
				s.Part(Part{Name: "connection.slow", Connect: func(ctx context.Context) error { return Sleep(ctx, time.Minute) }})
				s.Part(Part{Name: "store.last", Connect: func(context.Context) error { seen.add("open"); return nil }})
				everySecond(s, "poll", func(context.Context) error { seen.add("run"); return nil })
			}
			r := execWith(t, Env{Lookup: noEnv, Signals: signals}, Program{Service: "s", Flows: []Flow{{Name: "f", Open: open}}})
			r.want(t, code, `because="signal: terminated" at="connection.slow: context canceled"`)
			equal(t, "events", seen.String(), "close")
			equal(t, "errors", strings.Count(r.stderr, "error: "), code)
		})
	}
}

// A second signal ends the program at once. It is none where it comes with the
// first one: to the process, and to its group.
func TestSecondSignal(t *testing.T) {
	type sent struct {
		signal os.Signal
		after  time.Duration // of the one before
	}
	for _, test := range []struct {
		signals []sent
		code    int
		took    time.Duration
	}{
		{[]sent{{syscall.SIGTERM, time.Second}}, 0, 5 * time.Second},
		{[]sent{{syscall.SIGTERM, time.Second}, {syscall.SIGTERM, time.Millisecond}}, 0, 5 * time.Second},
		{[]sent{{syscall.SIGTERM, time.Second}, {os.Interrupt, time.Millisecond}}, 130, 1001 * time.Millisecond},
		{[]sent{{os.Interrupt, time.Second}, {os.Interrupt, 200 * time.Millisecond}}, 130, 1200 * time.Millisecond},
		{[]sent{{os.Interrupt, time.Second}, {os.Interrupt, time.Millisecond}, {os.Interrupt, time.Second}}, 130, 2001 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			go func() {
				for _, s := range test.signals {
					time.Sleep(s.after)
					signals <- s.signal
				}
			}()
			start := time.Now()
			open := func(s *Setup) {
				schedule(s, PipelineOptions{Name: "poll"}, Trigger{Once: true}, func(context.Context) error { time.Sleep(5 * time.Second); return nil })
			}
			p := Program{Service: "s", Flows: []Flow{{Name: "f", Open: open}}}
			equal(t, "exit status", Exec(context.Background(), p, Env{Lookup: noEnv, Signals: signals}), test.code)
			equal(t, "time", time.Since(start), test.took)
			time.Sleep(10 * time.Second) // what was left behind ends
		})
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("t0ken of \"file\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	vars := env(map[string]string{
		"PASSWORD": "p@ss/word ü", "DB": "postgres://joe:hunter22@db.example/plant", "BASE": "http://127.0.0.1:8027/x", "SHORT": "abc",
	})
	open := func(s *Setup) {
		u := s.URL("store.a", "url", "postgres://joe:${PASSWORD}@host/db")
		db, base := s.URL("store.b", "url", "${DB}"), s.URL("stage.c", "url", "${BASE}")
		token := s.String("stage.c", "token", "${file:"+file+"}")
		s.String("stage.c", "s", "${SHORT}")
		s.Part(Part{Name: "store.b", Where: "postgres://joe:hunter22@db.example/plant"})
		s.Part(Part{Name: "stage.c", Where: base})
		everySecond(s, "poll", func(ctx context.Context) error {
			ScopeOf(ctx).Logger().Info("connecting", "url", u, "token", token, "attr", slog.GroupValue(slog.String("db", db)))
			s.Logger().Warn("dial " + u + " abc")
			return errors.New("cannot reach " + u + " nor " + db + " at " + base + " with " + token + ", password hunter22")
		})
	}
	for _, format := range []string{"text", "json"} {
		r := execWith(t, Env{Args: []string{"-once", "-log-format", format}, Lookup: vars}, Program{Service: "w", Flows: []Flow{{Name: "w", Open: open}}})
		r.want(t, 1, "***", "abc")
		for _, secret := range []string{"p@ss", "p%40ss", "hunter22", "t0ken"} {
			if strings.Contains(r.stdout+r.stderr, secret) {
				t.Errorf("%s: output holds %q:\n%s%s", format, secret, r.stdout, r.stderr)
			}
		}
		if strings.Contains(r.stderr, "8027") || !strings.Contains(r.stdout, "stage.c  http://127.0.0.1:8027/x") {
			t.Errorf("an address belongs under Data only:\n%s%s", r.stdout, r.stderr)
		}
	}
}

func TestLogFormatJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, "-for 1500ms -log-format json", func(s *Setup) { everySecond(s, "poll", idle) })
		r.want(t, 0, `"msg":"status","flow":"weather","pipeline":"poll","runs":1`)
		for line := range strings.Lines(r.stderr) {
			if !strings.HasPrefix(line, "{") {
				t.Errorf("not JSON: %s", line)
			}
		}
	})
}

func TestOpenForTests(t *testing.T) {
	ctx := context.Background()
	_, err := Open(ctx, Env{Lookup: noEnv}, func(s *Setup) {
		s.URL("store.a", "url", "${A}")
		s.URL("store.b", "url", "${B}")
	})
	if err == nil || !strings.Contains(err.Error(), "store.a: url: environment variable A is not set\nstore.b") {
		t.Errorf("error is %v", err)
	}
	_, err = Open(ctx, Env{}, func(s *Setup) {
		s.Part(Part{Name: "store.a", Connect: func(context.Context) error { return errors.New("refused") }})
	})
	if err == nil || err.Error() != "store.a: refused" {
		t.Errorf("error is %v", err)
	}
	_, err = Open(ctx, Env{}, func(s *Setup) {
		s.Part(Part{Name: "store.a", Connect: func(context.Context) error { return errors.New("refused") }})
		s.Part(Part{Name: "stage.a", Connect: func(context.Context) error { return fmt.Errorf("store a: %w", fail.ErrNotOpen) }})
	})
	if err == nil || err.Error() != "store.a: refused" {
		t.Errorf("what needs a store that is not open says so too: %v", err)
	}
	_, err = Open(ctx, Env{}, func(s *Setup) {
		s.Part(Part{Name: "stage.a", Connect: func(context.Context) error { return fmt.Errorf("store a: %w", fail.ErrNotOpen) }})
	})
	if err == nil {
		t.Error("nothing says that a store is not open")
	}
	closed := false
	end, err := Open(ctx, Env{}, func(s *Setup) {
		s.Part(Part{Name: "store.a", Close: func(context.Context) error { closed = true; return nil }})
	})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "closed before", closed, false)
	if err := end(ctx); err != nil || !closed {
		t.Errorf("close: %v, closed %v", err, closed)
	}
}
