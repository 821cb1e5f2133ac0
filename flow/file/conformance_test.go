package file

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/record"
)

// itemCodec reads items as their suite writes them.
func itemCodec() record.Codec[conformance.Item] {
	return record.Codec[conformance.Item]{Decode: func(v *conformance.Item, d *jsontext.Decoder) error {
		text, err := d.ReadValue()
		if err != nil {
			return err
		}
		return json.Unmarshal(text, v)
	}}
}

// TestSource holds a followed file against what every source promises: one that
// only grows, and those that are rotated every hundred records.
func TestSource(t *testing.T) {
	for name, rotate := range map[string]func(*log){"growing": func(*log) {}, "rotated": (*log).rotate, "copied": (*log).copyTruncate} {
		t.Run(name, func(t *testing.T) {
			conformance.Source(t, conformance.SourceSuite{Class: conformance.Replayable, New: func(t *testing.T) conformance.SourceFixture {
				return fixture(t, rotate)
			}})
		})
	}
}

func fixture(t *testing.T, rotate func(*log)) conformance.SourceFixture {
	l := newLog(t)
	l.write("")
	return conformance.SourceFixture{
		Open: func(s *flow.Setup, stage flow.StageOptions) flow.Source[conformance.Item] {
			r := Read(s, ReadOptions[conformance.Item]{Stage: stage, Path: l.path, Follow: true, JSON: itemCodec()})
			l.inTest(r.follow)
			return r
		},
		Feed: func(ctx context.Context, records [][]byte) (int, error) {
			for i, r := range records {
				if i%100 == 99 {
					rotate(l)
				}
				l.write(string(r) + "\n")
			}
			return len(records), nil
		},
	}
}
