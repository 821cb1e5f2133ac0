package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
)

// sameLines reports an output that differs from another: each program must have
// done the whole task. Lines that differ may hold the same, see sameRecord.
func sameLines(got, want string) error {
	a, err := os.Open(got)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := os.Open(want)
	if err != nil {
		return err
	}
	defer b.Close()
	x, y := bufio.NewReader(a), bufio.NewReader(b)
	for line := 1; ; line++ {
		one, err1 := x.ReadBytes('\n')
		two, err2 := y.ReadBytes('\n')
		switch {
		case err1 == io.EOF && err2 == io.EOF && len(one)+len(two) == 0:
			return nil
		case err1 != nil || err2 != nil:
			return fmt.Errorf("%s and %s have not as many lines", got, want)
		case !bytes.Equal(one, two):
			same, err := sameRecord(one, two)
			if err != nil || !same {
				return fmt.Errorf("line %d of %s is\n%swhere %s has\n%s", line, got, one, want, two)
			}
		}
	}
}

// sameRecord compares two lines by what they hold: some write the fields in
// another order.
func sameRecord(a, b []byte) (bool, error) {
	var x, y map[string]any
	if err := json.Unmarshal(a, &x); err != nil {
		return false, err
	}
	if err := json.Unmarshal(b, &y); err != nil {
		return false, err
	}
	return reflect.DeepEqual(x, y), nil
}
