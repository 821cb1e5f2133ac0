package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// writeInput writes a file of records, each of about 165 bytes.
func writeInput(path string, records int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for i := range records {
		fmt.Fprintf(w, `{"sensor":"plant-7/line-%02d/temperature-%03d","at":"2026-03-%02dT%02d:%02d:%02dZ","celsius":%d.%02d,"unit":"C","quality":%d,"note":"regular reading of the line"}`+"\n",
			i%40, i%1000, 1+i%28, i%24, i%60, i/7%60, i%90, i%100, i%10)
	}
	return errors.Join(w.Flush(), f.Close())
}

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
