package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/load"
)

// followVariable makes the test binary a program that writes to a store and
// loads what is new in it: its value is the mode of the store and its URL.
const followVariable = "FLOWC_CONFORMANCE_NEW"

// follower runs the program of this process, if it has one.
func (s StoreSuite) follower() bool {
	var mode flow.Mode
	var url string
	if _, err := fmt.Sscanf(os.Getenv(followVariable), "%d %s", &mode, &url); err != nil {
		return false
	}
	o := s.readings(url, mode)
	program := flow.Program{Service: "plant", Flows: []flow.Flow{{Name: "plant", Open: func(setup *flow.Setup) {
		store := flow.OpenStore(setup, o, map[string]flow.Driver[records.Reading]{schemeOf(url): s.Readings})
		flow.Run(setup, flow.PipelineOptions{Name: "write"}, flow.Trigger{Every: "2ms"}, writer(store, mode))
		fresh := load.NewFollower(setup, load.FollowOptions[records.Reading]{Stage: flow.StageOptions{Name: "fresh"}, Store: store})
		flow.Poll(setup, flow.PipelineOptions{Name: "follow"}, flow.Trigger{Every: "3ms"}, fresh, tell)
	}}}}
	if code := flow.Exec(context.Background(), program, flow.Env{Args: []string{"-quiet"}, Stderr: os.Stderr}); code != 0 {
		fmt.Println("failed", code)
	}
	return true
}

func schemeOf(url string) string {
	for i, r := range url {
		if r == ':' {
			return url[:i]
		}
	}
	return url
}

// writer returns a run that saves a burst. The records of an appending store
// are numbered one by one, those of the others by their saves.
func writer(store flow.Store[records.Reading], mode flow.Mode) func(context.Context) error {
	last := -1
	return func(ctx context.Context) error {
		for r, err := range store.Each(ctx) {
			if last >= 0 {
				break // it is known
			}
			if err != nil {
				return err
			}
			last = max(last, r.Revision)
		}
		list := make([]records.Reading, burstSize)
		for i := range list {
			if mode == flow.Append || i == 0 {
				last++
			}
			second := last
			if mode != flow.Append {
				second = i
			}
			list[i] = revised(reading("a", second, 0), last)
		}
		return store.Save(ctx, list...)
	}
}

// tell writes which records a run got.
func tell(_ context.Context, in flow.Batch[[]records.Reading]) error {
	for _, list := range in.Values {
		if len(list) > 0 {
			fmt.Println("run", list[0].Revision, list[len(list)-1].Revision, len(list))
		}
	}
	return nil
}

// told is what a run got: the numbers of its first and its last record.
type told struct{ first, last, records int }

// testNewKilled kills a program that writes to a store and follows it at any
// moment, again and again: no record is lost, and none comes again but those of
// the run that was cut off.
func (s StoreSuite) testNewKilled(t *testing.T, mode flow.Mode) {
	t.Parallel()
	url := s.URL(t)
	before := told{-1, -1, 0}
	runs := 0
	for range 2 * kills() {
		for i, run := range s.followUntilKilled(t, mode, url) {
			before.mustLeadTo(t, run, mode, i == 0)
			before = run
			runs++
		}
	}
	if runs < 2*kills() {
		t.Errorf("only %d runs in %d processes", runs, 2*kills())
	}
	s.wantRest(t, s.readings(url, mode), before)
}

// mustLeadTo checks that a run follows another one, or is the same again where
// the process was killed between them.
func (r told) mustLeadTo(t *testing.T, next told, mode flow.Mode, killed bool) {
	t.Helper()
	switch {
	case mode != flow.Append && (next.last > r.last || killed && next.last == r.last) && next.records == burstSize:
	case mode == flow.Append && next.records == next.last-next.first+1 && (next.first == r.last+1 || killed && next.first == r.first && next.last >= r.last):
	default:
		t.Fatalf("after a run %+v came %+v (killed between them: %t)", r, next, killed)
	}
}

// followUntilKilled starts the program, kills it after some runs, and returns
// these.
func (s StoreSuite) followUntilKilled(t *testing.T, mode flow.Mode, url string) (runs []told) {
	t.Helper()
	cmd := again(t, followVariable+"="+fmt.Sprintf("%d %s", mode, url))
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for most := 1 + rand.N(8); lines.Scan(); {
		var r told
		if _, err := fmt.Sscanf(lines.Text(), "run %d %d %d", &r.first, &r.last, &r.records); err != nil {
			t.Fatalf("the program says %q", lines.Text())
		}
		if runs = append(runs, r); len(runs) == most {
			time.AfterFunc(rand.N(5*time.Millisecond), func() { _ = cmd.Process.Kill() })
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	return runs
}

// wantRest follows the store in this process: it gets what the others have not.
func (s StoreSuite) wantRest(t *testing.T, o flow.StoreOptions[records.Reading], before told) {
	t.Helper()
	store, feed := s.following(t, o)
	all, err := store.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := all[len(all)-1].Revision
	chunk, err := feed.Next(t.Context(), 0, 1<<30)
	switch {
	case err != nil:
		t.Fatal(err)
	case len(chunk.Records) == 0 && last != before.last:
		t.Fatalf("nothing is new, but only %d of %d came", before.last, last)
	case len(chunk.Records) > 0:
		rest := told{chunk.Records[0].Revision, chunk.Records[len(chunk.Records)-1].Revision, len(chunk.Records)}
		if before.mustLeadTo(t, rest, o.Mode, true); rest.last != last {
			t.Fatalf("the last record is %d, what came ends with %d", last, rest.last)
		}
	}
}
