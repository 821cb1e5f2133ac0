package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
)

// Item is the record that sources and sinks under test pass.
type Item struct {
	ID   int     `json:"id"`
	Text string  `json:"text"`
	Note *string `json:"note,omitempty"`
}

// ItemPayload returns how items are written and read.
func ItemPayload() record.Payload[Item] {
	return record.Payload[Item]{
		ContentType: "application/json",
		Marshal:     func(v Item) ([]byte, error) { return json.Marshal(v) },
		Unmarshal:   func(data []byte, v *Item) error { return json.Unmarshal(data, v) },
	}
}

// payload returns an item as a source gets it. The text makes it size bytes
// long, or a bit more.
func payload(id, size int) []byte {
	body, _ := json.Marshal(Item{ID: id, Text: strings.Repeat("x", size)})
	return body
}

func payloads(from, to, size int) [][]byte {
	var list [][]byte
	for id := from; id < to; id++ {
		list = append(list, payload(id, size))
	}
	return list
}

// Class says what becomes of records that a source has delivered and that were
// not acknowledged.
type Class int

const (
	// Replayable sources can be read again from a position of their own.
	Replayable Class = iota
	// Held records stay at the server until they are acknowledged.
	Held
	// Lossy records are gone with the process.
	Lossy
)

// SourceSuite describes a source to [Source].
type SourceSuite struct {
	Class Class
	// New prepares a place of its own for a source, with nothing in it.
	New func(t *testing.T) SourceFixture
}

// SourceFixture is the place of one source. What Open opens on it again takes
// up where the one before was closed.
type SourceFixture struct {
	Env map[string]string // environment of the program
	// Open makes the source with the options of its stage.
	Open func(s *flow.Setup, stage flow.StageOptions) flow.Source[Item]
	// Feed puts records before the source, in order, and returns how many were
	// taken; it blocks where there is no room. It is called while the source is
	// open.
	Feed func(ctx context.Context, records [][]byte) (int, error)
	// Pending returns how many records the open source holds in memory that
	// were not received, and Bound how many it may. nil: not known.
	Pending func() int
	Bound   int
}

const (
	// patience is how long a test waits for what must come.
	patience = time.Minute
	// moment is how long a call is left waiting until a test ends its wait.
	moment = 50 * time.Millisecond
)

// Source tests a source.
func Source(t *testing.T, suite SourceSuite) {
	cases := map[string]func(*sourceTest){
		"order and limits of batches":         testOrder,
		"bytes of batches":                    testBatchBytes,
		"one record at once":                  testLoneRecord,
		"cancelled Receive":                   testCancel,
		"cancelled Receives lose nothing":     testCancelLosesNothing,
		"undecodable records with skip":       testRefuseSkip,
		"undecodable records with fail":       testRefuseFail,
		"a slow reader slows the source down": testBackpressure,
	}
	if suite.Class != Lossy {
		cases["acknowledged does not come again"] = testAcked
		cases["unacknowledged comes again"] = testUnacked
		cases["only a prefix is acknowledged"] = testPrefix
		cases["acknowledged out of order"] = testOutOfOrder
		cases["given back comes again"] = testNack
		cases["what came while away is there"] = testAway
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sourceTest{T: t, class: suite.Class, fixture: suite.New(t)}
			s.open(flow.Fail)
			run(s)
		})
	}
}

// sourceTest is one test with its source.
type sourceTest struct {
	*testing.T
	class   Class
	fixture SourceFixture
	source  flow.Source[Item]
	close   func()
}

// open opens the source.
func (s *sourceTest) open(onError flow.OnError) {
	s.Helper()
	s.close = openParts(s.T, s.fixture.Env, func(setup *flow.Setup) {
		s.source = s.fixture.Open(setup, flow.StageOptions{Name: "source", OnError: onError})
	})
}

// restart closes the source and opens it again.
func (s *sourceTest) restart(onError flow.OnError) {
	s.Helper()
	s.close()
	s.open(onError)
}

// openParts opens what open registers. The test closes it, or close does.
func openParts(t *testing.T, env map[string]string, open func(*flow.Setup)) (closeAll func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	closeParts, err := flow.Open(ctx, flow.Env{Lookup: lookup, Stderr: t.Output()}, open)
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	closeAll = func() {
		if closed {
			return
		}
		closed = true
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := closeParts(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	t.Cleanup(closeAll)
	return closeAll
}

// feed puts records before the source; all must be taken.
func (s *sourceTest) feed(records ...[]byte) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if n, err := s.fixture.Feed(ctx, records); err != nil || n < len(records) {
		s.Fatalf("feed took %d of %d records: %v", n, len(records), err)
	}
}

// feedBeside feeds while the test goes on; the function waits for the end.
func (s *sourceTest) feedBeside(records [][]byte) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if n, err := s.fixture.Feed(ctx, records); err != nil || n < len(records) {
			s.Errorf("feed took %d of %d records: %v", n, len(records), err)
		}
	}()
	return func() { <-done }
}

// receive returns the next delivery.
func (s *sourceTest) receive() flow.Delivery[Item] {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	d, err := s.source.Receive(ctx)
	if err != nil {
		s.Fatalf("Receive: %v", err)
	}
	if len(d.Batch.Values) == 0 {
		s.Fatal("Receive returned an empty batch")
	}
	return d
}

// ack acknowledges a delivery.
func (s *sourceTest) ack(d flow.Delivery[Item]) {
	s.Helper()
	if err := d.Ack(context.Background()); err != nil {
		s.Fatalf("Ack: %v", err)
	}
}

// collect receives until n records have come and returns their numbers.
func (s *sourceTest) collect(n int, then func(flow.Delivery[Item])) []int {
	s.Helper()
	var got []int
	for len(got) < n {
		d := s.receive()
		got = append(got, numbers(d)...)
		then(d)
	}
	return got
}

func numbers(d flow.Delivery[Item]) []int {
	var list []int
	for _, v := range d.Batch.Values {
		list = append(list, v.ID)
	}
	return list
}

func keep(flow.Delivery[Item]) {}

// expect fails the test where got is not from, …, to-1.
func (s *sourceTest) expect(got []int, from, to int) {
	s.Helper()
	for i, id := range got {
		if id != from+i {
			s.Fatalf("record %d came where %d was due; %d came in all", id, from+i, len(got))
		}
	}
	if len(got) != to-from {
		s.Fatalf("%d records came, not %d", len(got), to-from)
	}
}

// expectNothing fails the test where one of the records comes that were fed
// before: it feeds a mark, which must be the next.
func (s *sourceTest) expectNothing() {
	s.Helper()
	const mark = -1
	wait := s.feedBeside([][]byte{payload(mark, 1)})
	d := s.receive()
	if got := numbers(d); !slices.Equal(got, []int{mark}) {
		s.Fatalf("records came again, or unasked: %v", got)
	}
	s.ack(d)
	wait()
}

// settle lets the source look at all that was fed; no record is left that it
// could deliver.
func (s *sourceTest) settle() {
	s.Helper()
	d, err := s.source.Receive(Quiet(s.T, 300*time.Millisecond))
	if !errors.Is(err, context.Canceled) {
		s.Fatalf("Receive: %v, %v; want nothing", numbers(d), err)
	}
}

// Quiet returns a context that is cancelled when a source has waited for so long
// and did nothing else: on a busy machine too, what it had to do is done then.
// Where a source never waits, it ends as too late.
func Quiet(t *testing.T, silence time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	timer := time.AfterFunc(2*patience, cancel) // until Done says that a source waits
	t.Cleanup(func() { timer.Stop() })
	return quiet{ctx, timer, silence}
}

type quiet struct {
	context.Context
	timer   *time.Timer
	silence time.Duration
}

// Done is called by who begins to wait.
func (q quiet) Done() <-chan struct{} {
	q.timer.Reset(q.silence)
	return q.Context.Done()
}

func testOrder(s *sourceTest) {
	const n = 3*driver.MaxBatch + 7
	wait := s.feedBeside(payloads(0, n, 20))
	got := s.collect(n, func(d flow.Delivery[Item]) {
		if len(d.Batch.Values) > driver.MaxBatch {
			s.Errorf("a batch has %d records", len(d.Batch.Values))
		}
		s.ack(d)
	})
	wait()
	s.expect(got, 0, n)
	s.expectNothing()
}

func testBatchBytes(s *sourceTest) {
	const n, size = 12, driver.MaxBatchBytes / 3
	wait := s.feedBeside(payloads(0, n, size))
	got := s.collect(n, func(d flow.Delivery[Item]) {
		if k := len(d.Batch.Values); k > 1 && k*size > driver.MaxBatchBytes {
			s.Errorf("a batch has %d records of %d bytes", k, size)
		}
		s.ack(d)
	})
	wait()
	s.expect(got, 0, n)
}

func testLoneRecord(s *sourceTest) {
	s.feed(payload(0, 1))
	d := s.receive()
	s.expect(numbers(d), 0, 1)
	s.ack(d)
}

func testCancel(s *sourceTest) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(moment, cancel)
	if _, err := s.source.Receive(ctx); !errors.Is(err, context.Canceled) {
		s.Fatalf("Receive of a cancelled context returned %v", err)
	}
	s.feed(payload(0, 1))
	s.expect(numbers(s.receive()), 0, 1)
}

func testCancelLosesNothing(s *sourceTest) {
	const n = 400
	wait := s.feedBeside(payloads(0, n, 20))
	var got []int
	for begin := time.Now(); len(got) < n && time.Since(begin) < patience; {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Microsecond)
		d, err := s.source.Receive(ctx)
		cancel()
		if err == nil {
			got = append(got, numbers(d)...)
			s.ack(d)
		}
	}
	wait()
	s.expect(got, 0, n)
}

// broken is a record that no item can be read from.
var broken = []byte(`{"id":`)

func testRefuseSkip(s *sourceTest) {
	s.restart(flow.SkipRecord)
	s.feed(payload(0, 1), broken, payload(1, 1), broken)
	s.expect(s.collect(2, s.ack), 0, 2)
	s.settle() // the last broken one is done by itself
	if s.class != Lossy {
		s.restart(flow.Fail)
		s.expectNothing()
	}
}

func testRefuseFail(s *sourceTest) {
	s.feed(payload(0, 1), broken, payload(1, 1))
	var failed error
	for got := 0; failed == nil; {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		d, err := s.source.Receive(ctx)
		cancel()
		failed = err
		if got += len(d.Batch.Values); got > 1 {
			s.Fatal("a record came that stands after the broken one")
		}
	}
	if !driver.IsPermanent(failed) {
		s.Fatalf("Receive of a broken record returned %v", failed)
	}
	if s.class != Lossy {
		s.restart(flow.SkipRecord)
		s.expect(s.collect(2, s.ack), 0, 2)
	}
}

// testBackpressure feeds a source that nobody reads until it takes no more.
func testBackpressure(s *sourceTest) {
	const n = 3000
	wait := s.feedBeside(payloads(0, n, 100))
	switch {
	case s.fixture.Pending != nil:
		s.awaitFull()
		s.checkBound()
	case s.class == Replayable: // there is room for any number
		wait()
	}
	got := s.collect(n, func(d flow.Delivery[Item]) {
		s.checkBound()
		s.ack(d)
	})
	wait()
	s.expect(got, 0, n)
}

// awaitFull waits until an unread source holds as many records as a moment
// before.
func (s *sourceTest) awaitFull() {
	s.Helper()
	held, since := 0, time.Now()
	await.That(s.T, "a full source", func() bool {
		if n := s.fixture.Pending(); n != held {
			held, since = n, time.Now()
		}
		return held > 0 && time.Since(since) > 2*moment
	})
}

// checkBound checks how many records the source holds, where that is known.
func (s *sourceTest) checkBound() {
	s.Helper()
	if s.fixture.Pending == nil {
		return
	}
	if held := s.fixture.Pending(); held > s.fixture.Bound {
		s.Errorf("the source holds %d unread records, more than %d", held, s.fixture.Bound)
	}
}

func testAcked(s *sourceTest) {
	s.feed(payloads(0, 10, 1)...)
	s.expect(s.collect(10, s.ack), 0, 10)
	s.restart(flow.Fail)
	s.expectNothing()
}

func testUnacked(s *sourceTest) {
	s.feed(payloads(0, 10, 1)...)
	s.expect(s.collect(10, keep), 0, 10)
	s.restart(flow.Fail)
	s.expect(s.collect(10, s.ack), 0, 10)
	s.restart(flow.Fail)
	s.expectNothing()
}

// twoDeliveries returns two deliveries, of record 0 and record 1.
func (s *sourceTest) twoDeliveries() (first, second flow.Delivery[Item]) {
	s.Helper()
	s.feed(payload(0, 1))
	first = s.receive()
	s.feed(payload(1, 1))
	return first, s.receive()
}

func testPrefix(s *sourceTest) {
	_, second := s.twoDeliveries()
	s.ack(second)
	s.restart(flow.Fail)
	s.expect(s.collect(2, s.ack), 0, 2)
}

func testOutOfOrder(s *sourceTest) {
	first, second := s.twoDeliveries()
	s.ack(second)
	s.ack(first)
	s.restart(flow.Fail)
	s.expectNothing()
}

func testNack(s *sourceTest) {
	first, second := s.twoDeliveries()
	s.ack(first)
	second.Nack(errors.New("given back"))
	s.restart(flow.Fail)
	s.expect(s.collect(1, s.ack), 1, 2)
}

func testAway(s *sourceTest) {
	s.close()
	s.feed(payloads(0, 50, 1)...)
	s.open(flow.Fail)
	s.expect(s.collect(50, s.ack), 0, 50)
}

// readItem reads an item that was sent.
func readItem(body []byte) (Item, error) {
	var v Item
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, fmt.Errorf("%q is not an item: %w", body, err)
	}
	return v, nil
}

// sorted returns the numbers of items in order, each once.
func sorted(items []Item) []int {
	var list []int
	for _, v := range items {
		list = append(list, v.ID)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
