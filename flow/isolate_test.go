package flow

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/flowc-dev/flowc/flow/record"
)

// callers is a source of one batch whose records have callers of their own.
type callers struct {
	values  []int
	told    []string
	served  bool
	replies map[int]string
}

func (c *callers) Receive(ctx context.Context) (Delivery[int], error) {
	if c.served {
		return Delivery[int]{}, io.EOF
	}
	c.served = true
	c.told = make([]string, len(c.values))
	c.replies = map[int]string{}
	tell := func(what string) {
		for i := range c.told {
			if c.told[i] == "" {
				c.told[i] = what
			}
		}
	}
	return Delivery[int]{
		Batch:  batchOf(c.values...),
		Held:   true,
		Ack:    func(context.Context) error { tell("taken"); return nil },
		Nack:   func(error) { tell("given back") },
		Refuse: func(i int, err error) { c.told[i] = "refused: " + errors.Unwrap(err).Error() },
		Reply:  func(i int, body []byte, _ string) { c.replies[i] = string(body) },
	}, nil
}

// TestBadRecordTakesNoOtherWithIt delivers a batch with one record that a stage
// refuses: its caller is told, the others are answered, and the pipeline fails
// or goes on as it says.
func TestBadRecordTakesNoOtherWithIt(t *testing.T) {
	for _, goesOn := range []bool{true, false} {
		source := &callers{values: []int{1, -2, 3}}
		open := func(s *Setup) {
			stage := NewStage(s, StageOptions{Name: "half"})
			Answer(s, PipelineOptions{Name: "p", Continue: goesOn}, source, record.JSON(record.Codec[int]{Encode: record.EncodeInt[int]}), func(ctx context.Context, in Batch[int]) (Batch[int], error) {
				return Map(ctx, stage, in, func(_ context.Context, v int) (int, error) {
					if v < 0 {
						return 0, errors.New("negative")
					}
					return v * 10, nil
				})
			})
		}
		status := Exec(context.Background(), Program{Service: "s", Flows: []Flow{{Name: "f", Open: open}}}, Env{Args: []string{"-quiet"}})
		if want := map[bool]int{true: 0, false: 1}[goesOn]; status != want {
			t.Errorf("continue %t: exit status %d, not %d", goesOn, status, want)
		}
		if source.told[0] != "taken" || source.told[1] != "refused: negative" || source.told[2] != "taken" {
			t.Errorf("continue %t: the callers were told %q", goesOn, source.told)
		}
		if source.replies[0] != "10" || source.replies[2] != "30" || len(source.replies) != 2 {
			t.Errorf("continue %t: the callers were answered %v", goesOn, source.replies)
		}
	}
}
