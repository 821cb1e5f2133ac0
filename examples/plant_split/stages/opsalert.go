package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
)

// OpsAlert is stage "ops_alert".
//
// Notes who got the report.
func OpsAlert(ctx context.Context, in records.Report) (records.Alert, error) {
	return records.Alert{Receiver: "ops", Title: in.Title, Lines: in.Lines}, nil
}
