package stages

import (
	"context"
	"fmt"

	"github.com/flowc-dev/flowc/examples/complex_flow/records"
)

// CustomSender is stage "custom_sender".
//
// Prints what there is to send.
func CustomSender(ctx context.Context, in records.Message) error {
	for _, text := range []*string{in.Uppercase, in.Lowercase} {
		if text != nil {
			fmt.Printf("%s: %s\n", in.CalculationMode, *text)
		}
	}
	return nil
}
