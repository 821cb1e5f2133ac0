package stages

import (
	"context"

	"github.com/flowc-dev/flowc/bench/service/records"
	"github.com/flowc-dev/flowc/flow"
)

// Convert gives degrees Fahrenheit, and drops readings of no quality.
func Convert(ctx context.Context, in records.Reading) (records.Result, error) {
	if in.Quality == 0 {
		return records.Result{}, flow.Skip
	}
	return records.Result{Sensor: in.Sensor, At: in.At, Fahrenheit: in.Celsius*1.8 + 32, Quality: in.Quality, Note: in.Note}, nil
}
