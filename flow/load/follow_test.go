package load

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// journal is a store whose records are the numbers from 0 on. A position is how
// many of them are through.
type journal struct {
	flow.Store[int]
	saved   int64
	kept    int64
	readers []string
	fail    func(what string) error // nil: nothing fails
}

func (j *journal) Follow(context.Context, FeedOptions) (Feed[int], error) { return j, nil }
func (j *journal) Readers(context.Context, string) ([]string, error)      { return j.readers, nil }
func (j *journal) Keep(_ context.Context, position int64) error {
	if err := j.failure("keep"); err != nil {
		return err
	}
	j.kept = position
	return nil
}

func (j *journal) Next(_ context.Context, to int64, limit int) (Chunk[int], error) {
	if to == 0 {
		to = j.saved
	}
	c := Chunk[int]{Records: []int{}, From: j.kept, To: min(to, j.kept+int64(limit)), End: to}
	for n := c.From; n < c.To; n++ {
		c.Records = append(c.Records, int(n))
	}
	return c, j.failure("next")
}

func (j *journal) failure(what string) error {
	if j.fail == nil {
		return nil
	}
	return j.fail(what)
}

// following runs a pipeline that loads what is new, and returns its runs: the
// time in milliseconds, and which numbers came.
func following(t *testing.T, args string, j *journal, o FollowOptions[int], again bool, run func(i int) error) (string, result) {
	t.Helper()
	var seen events
	start, i := time.Now(), 0
	o.Stage.Name, o.Store = "fresh", j
	r := runProgram(t, args, func(s *flow.Setup) {
		flow.Poll(s, flow.PipelineOptions{Name: "follow", Continue: again}, flow.Trigger{Every: "1s"}, NewFollower(s, o), func(ctx context.Context, in flow.Batch[[]int]) error {
			for _, list := range in.Values {
				at := time.Since(start).Milliseconds()
				if len(list) == 0 {
					seen.add("%d:none", at)
				} else {
					seen.add("%d:%d-%d", at, list[0], list[len(list)-1])
				}
			}
			i++
			return run(i)
		})
	})
	return seen.String(), r
}

func succeeding(int) error { return nil }

func TestPollGivesWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{saved: 3}
		seen, r := following(t, "-for 3500ms", j, FollowOptions[int]{}, false, func(i int) error {
			if i == 2 {
				j.saved = 5
			}
			return nil
		})
		r.want(t, 0)
		equal(t, "runs", seen, "0:0-2 1000:none 2000:3-4 3000:none")
		equal(t, "position", j.kept, 5)
		if !strings.Contains(r.stdout, "follow    4     5") {
			t.Errorf("summary does not count the records:\n%s", r.stdout)
		}
	})
}

// What is more than a run gets follows at once, but not what was saved since the
// first run began.
func TestPollGivesTheRestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{saved: 25_000}
		kept := ""
		seen, r := following(t, "-for 1500ms", j, FollowOptions[int]{}, false, func(i int) error {
			kept += " " + record.IntText(j.kept)
			j.saved += 30
			return nil
		})
		r.want(t, 0)
		equal(t, "runs", seen, "0:0-9999 0:10000-19999 0:20000-24999 1000:25000-25089")
		equal(t, "positions", kept, " 0 10000 20000 25000")
		equal(t, "position", j.kept, 25_090)
	})
}

func TestPollOnceGivesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{saved: 20_000}
		seen, r := following(t, "-once", j, FollowOptions[int]{}, false, succeeding)
		r.want(t, 0)
		equal(t, "runs", seen, "0:0-9999 0:10000-19999")
	})
}

// A run that fails keeps no position, and the same records come again.
func TestPollFailedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{saved: 3}
		failing := func(int) error { j.saved++; return errors.New("no") }
		seen, r := following(t, "", j, FollowOptions[int]{}, false, failing)
		r.want(t, 1, `pipeline "follow": no`)
		equal(t, "runs", seen, "0:0-2")
		equal(t, "position", j.kept, 0)
	})
}

func TestPollFailedRunWithContinue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{saved: 3}
		var starts []string
		seen, r := following(t, "-for 4500ms", j, FollowOptions[int]{}, true, func(i int) error {
			starts = append(starts, record.IntText(j.kept))
			if j.saved++; i < 4 {
				return errors.New("no")
			}
			return nil
		})
		r.want(t, 0, "run failed")
		var came []string
		for _, run := range strings.Fields(seen) {
			_, numbers, _ := strings.Cut(run, ":")
			came = append(came, numbers)
		}
		equal(t, "records", strings.Join(came[:5], " "), "0-2 0-2 0-2 0-2 3-6")
		equal(t, "positions", strings.Join(starts[:5], " "), "0 0 0 0 3")
	})
}

// A stop ends the runs that follow at once: the rest is there at the next start.
func TestPollStopsBetweenRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{saved: 50_000}
		seen, r := following(t, "-for 500ms", j, FollowOptions[int]{}, false, func(int) error {
			time.Sleep(300 * time.Millisecond)
			return nil
		})
		r.want(t, 0)
		equal(t, "runs", seen, "0:0-9999 300:10000-19999")
		equal(t, "position", j.kept, 20_000)
	})
}

func TestPollThatFails(t *testing.T) {
	broken := func(at string) func(string) error {
		return func(what string) error {
			if what == at {
				return errors.New(what + " is broken")
			}
			return nil
		}
	}
	for _, test := range []struct {
		what, runs string
		onError    flow.OnError
		code       int
		says       string
	}{
		{"next", "", flow.Fail, 1, `stage "fresh": next is broken`},
		{"keep", "0:0-2", flow.Fail, 1, `stage "fresh": keep is broken`},
		{"next", "", flow.SkipRecord, 0, "record skipped"},                     // an empty run
		{"keep", "0:0-2", flow.SkipRecord, 1, `stage "fresh": keep is broken`}, // no record is to blame
	} {
		synctest.Test(t, func(t *testing.T) {
			j := &journal{saved: 3, fail: broken(test.what)}
			seen, r := following(t, "-for 500ms", j, FollowOptions[int]{Stage: flow.StageOptions{OnError: test.onError}}, false, succeeding)
			r.want(t, test.code, test.says)
			equal(t, "runs", seen, test.runs)
			equal(t, "position", j.kept, 0)
		})
	}
}

func TestPollRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := map[string]int{}
		j := &journal{saved: 3, fail: func(what string) error {
			if failures[what]++; failures[what] < 3 {
				return errors.New("busy")
			}
			return nil
		}}
		o := FollowOptions[int]{Stage: flow.StageOptions{Retry: flow.Retry{Attempts: 3, First: "10ms"}}}
		_, r := following(t, "-once", j, o, false, succeeding)
		r.want(t, 0, "call failed, trying again")
		equal(t, "position", j.kept, 3)
	})
}

// A stage without a position is reported where one has that is gone.
func TestFollowerRenamed(t *testing.T) {
	for _, test := range []struct {
		readers, others []string
		reported        bool
	}{
		{nil, nil, false},
		{[]string{"fresh"}, nil, false},
		{[]string{"fresh", "old"}, nil, false}, // it was reported when fresh was new
		{[]string{"old"}, nil, true},
		{[]string{"old"}, []string{"old"}, false},
		{[]string{"old", "older"}, []string{"old"}, true},
	} {
		j := &journal{readers: test.readers}
		_, r := following(t, "-once", j, FollowOptions[int]{Others: test.others}, false, succeeding)
		r.want(t, 0)
		if reported := strings.Contains(r.stderr, "was it renamed?"); reported != test.reported {
			t.Errorf("readers %v, others %v: %s", test.readers, test.others, r.stderr)
		}
	}
}

func TestFollowerNeedsAJournal(t *testing.T) {
	r := runProgram(t, "", func(s *flow.Setup) {
		NewFollower(s, FollowOptions[pair]{Stage: flow.StageOptions{Name: "fresh"}, Store: shelf{}})
	})
	r.want(t, 1, "stage.fresh: new: its store cannot tell what is new")
}
