package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
	"github.com/flowc-dev/flowc/flow"
)

// Aggregate is stage "aggregate".
//
// Sums up the readings of both databases.
func Aggregate(ctx context.Context, httpReadings flow.Reader[records.Reading], mqttReadings flow.Reader[records.Reading]) ([]records.Summary, error) {
	return summarize(ctx, httpReadings, mqttReadings)
}
