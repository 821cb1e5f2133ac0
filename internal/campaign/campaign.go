// Package campaign says how large the random and repeated tests are: small
// where a person waits for them, large where FLOWC_LONG=1 is set, as .ci/run
// sets it. A test is never left out, only made smaller.
package campaign

import "os"

// Long reports whether the large campaigns run.
func Long() bool { return os.Getenv("FLOWC_LONG") == "1" }

// Size returns how many rounds a campaign makes: few, or many where the large
// campaigns run.
func Size(few, many int) int {
	if Long() {
		return many
	}
	return few
}
