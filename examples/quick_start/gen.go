// Package quickstart is wiredflow's quick start as a flow.toml.
package quickstart

//go:generate go run github.com/flowc-dev/flowc/cmd/flowc generate
