// Package bench is the task of bench as a service of flowc's.
package bench

//go:generate go run github.com/flowc-dev/flowc/cmd/flowc generate
