package main

import (
	"bufio"
	"errors"
	"fmt"
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
