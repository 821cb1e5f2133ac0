package stages

import (
	"context"
	"slices"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
)

// Machines is stage "machines".
//
// Answers with the readings of the machines that speak HTTP.
func Machines(ctx context.Context, in records.Ask) ([]records.Reading, error) {
	list := measured("machine")
	if in.Since != nil {
		list = slices.DeleteFunc(list, func(r records.Reading) bool { return r.At.Before(*in.Since) })
	}
	return list, nil
}
