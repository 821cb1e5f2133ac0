package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/plant/records"
)

// Sensors is stage "sensors".
//
// Measures what the sensors that speak MQTT see.
func Sensors(ctx context.Context) ([]records.Reading, error) {
	return measured("sensor"), nil
}
