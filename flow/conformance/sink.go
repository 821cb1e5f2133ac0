package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
)

// SinkSuite describes a built-in that sends to [Sink].
type SinkSuite struct {
	// New prepares a receiver of its own, with nothing received.
	New func(t *testing.T) SinkFixture
}

// SinkFixture is one receiver and how to send to it.
type SinkFixture struct {
	Env map[string]string // environment of the program
	// Open makes the sender with the options of its stage and what it sends.
	// The text of an item stands in the address, as far as the kind has one.
	Open func(s *flow.Setup, stage flow.StageOptions, content record.Content[Item]) (send func(context.Context, Item) error)
	// Received returns what has been received so far.
	Received func() []Message
	// Inside reports whether an address is one that the sender may use: no
	// text of an item leads elsewhere.
	Inside func(address string) bool
	// Stop makes the receiver unreachable, Start reachable again.
	Stop, Start func()
}

// Message is what a receiver got.
type Message struct {
	Address     string
	Body        []byte
	ContentType string
}

// Sink tests a built-in that sends.
func Sink(t *testing.T, suite SinkSuite) {
	cases := map[string]func(*sinkTest){
		"content":                 testContent,
		"a missing field":         testMissingField,
		"content that fails":      testContentFails,
		"many at the same time":   testConcurrent,
		"hostile values":          testHostile,
		"receiver is away":        testUnreachable,
		"receiver is back":        testRecovery,
		"waits for the receiver":  testWaits,
		"context that has ended":  testEnded,
		"context that is ending":  testEnding,
		"values at the edges":     testEdges,
		"sending after a failure": testAfterFailure,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sinkTest{T: t, fixture: suite.New(t)}
			s.open(record.Whole(ItemPayload()))
			run(s)
		})
	}
}

// sinkTest is one test with its sender.
type sinkTest struct {
	*testing.T
	fixture SinkFixture
	send    func(context.Context, Item) error
	close   func()
}

// open opens the sender; one that is open is closed.
func (s *sinkTest) open(content record.Content[Item]) {
	s.Helper()
	if s.close != nil {
		s.close()
	}
	s.close = openParts(s.T, s.fixture.Env, func(setup *flow.Setup) {
		s.send = s.fixture.Open(setup, flow.StageOptions{Name: "sink"}, content)
	})
}

// sendWithin sends an item within a time.
func (s *sinkTest) sendWithin(d time.Duration, v Item) error {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return s.send(ctx, v)
}

// mustSend sends items; each must succeed.
func (s *sinkTest) mustSend(items ...Item) {
	s.Helper()
	for _, v := range items {
		if err := s.sendWithin(patience, v); err != nil {
			s.Fatalf("sending item %d: %v", v.ID, err)
		}
	}
}

// await returns what was received once it holds n messages.
func (s *sinkTest) await(n int) (got []Message) {
	s.Helper()
	await.That(s.T, fmt.Sprintf("message %d", n), func() bool {
		got = s.fixture.Received()
		return len(got) >= n
	})
	return got
}

// items reads received messages.
func (s *sinkTest) items(messages []Message) []Item {
	s.Helper()
	var list []Item
	for _, m := range messages {
		v, err := readItem(m.Body)
		if err != nil {
			s.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

func testContent(s *sinkTest) {
	note := "seen"
	s.mustSend(Item{ID: 1, Text: "a", Note: &note}, Item{ID: 2, Text: "b"})
	got := s.await(2)
	items := s.items(got)
	if items[0].ID != 1 || items[0].Text != "a" || items[0].Note == nil || *items[0].Note != note || items[1].ID != 2 {
		s.Errorf("received %+v", items)
	}
	if got[0].ContentType != "application/json" || !s.fixture.Inside(got[0].Address) {
		s.Errorf("received %q at %q", got[0].ContentType, got[0].Address)
	}
}

func testMissingField(s *sinkTest) {
	s.open(record.OneField(record.Text(), func(v Item) *string { return v.Note }))
	note, last := "only this", "and this"
	s.mustSend(Item{ID: 1, Text: "a"}, Item{ID: 2, Text: "b", Note: &note}, Item{ID: 3, Text: "c"}, Item{ID: 4, Text: "d", Note: &last})
	got := s.await(2)
	if len(got) != 2 || string(got[0].Body) != note || string(got[1].Body) != last || !strings.HasPrefix(got[0].ContentType, "text/plain") {
		s.Errorf("received %+v", got)
	}
}

func testContentFails(s *sinkTest) {
	cause := errors.New("no JSON for this")
	s.open(func(Item) ([]byte, string, bool, error) { return nil, "", false, cause })
	if err := s.sendWithin(patience, Item{Text: "a"}); !errors.Is(err, cause) || !driver.IsPermanent(err) {
		s.Errorf("sending what cannot be written returned %v", err)
	}
}

func testConcurrent(s *sinkTest) {
	const senders, each = 8, 40
	var group sync.WaitGroup
	for k := range senders {
		group.Go(func() {
			for i := range each {
				if err := s.sendWithin(patience, Item{ID: k*each + i, Text: "a"}); err != nil {
					s.Errorf("sending: %v", err)
				}
			}
		})
	}
	group.Wait()
	got := s.items(s.await(senders * each))
	if unique := sorted(got); len(got) != senders*each || len(unique) != senders*each {
		s.Errorf("%d messages received, %d different ones", len(got), len(unique))
	}
}

// testHostile puts texts into the address that would lead elsewhere: each is
// refused for good, or arrives where it should.
func testHostile(s *sinkTest) {
	texts := []string{
		"", ".", "..", "../../x", "/", "a/b", "//host/x", "+", "#", "a+b", "*", ">", "a.b", "$SYS", "a\x00b", "a\r\nX: y", "?x=y", "&", "a#b",
		"%2e%2e%2f", "@host", "\u202e", "ü", "\xff\xfe", " ", "{id}", "${HOME}", strings.Repeat("long", 20000),
	}
	for i, text := range texts {
		before := len(s.fixture.Received())
		err := s.sendWithin(patience, Item{ID: i, Text: text})
		switch {
		case err != nil && !driver.IsPermanent(err):
			s.Errorf("text %.20q: refused, but not for good: %v", text, err)
		case err == nil:
			m := s.await(before + 1)[before]
			if v, err := readItem(m.Body); err != nil || v.ID != i || !s.fixture.Inside(m.Address) {
				s.Errorf("text %.20q led to %.60q: %v", text, m.Address, err)
			}
		}
	}
	s.mustSend(Item{ID: -1, Text: "after"})
}

// testEdges sends items that are large or odd in their content.
func testEdges(s *sinkTest) {
	note := strings.Repeat("\u2028\"\\\x01", 1<<16)
	s.mustSend(Item{ID: 1 << 40, Text: "a", Note: &note})
	if got := s.items(s.await(1))[0]; got.ID != 1<<40 || got.Note == nil || *got.Note != note {
		s.Errorf("a large item came as another one")
	}
}

// testUnreachable expects an error as soon as the context allows, and soon.
func testUnreachable(s *sinkTest) {
	s.fixture.Stop()
	begin := time.Now()
	err := s.sendWithin(moment, Item{ID: 1, Text: "a"})
	if err == nil || driver.IsPermanent(err) {
		s.Errorf("sending to a receiver that is away returned %v", err)
	}
	if took := time.Since(begin); took > patience/2 {
		s.Errorf("the error took %v", took)
	}
}

func testRecovery(s *sinkTest) {
	s.mustSend(Item{ID: 1, Text: "a"})
	s.await(1)
	s.fixture.Stop()
	_ = s.sendWithin(moment, Item{ID: 2, Text: "a"})
	s.fixture.Start()
	s.retry(Item{ID: 3, Text: "a"})
	got := sorted(s.items(s.await(2)))
	if got[0] != 1 || got[len(got)-1] != 3 {
		s.Errorf("received %v", got)
	}
}

// retry sends as a stage does: again after an error that may mend.
func (s *sinkTest) retry(v Item) {
	s.Helper()
	await.That(s.T, "the receiver", func() bool {
		err := s.sendWithin(patience, v)
		if driver.IsPermanent(err) {
			s.Fatalf("sending again: %v", err)
		}
		return err == nil
	})
}

func testWaits(s *sinkTest) {
	s.fixture.Stop()
	time.AfterFunc(moment, s.fixture.Start)
	s.retry(Item{ID: 1, Text: "a"})
	s.await(1)
}

func testEnded(s *sinkTest) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.fixture.Stop()
	if err := s.send(ctx, Item{ID: 1, Text: "a"}); err == nil {
		s.Error("sending with an ended context to a receiver that is away returned nil")
	}
}

func testEnding(s *sinkTest) {
	s.fixture.Stop()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(moment, cancel)
	begin := time.Now()
	if err := s.send(ctx, Item{ID: 1, Text: "a"}); err == nil || driver.IsPermanent(err) {
		s.Errorf("sending returned %v", err)
	}
	if took := time.Since(begin); took > patience/2 {
		s.Errorf("the error took %v", took)
	}
}

// testAfterFailure sends after many failures: none of them holds anything.
func testAfterFailure(s *sinkTest) {
	s.fixture.Stop()
	for i := range 20 {
		_ = s.sendWithin(10*time.Millisecond, Item{ID: i, Text: "a"})
	}
	s.fixture.Start()
	s.retry(Item{ID: 100, Text: "a"})
	got := sorted(s.items(s.await(1)))
	if got[len(got)-1] != 100 {
		s.Errorf("received %v", got)
	}
}
