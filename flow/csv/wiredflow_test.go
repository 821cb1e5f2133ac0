package csv_test

import (
	"testing"

	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/csv"
)

// TestWiredflow opens files as csv.writer of Python writes them: with \r\n, True
// and False, nothing for None, and a space in times.
func TestWiredflow(t *testing.T) { conformance.Wiredflow(t, "csv", csv.Open[records.Number]) }
