package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
	"github.com/flowc-dev/flowc/flow"
)

// Report is stage "report".
//
// Reports what is out of bounds in the readings of both databases.
func Report(ctx context.Context, httpReadings flow.Reader[records.Reading], mqttReadings flow.Reader[records.Reading]) (records.Report, error) {
	list, err := summarize(ctx, httpReadings, mqttReadings)
	if err != nil {
		return records.Report{}, err
	}
	return report(list), nil
}
