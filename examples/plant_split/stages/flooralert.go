package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
)

// FloorAlert is stage "floor_alert".
//
// Notes who got the report.
func FloorAlert(ctx context.Context, in records.Report) (records.Alert, error) {
	return records.Alert{Receiver: "floor", Title: in.Title, Lines: in.Lines}, nil
}
