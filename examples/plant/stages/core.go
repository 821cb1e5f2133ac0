package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant/records"
	"github.com/flowc-dev/flowc/flow"
)

// Core is stage "core".
//
// Sums up the readings of both databases and reports what is out of bounds.
func Core(ctx context.Context, httpReadings flow.Reader[records.Reading], mqttReadings flow.Reader[records.Reading], summaries flow.Writer[records.Summary]) (records.Report, error) {
	list, err := summarize(ctx, httpReadings, mqttReadings)
	if err != nil {
		return records.Report{}, err
	}
	if err := summaries.Save(ctx, list...); err != nil {
		return records.Report{}, err
	}
	return report(list), nil
}
