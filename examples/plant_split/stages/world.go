package stages

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/flowc-dev/flowc/examples/plant_split/records"
)

// The world around the plant: two sorts of sensors, each with a short history
// that comes out bit by bit and is the same at every run.

const (
	sensorsOfASort = 4
	history        = 20
	tick           = 250 * time.Millisecond
)

var opened = time.Now()

// measured returns what the sensors of a sort have measured since the program
// started.
func measured(sort string) []records.Reading {
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ticks := min(history, 1+int(time.Since(opened)/tick))
	var list []records.Reading
	for sensor := range sensorsOfASort {
		name := fmt.Sprintf("%s-%d", sort, sensor+1)
		random := rand.New(rand.NewPCG(uint64(sensor), uint64(len(sort))))
		for i := range ticks {
			value := 55 + 8*float64(sensor) + 10*random.Float64()
			list = append(list, records.Reading{Sensor: name, Value: value, At: first.Add(time.Duration(i) * time.Minute)})
		}
	}
	return list
}
