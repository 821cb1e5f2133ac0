package setting

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, "0s": 0, "-0s": 0, "1m30s": 90 * time.Second, ".5s": time.Second / 2, "+5s": 5 * time.Second} {
		if d, problem := Duration(text); d != want || problem != Fine {
			t.Errorf("%s: %s, %d", text, d, problem)
		}
	}
	for text, want := range map[string]Problem{"": Malformed, "1": Malformed, "1d": Malformed, " 1s": Malformed, "-1ns": Negative, "1e3s": Malformed, "9223372036854775808ns": Malformed} {
		if d, problem := Duration(text); d != 0 || problem != want {
			t.Errorf("%s: %s, %d", text, d, problem)
		}
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]int64{
		"5B": 5, "64MiB": 64 << 20, "1GiB": 1 << 30, "2KiB": 2048, "3kB": 3000, "4MB": 4e6, "5GB": 5e9, "7 MiB": 7 << 20,
		"9223372036854775807B": math.MaxInt64, "00000000000000000000000007B": 7,
	} {
		if n, problem := Size(text); n != want || problem != Fine {
			t.Errorf("%s: %d, %d", text, n, problem)
		}
	}
	for text, want := range map[string]Problem{
		"": Malformed, "5": Malformed, "B": Malformed, "-1B": Malformed, "+5MiB": Malformed, "1.5MiB": Malformed, "1mb": Malformed, "1KiBB": Malformed,
		"x5B": Malformed, "5  MiB": Malformed, "5\tMiB": Malformed, " 5B": Malformed, "5B\n": Malformed, "٥B": Malformed,
		"9223372036854775807KiB": TooLarge, "9223372036854775808B": TooLarge, "0B": Zero, "00 GiB": Zero,
	} {
		if n, problem := Size(text); n != 0 || problem != want {
			t.Errorf("%q: %d, %d", text, n, problem)
		}
	}
}

func TestRate(t *testing.T) {
	for text, want := range map[string]float64{"100/s": 100, "0.5/s": 0.5, "2/ms": 2000, "30/m": 0.5, "36/h": 0.01} {
		if rate, problem := Rate(text); rate != want || problem != Fine {
			t.Errorf("%s: %g, %d", text, rate, problem)
		}
	}
	for text, want := range map[string]Problem{
		"": Malformed, "100": Malformed, "/s": Malformed, "100/": Malformed, "100/d": Malformed, "-1/s": Malformed, "NaN/s": Malformed, "Inf/s": Malformed,
		"1e3/s": Malformed, ".5/s": Malformed, "5./s": Malformed, "+5/s": Malformed, "0x5/s": Malformed, "1_0/s": Malformed, "1/s/s": Malformed, " 1/s": Malformed,
		"1 /s": Malformed, "0/s": Zero, "0.00/s": Zero, "0." + strings.Repeat("0", 400) + "1/h": Zero, "1" + strings.Repeat("0", 308) + "/ms": TooLarge,
		"1" + strings.Repeat("0", 309) + "/h": TooLarge,
	} {
		if rate, problem := Rate(text); rate != 0 || problem != want {
			t.Errorf("%q: %g, %d", text, rate, problem)
		}
	}
}
