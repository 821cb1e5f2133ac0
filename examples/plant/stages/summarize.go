// Package stages holds the stage functions of the plant.
package stages

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/flowc-dev/flowc/examples/plant/records"
	"github.com/flowc-dev/flowc/flow"
)

// tooHot is the mean above which a sensor is out of bounds.
const tooHot = 75

// summarize returns a summary of each sensor's readings, sorted by sensor.
func summarize(ctx context.Context, stores ...flow.Reader[records.Reading]) ([]records.Summary, error) {
	sums := map[string]records.Summary{}
	for _, store := range stores {
		for r, err := range store.Each(ctx) {
			if err != nil {
				return nil, err
			}
			s := sums[r.Sensor]
			s.Sensor = r.Sensor
			s.Mean += r.Value // the sum, until all are counted
			s.Count++
			sums[r.Sensor] = s
		}
	}
	list := make([]records.Summary, 0, len(sums))
	for _, s := range sums {
		s.Mean /= float64(s.Count)
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b records.Summary) int { return cmp.Compare(a.Sensor, b.Sensor) })
	return list, nil
}

// report says which sensors are out of bounds.
func report(list []records.Summary) records.Report {
	r := records.Report{Lines: []string{}}
	for _, s := range list {
		if s.Mean > tooHot {
			r.Lines = append(r.Lines, fmt.Sprintf("%s: mean %.2f of %d readings", s.Sensor, s.Mean, s.Count))
		}
	}
	r.Title = fmt.Sprintf("%d of %d sensors too hot", len(r.Lines), len(list))
	return r
}
