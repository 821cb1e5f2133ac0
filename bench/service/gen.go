// Package bench is the task of bench as a service of flowc's.
package bench

//go:generate go tool flowc generate
