package driver

import "github.com/flowc-dev/flowc/flow"

// NewSender is [flow.NewStage] for a kind that sends: each value that it is handed
// counts as one that left the pipeline.
func NewSender(s *flow.Setup, o flow.StageOptions) *flow.Stage { return flow.NewStage(s, o).Sending() }
