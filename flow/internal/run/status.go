package run

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// totals are the figures of a pipeline, as its status shows them.
type totals struct {
	runs        int64
	skippedRuns int64         // runs that were due while another one ran
	in          int64         // records that the first stage gave out
	out         int64         // records stored, sent or answered: each counts once for every place it went to
	skipped     int64         // records that a stage dropped
	errors      int64         // failed calls and runs
	busy        time.Duration // of all runs
	last        time.Duration // of the last run
}

// totals adds up what the pipeline and its stages have counted.
func (p *pipeline) totals() totals {
	c := &p.counters
	t := totals{
		runs:        c.runs.Load(),
		skippedRuns: c.skipped.Load(),
		in:          c.received.Load(),
		out:         p.scope.answered.Load(),
		errors:      c.errors.Load(),
		busy:        time.Duration(c.busy.Load()),
		last:        time.Duration(c.last.Load()),
	}
	p.scope.mu.Lock()
	defer p.scope.mu.Unlock()
	for _, s := range p.scope.stages {
		t.out += s.Sent.Load()
		t.skipped += s.Skipped.Load()
		t.errors += s.Errors.Load()
	}
	if !p.waits() && len(p.scope.order) > 0 {
		t.in = p.scope.stages[p.scope.order[0]].Out.Load()
	}
	return t
}

// String says the totals in a line, without what is nought.
func (t totals) String() string {
	parts := []string{count(t.runs, "run"), fmt.Sprintf("%d in", t.in), fmt.Sprintf("%d out", t.out)}
	if t.skippedRuns > 0 {
		parts = append(parts, count(t.skippedRuns, "run")+" skipped")
	}
	if t.skipped > 0 {
		parts = append(parts, count(t.skipped, "record")+" skipped")
	}
	if t.errors > 0 {
		parts = append(parts, count(t.errors, "error"))
	}
	return strings.Join(parts, ", ")
}

// count returns a number with its noun: "1 run", "2 runs".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// runsText returns the runs of a table's row.
func (t totals) runsText() string {
	if t.skippedRuns == 0 {
		return fmt.Sprint(t.runs)
	}
	return fmt.Sprintf("%d (%d skipped)", t.runs, t.skippedRuns)
}

// How often a status is written at most.
const (
	redrawEvery = 500 * time.Millisecond
	lineEvery   = 5 * time.Second
)

// board shows how the pipelines go while they run.
type board struct {
	pipelines []*pipeline
	interval  time.Duration
	show      func()
	signal    chan struct{}
}

// newBoard returns the board for where the status goes to: a table that is
// redrawn on a terminal, else a line for each pipeline that has done something.
// A log in JSON has it in its lines.
func newBoard(o *output, pipelines []*pipeline, json bool) *board {
	b := &board{pipelines: pipelines, interval: lineEvery, signal: make(chan struct{}, 1)}
	switch {
	case json:
		b.show = b.onChange(func(p *pipeline, t totals) { p.logTotals(t) })
	case o.isTerminal():
		b.interval = redrawEvery
		b.show = func() { o.show(liveTable(pipelines)) }
	default:
		b.show = b.onChange(func(p *pipeline, t totals) {
			fmt.Fprintf(o.verbatim(o.stderr), "%s: %v\n", p.options.Name, t)
		})
	}
	return b
}

// onChange returns a function that calls show for each pipeline whose totals
// are not those of the last time.
func (b *board) onChange(show func(*pipeline, totals)) func() {
	shown := make([]totals, len(b.pipelines))
	return func() {
		for i, p := range b.pipelines {
			if t := p.totals(); t != shown[i] {
				shown[i] = t
				show(p, t)
			}
		}
	}
}

func (p *pipeline) logTotals(t totals) {
	p.scope.logger.LogAttrs(context.Background(), slog.LevelInfo, "status",
		slog.Int64("runs", t.runs), slog.Int64("runs_skipped", t.skippedRuns),
		slog.Int64("in", t.in), slog.Int64("out", t.out),
		slog.Int64("skipped", t.skipped), slog.Int64("errors", t.errors), slog.Duration("last", t.last))
}

// changed tells the board that there is something to show. It never waits.
func (b *board) changed() {
	select {
	case b.signal <- struct{}{}:
	default:
	}
}

// watch shows what changes until ctx ends. It sleeps while nothing does.
func (b *board) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.signal:
		}
		b.show()
		if Sleep(ctx, b.interval) != nil {
			return
		}
	}
}

// liveRows is how many pipelines the live table shows: it must not be longer
// than the terminal.
const liveRows = 20

// liveTable returns the status of running pipelines.
func liveTable(pipelines []*pipeline) string {
	var b strings.Builder
	w := columns(&b)
	fmt.Fprintln(w, "pipeline\truns\tin\tout\tskipped\terrors\tlast run")
	for _, p := range pipelines[:min(len(pipelines), liveRows)] {
		t := p.totals()
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", p.options.Name, t.runsText(), t.in, t.out, t.skipped, t.errors, short(t.last))
	}
	w.Flush()
	if more := len(pipelines) - liveRows; more > 0 {
		fmt.Fprintf(&b, "and %d more\n", more)
	}
	return b.String()
}

// summary returns what the pipelines did, when they have ended.
func summary(pipelines []*pipeline) string {
	var b strings.Builder
	w := columns(&b)
	fmt.Fprintln(w, "flow\tpipeline\truns\tin\tout\tskipped\terrors\tbusy")
	for _, p := range pipelines {
		t := p.totals()
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\n", p.flow, p.options.Name, t.runsText(), t.in, t.out, t.skipped, t.errors, short(t.busy))
	}
	w.Flush()
	return b.String()
}

// places returns where the data of the parts lies.
func places(parts []Part, hide func(string) string) string {
	var b strings.Builder
	w := columns(&b)
	for _, p := range parts {
		if p.Where != "" {
			fmt.Fprintf(w, "  %s\t%s\n", p.Name, hide(p.Where))
		}
	}
	w.Flush()
	if b.Len() == 0 {
		return ""
	}
	return "Data" + workingFolder() + ":\n" + b.String()
}

// workingFolder says where relative paths start.
func workingFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return ", files in " + dir
}

func columns(b *strings.Builder) *tabwriter.Writer { return tabwriter.NewWriter(b, 0, 0, 2, ' ', 0) }

// short returns a duration as a person would write it: "1.25s", "90ms", "1m".
func short(d time.Duration) string {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			d = d.Round(unit / 100)
			break
		}
	}
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if cut, ok := strings.CutSuffix(text, zero); ok {
			text = cut + zero[:1]
		}
	}
	return text
}

// names lists names for people, sorted, each once.
func names(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ", ")
}
