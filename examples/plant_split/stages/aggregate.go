package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
	"github.com/flowc-dev/flowc/flow"
)

// Aggregate is stage "aggregate".
//
// Sums up the readings of both databases.
//
// It stands in pipeline storage, every ${CORE_EVERY:-5s}: aggregate -> store.summaries.
func Aggregate(ctx context.Context, httpReadings flow.Reader[records.Reading], mqttReadings flow.Reader[records.Reading]) ([]records.Summary, error) {
	return summarize(ctx, httpReadings, mqttReadings)
}
