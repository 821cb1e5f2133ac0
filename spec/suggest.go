package spec

import (
	"slices"
	"strconv"
)

// nearest returns the candidate that differs from name by the fewest edits, if
// few enough that a slip of the pen explains it; else "".
func nearest(name string, candidates []string) string {
	best, least := "", (len(name)+2)/3+1
	if len(name) < 3 {
		return ""
	}
	sorted := slices.Clone(candidates)
	slices.Sort(sorted)
	for _, c := range sorted {
		if d := editDistance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// editDistance counts the letters to insert, drop, change or swap with their
// neighbour: the optimal string alignment distance of two short names.
func editDistance(a, b string) int {
	if len(a) > maxNameLength || len(b) > maxNameLength {
		return max(len(a), len(b))
	}
	var before []int // the row before the last
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := last[j]
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

func quoted(s string) string { return strconv.Quote(s) }
