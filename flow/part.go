package flow

// AddPart registers a part of the flow.
func AddPart(s *Setup, p Part) { s.Core().Part(p) }
