// Command watermill does the task of bench with a router of Watermill, over Go
// channels, a message a record.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
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
	out, err := os.Create(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	w := bufio.NewWriter(out)
	channel := gochannel.NewGoChannel(gochannel.Config{OutputChannelBuffer: 1024, BlockPublishUntilSubscriberAck: true}, watermill.NopLogger{})
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NopLogger{})
	if err != nil {
		log.Fatal(err)
	}
	router.AddNoPublisherHandler("convert", "in", channel, func(m *message.Message) error { return convert(m, w) })
	go func() {
		if err := router.Run(context.Background()); err != nil {
			log.Fatal(err)
		}
	}()
	<-router.Running()
	if err := publish(os.Args[1], channel); err != nil {
		log.Fatal(err)
	}
	if err := router.Close(); err != nil {
		log.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}

// convert handles one message. The router calls it for one after the other.
func convert(m *message.Message, w *bufio.Writer) error {
	var r reading
	if err := json.Unmarshal(m.Payload, &r); err != nil {
		return err
	}
	if r.Quality == 0 {
		return nil
	}
	line, err := json.Marshal(result{r.Sensor, r.At, r.Celsius*1.8 + 32, r.Quality, r.Note})
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// publish publishes each line of a file and waits until it is handled.
func publish(path string, to message.Publisher) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		m := message.NewMessage(watermill.NewUUID(), append([]byte(nil), lines.Bytes()...))
		if err := to.Publish("in", m); err != nil {
			return err
		}
	}
	return lines.Err()
}
