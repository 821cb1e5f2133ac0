package flow

import "context"

// PipelineOptions are the settings of a pipeline, as the spec has them.
type PipelineOptions struct {
	Name     string
	Doc      string // its stages in a line, for people
	Continue bool   // on_error = "continue": log, count and try again with backoff
}

// Trigger says when a pipeline runs whose first stage does not wait for data.
// Durations are texts and may hold ${NAME}.
type Trigger struct {
	Every string // a period; runs at start too
	Delay string // before the first run
	Queue bool   // hold one run that comes due while another runs, instead of skipping it
	Once  bool   // run once
}

// pipeline is a pipeline that a flow has registered.
type pipeline struct{ _ context.Context }

// Run registers a pipeline that a trigger runs.
func Run(s *Setup, o PipelineOptions, t Trigger, run func(context.Context) error) {}

// Receive registers a pipeline whose first stage waits for its data.
func Receive[T any](s *Setup, o PipelineOptions, source Source[T], run func(context.Context, Batch[T]) error) {
}

// Answer registers a pipeline whose source has callers that wait for the value
// of the last stage.
func Answer[T, U any](s *Setup, o PipelineOptions, source Source[T], body Payload[U], run func(context.Context, Batch[T]) (Batch[U], error)) {
}

// Program is what a generated main runs.
type Program struct {
	Service string
	Flows   []Flow
}

// Main runs the program with the arguments and the environment of the process
// and returns its exit status.
func Main(p Program) int { return 0 }
