// Package complexflow is wiredflow's complex example as a flow.toml: three
// sources, core logic, and four ways to send what it works out.
package complexflow

//go:generate go run github.com/flowc-dev/flowc/cmd/flowc generate
