package jsonl_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/load"
)

// newOf follows a store as two stages and returns the sensors of what is new to
// each of them. The first one keeps its position.
func newOf(t *testing.T, store flow.Store[records.Reading]) string {
	t.Helper()
	var sensors []string
	for _, stage := range []string{"fresh", "other"} {
		feed, err := store.(load.Journal[records.Reading]).Follow(t.Context(), load.FeedOptions{Service: "plant", Stage: stage})
		if err != nil {
			t.Fatal(err)
		}
		chunk, err := feed.Next(t.Context(), 0, 100)
		if err == nil && stage == "fresh" {
			err = feed.Keep(t.Context(), chunk.To)
		}
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, r := range chunk.Records {
			text += r.Sensor
		}
		sensors = append(sensors, text)
	}
	return strings.Join(sensors, " ")
}

// TestPositionsOfAnotherFile puts another file in the place of one that was
// followed: nothing of it is passed over.
func TestPositionsOfAnotherFile(t *testing.T) {
	for what, test := range map[string]struct {
		content, want string
		logged        bool
	}{
		"the same":   {line1 + line2, " ab", false},
		"grown":      {line1 + line2 + line1, "a aba", false},
		"removed":    {"", " ", true},
		"shorter":    {line1, "a a", true},
		"another":    {line2 + line1, "ba ba", true},
		"cut, grown": {line2 + line2 + line1, "bba bba", true},
	} {
		t.Run(what, func(t *testing.T) {
			p := kind.File(t, line1+line2)
			t.Run("before", func(t *testing.T) {
				st := kind.Must(t, p, flow.StoreOptions[records.Reading]{}, io.Discard)
				if got := newOf(t, st); got != "ab ab" {
					t.Errorf("new: %q", got)
				}
			})
			if err := os.WriteFile(p, []byte(test.content), 0o644); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			st := kind.Must(t, p, flow.StoreOptions[records.Reading]{}, &log)
			if got := newOf(t, st); got != test.want {
				t.Errorf("new: %q, want %q", got, test.want)
			}
			if logged := strings.Contains(log.String(), "is not the one that was read before"); logged != test.logged {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

// TestPositionsThatAreNone refuses a file of positions that is damaged, and
// names it.
func TestPositionsThatAreNone(t *testing.T) {
	p := kind.File(t, line1)
	if err := os.WriteFile(p+".positions", []byte("1234"), 0o644); err != nil {
		t.Fatal(err)
	}
	st := kind.Must(t, p, flow.StoreOptions[records.Reading]{}, io.Discard)
	_, err := st.(load.Journal[records.Reading]).Follow(t.Context(), load.FeedOptions{Service: "plant", Stage: "fresh"})
	if err == nil || !strings.Contains(err.Error(), p+".positions") {
		t.Errorf("error %v", err)
	}
}
