package records_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/record"
)

// most is how deep JSON may be nested, for encoding/json too.
const most = 10000

// nested is a json value of this depth.
func nested(depth int) json.RawMessage {
	return json.RawMessage(strings.Repeat("[", depth) + strings.Repeat("]", depth))
}

// deepTree returns a tree of this depth.
func deepTree(depth int) *records.Tree {
	t := &records.Tree{}
	for range depth - 1 {
		t = &records.Tree{Next: t}
	}
	return t
}

// TestDepth reads and writes what is nested as deep as JSON may be; what is
// deeper, or has no end, is refused.
func TestDepth(t *testing.T) {
	sample, tree := record.CodecOf[records.Sample](), record.CodecOf[records.Tree]()
	trip(t, sample, records.Sample{Any: nested(most - 1)})
	trip(t, tree, *deepTree(most - 1)) // its lists are the last level
	for what, err := range map[string]error{
		"write a json field":   writeError(sample, records.Sample{Any: nested(most)}),
		"write a deeper one":   writeError(sample, records.Sample{Any: nested(2 * most)}),
		"write a tree":         writeError(tree, *deepTree(most)),
		"write a circle":       writeError(tree, *circle()),
		"read a json field":    sample.Unmarshal([]byte(`{"any":`+string(nested(most))+`}`), &records.Sample{}),
		"read a tree":          tree.Unmarshal([]byte(strings.Repeat(`{"next":`, 1<<20)), &records.Tree{}),
		"read a list":          tree.Unmarshal([]byte(strings.Repeat(`{"trees":[`, 1<<20)), &records.Tree{}),
		"read what is unknown": tree.Unmarshal([]byte(`{"unknown":`+strings.Repeat("[", 1<<20)), &records.Tree{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "depth") && !strings.Contains(err.Error(), "not valid JSON") || len(err.Error()) > 1000 {
			t.Errorf("%s: %.1000v", what, err)
		}
	}
}

func writeError[T any](c record.Codec[T], v T) error {
	_, err := c.Marshal(v)
	return err
}

// circle returns a tree that holds itself, as no JSON does.
func circle() *records.Tree {
	t := &records.Tree{}
	t.Next = t
	return t
}
