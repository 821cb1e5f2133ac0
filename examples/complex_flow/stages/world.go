package stages

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync/atomic"

	"github.com/flowc-dev/flowc/examples/complex_flow/records"
	"github.com/flowc-dev/flowc/flow"
)

// The world around the service: it gives the same at every run.

// How much the world gives before it falls silent.
const (
	someNumbers  = 20
	someIntegers = 500
)

// given counts what has been given since the program started.
var given struct{ numbers, letters, integers atomic.Int64 }

// RandomNumber is stage "random_number": it answers with the next of twenty
// numbers, then with none.
func RandomNumber(ctx context.Context, in string) ([]records.Number, error) {
	n := given.numbers.Add(1)
	if n > someNumbers {
		return nil, nil
	}
	random := rand.New(rand.NewPCG(uint64(n), 0))
	return []records.Number{{GeneratedRandomNumber: random.IntN(101)}}, nil
}

// RandomLetter is stage "random_letter": it answers with a letter, a capital
// every other time.
func RandomLetter(ctx context.Context, in string) ([]records.Letter, error) {
	n := given.letters.Add(1)
	first := 'a'
	if n%2 == 1 {
		first = 'A'
	}
	random := rand.New(rand.NewPCG(uint64(n), 1))
	return []records.Letter{{GeneratedRandomLetter: string(first + random.Int32N(26))}}, nil
}

// NextInteger is stage "next_integer": it counts to five hundred.
func NextInteger(ctx context.Context) (records.Integer, error) {
	n := given.integers.Load()
	if n == someIntegers {
		return records.Integer{}, flow.Skip
	}
	given.integers.Add(1)
	return records.Integer{GeneratedNumber: strconv.FormatInt(n, 10)}, nil
}

// NoteMode is stage "note_mode": it notes what came by PUT.
func NoteMode(ctx context.Context, in string) (records.Received, error) {
	return records.Received{Via: "PUT", Text: in}, nil
}

// NoteUppercase is stage "note_uppercase": it notes what came to demo/uppercase.
func NoteUppercase(ctx context.Context, in string) (records.Received, error) {
	return records.Received{Via: "demo/uppercase", Text: in}, nil
}

// NoteLowercase is stage "note_lowercase": it notes what came to demo/lowercase.
func NoteLowercase(ctx context.Context, in string) (records.Received, error) {
	return records.Received{Via: "demo/lowercase", Text: in}, nil
}
