// Command hand does the task of bench with a loop over encoding/json.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"time"
)

type reading struct {
	Sensor  string    `json:"sensor"`
	At      time.Time `json:"at"`
	Celsius float64   `json:"celsius"`
	Unit    string    `json:"unit"`
	Quality int       `json:"quality"`
	Note    string    `json:"note"`
}

type result struct {
	Sensor     string    `json:"sensor"`
	At         time.Time `json:"at"`
	Fahrenheit float64   `json:"fahrenheit"`
	Quality    int       `json:"quality"`
	Note       string    `json:"note"`
}

func main() {
	in, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	out, err := os.Create(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	lines, w := bufio.NewScanner(in), bufio.NewWriter(out)
	e := json.NewEncoder(w)
	for lines.Scan() {
		var r reading
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			log.Fatal(err)
		}
		if r.Quality == 0 {
			continue
		}
		if err := e.Encode(result{r.Sensor, r.At, r.Celsius*1.8 + 32, r.Quality, r.Note}); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}
