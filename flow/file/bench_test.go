package file

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/record"
)

// BenchmarkRead reads records of 165 bytes as JSON: once, and followed with each
// batch acknowledged.
func BenchmarkRead(b *testing.B) {
	const n = 100_000
	path := filepath.Join(b.TempDir(), "x.jsonl")
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `{"sensor":"sensor-%04d","at":"2026-01-01T00:00:%02dZ","value":%d.25,"revision":%d,"note":"%s"}`+"\n", i%1000, i%60, i, i, strings.Repeat("x", 60))
	}
	(&log{T: &testing.T{}}).writeTo(path, text.String())
	for _, follow := range []bool{false, true} {
		b.Run(fmt.Sprintf("follow=%t", follow), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				readAll(b, path, follow, n)
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func readAll(b *testing.B, path string, follow bool, n int) {
	var r *Reader[records.Reading]
	stop, err := flow.Open(context.Background(), flow.Env{Stderr: io.Discard}, func(s *flow.Setup) {
		r = Read(s, ReadOptions[records.Reading]{Stage: flow.StageOptions{Name: "tail"}, Path: path, Follow: follow, JSON: record.CodecOf[records.Reading]()})
		if follow {
			r.follow.state = filepath.Join(b.TempDir(), "position.json")
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	for n > 0 {
		d, err := r.Receive(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		n -= len(d.Batch.Values)
		if err := d.Ack(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	if err := stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}
