package file

import (
	"context"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// ReadOptions are the settings of a stage file.read, as the spec has them.
type ReadOptions[T any] struct {
	Stage  flow.StageOptions
	Path   string // may hold ${NAME}
	Follow bool   // wait for more at the end of the file, and keep the position
	// One of these reads the records: a line of JSON each, or a row of CSV.
	JSON record.Codec[T]
	CSV  record.CSV[T]
}

// Reader is a source of the records of a file. It implements [flow.Source].
type Reader[T any] struct {
	*flow.Stage
	path   string
	format format[T]
	csv    bool
	in     *input    // the file that is read once
	follow *follower // nil: it is read once
}

// Read resolves the settings of a stage that reads a file and registers it.
func Read[T any](s *flow.Setup, o ReadOptions[T]) *Reader[T] {
	place := o.Stage.Place()
	r := &Reader[T]{Stage: flow.NewStage(s, o.Stage), path: driver.Path(s, place, "path", o.Path), format: jsonLines[T]{o.JSON}}
	if o.CSV.Parse != nil {
		r.format, r.csv = &csvRows[T]{CSV: o.CSV}, true
	}
	part := driver.Part{Name: place, Where: r.path, Connect: r.open, Close: r.close}
	if o.Follow {
		r.follow = newFollower(s, o.Stage.Name, r.path, r.csv)
		part.Connect, part.Close = r.follow.connect, r.follow.disconnect
	}
	driver.AddPart(s, part)
	return r
}

// open opens a file that is read once: where it is missing, the start fails.
func (r *Reader[T]) open(context.Context) (err error) {
	r.in, err = openInput(r.path, r.csv)
	return err
}

// Ends reports whether the file is read once.
func (r *Reader[T]) Ends() bool { return r.follow == nil }

func (r *Reader[T]) close(context.Context) error { return r.in.Close() }
