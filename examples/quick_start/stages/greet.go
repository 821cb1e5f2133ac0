package stages

import (
	"context"

	"github.com/flowc-dev/flowc/examples/quick_start/records"
)

// Greet is stage "greet".
//
// Answers every request with the same greeting.
func Greet(ctx context.Context, in string) ([]records.Greeting, error) {
	return []records.Greeting{{Message: "Hello world!"}}, nil
}
