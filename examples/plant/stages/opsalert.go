package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant/records"
)

// OpsAlert is stage "ops_alert".
//
// Notes who got the report.
//
// It stands in pipeline ops: ops -> ops_alert -> store.alerts.
func OpsAlert(ctx context.Context, in records.Report) (records.Alert, error) {
	return records.Alert{Receiver: "ops", Title: in.Title, Lines: in.Lines}, nil
}
