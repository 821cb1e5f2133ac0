// Package plant is the reference case: two sources, three databases, two alert
// receivers.
package plant

//go:generate go run github.com/flowc-dev/flowc/cmd/flowc generate
