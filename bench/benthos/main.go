// Command benthos does the task of bench with a stream of Benthos: a file, a
// Bloblang mapping, a file, in batches.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
)

// config is the stream: file to read, file to write. What it drops it drops
// before it makes the new record.
const config = `
input:
  batched:
    child:
      file:
        paths: [ %q ]
        scanner:
          lines: {}
    policy:
      count: 256
      period: 5ms
pipeline:
  threads: 1
  processors:
    - mapping: |
        root = if this.quality == 0 { deleted() } else {
          {
            "sensor": this.sensor, "at": this.at, "fahrenheit": this.celsius * 1.8 + 32,
            "quality": this.quality, "note": this.note
          }
        }
output:
  file:
    path: %q
    codec: lines
logger:
  level: NONE
`

func main() {
	b := service.NewStreamBuilder()
	if err := b.SetYAML(fmt.Sprintf(config, os.Args[1], os.Args[2])); err != nil {
		log.Fatal(err)
	}
	stream, err := b.Build()
	if err != nil {
		log.Fatal(err)
	}
	if err := stream.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
