package spec

import (
	"slices"
	"strconv"
	"strings"
)

// nearest returns the candidate that differs from name by the fewest edits, if
// few enough that a slip of the pen explains it; else "". Of several it is the
// first by the alphabet, but one that starts as the name does comes before.
func nearest(name string, candidates []string) string {
	if len(name) < 2 {
		return ""
	}
	best, least := "", 2*(max(len(name), 3)/3)+2
	sorted := slices.Clone(candidates)
	slices.Sort(sorted)
	for _, c := range sorted {
		d := 2 * editsTo(name, c)
		if c == "" || c[0] != name[0] {
			d++
		}
		if d < least {
			best, least = c, d
		}
	}
	return best
}

// editsTo is the distance to a candidate: of "load" to "store.load" it is one,
// since a word is missing.
func editsTo(name, candidate string) int {
	if strings.HasSuffix(candidate, "."+name) {
		return 1
	}
	return editDistance(name, candidate)
}

// editDistance counts the letters to insert, drop, change or swap with their
// neighbour: the optimal string alignment distance of two short names.
func editDistance(a, b string) int {
	if len(a) > MaxNameLength || len(b) > MaxNameLength {
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
