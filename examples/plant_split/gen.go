// Package plantsplit is the reference case after its stages, pipelines and
// flows were split.
package plantsplit

//go:generate go run github.com/flowc-dev/flowc/cmd/flowc generate
