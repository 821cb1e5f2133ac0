package mqtt

import (
	"sync"
	"testing"

	"github.com/flowc-dev/flowc/flow"
)

// BenchmarkSubscribe receives and acknowledges messages of a broker in the same
// process, which 64 publishes at a time feed.
func BenchmarkSubscribe(b *testing.B) {
	for _, qos := range []int{1, 2} {
		b.Run([]string{"", "QoS 1", "QoS 2"}[qos], func(b *testing.B) {
			var sub *Subscription[int]
			var p *Publisher[int]
			run(b, map[string]string{"MQTT_URL": embedded}, func(s *flow.Setup) { sub, p = numbers(s, qos), publishNumbers(s, qos) })
			b.ResetTimer()
			var group sync.WaitGroup
			for k := range 64 {
				group.Go(func() {
					for n := k; n < b.N; n += 64 {
						publish(b, p, n)
					}
				})
			}
			for got := 0; got < b.N; {
				d := receive(b, sub)
				got += len(d.Batch.Values)
				_ = d.Ack(b.Context())
			}
			group.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// BenchmarkPublish publishes one message after the other, as a pipeline does.
func BenchmarkPublish(b *testing.B) {
	for _, qos := range []int{0, 1, 2} {
		b.Run([]string{"QoS 0", "QoS 1", "QoS 2"}[qos], func(b *testing.B) {
			var p *Publisher[int]
			run(b, map[string]string{"MQTT_URL": embedded}, func(s *flow.Setup) { p = publishNumbers(s, qos) })
			b.ResetTimer()
			for n := range b.N {
				publish(b, p, n)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
