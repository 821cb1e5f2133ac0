package setting

import "strings"

// Levels splits parts at the slashes of their texts and defaults: into the
// levels of a topic, or the segments of a path. A variable with a default is the
// Text of that.
func Levels(parts []Part) [][]Part {
	levels := [][]Part{nil}
	add := func(p Part) { levels[len(levels)-1] = append(levels[len(levels)-1], p) }
	for _, p := range parts {
		text := p.Value
		if p.HasDefault {
			text = p.Default
		} else if p.Kind != Text {
			add(p)
			continue
		}
		for i, piece := range strings.Split(text, "/") {
			if i > 0 {
				levels = append(levels, nil)
			}
			if piece != "" {
				add(Part{Raw: piece, Value: piece})
			}
		}
	}
	return levels
}
