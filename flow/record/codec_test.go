package record

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

var rawCodec = Codec[json.RawMessage]{Encode: EncodeJSON, Decode: DecodeJSON}

// What Marshal wrote Unmarshal can read: a json field with a repeated name is
// refused by both.
func TestRepeatedNames(t *testing.T) {
	for _, text := range []string{`{"a":1,"a":2}`, `[{"a":1,"\u0061":2}]`, `{"b":{"a":1,"a":1}}`} {
		if _, err := rawCodec.Marshal(json.RawMessage(text)); !fail.IsPermanent(err) {
			t.Errorf("writing %s: error %v, want a permanent one", text, err)
		}
		var v json.RawMessage
		if err := rawCodec.Unmarshal([]byte(text), &v); err == nil {
			t.Errorf("reading %s: no error", text)
		}
	}
	text, err := rawCodec.Marshal(json.RawMessage(`[{"a":1},{"a":2}]`))
	equal(t, "one name an object", fmt.Sprint(string(text), err), `[{"a":1},{"a":2}]<nil>`)
}

// Coders are used again, also after errors and panics, by many at a time, and
// what they returned stays as it was.
func TestCodersAreUsedAgain(t *testing.T) {
	names := ListOf(Codec[string]{Encode: EncodeString, Decode: DecodeString})
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 300 {
				list := []string{strings.Repeat("x", i), fmt.Sprint(worker)}
				text, err := names.Marshal(list)
				var back []string
				_ = fail.Guard(func() error { return names.Unmarshal([]byte(`["a", 7`), &back) })
				_ = fail.Guard(func() error {
					return Codec[int]{Decode: func(*int, *jsontext.Decoder) error { panic("a type of the user's") }}.Unmarshal([]byte(`[[1`), new(int))
				})
				if err == nil {
					err = names.Unmarshal(text, &back)
				}
				if err != nil || strings.Join(back, " ") != strings.Join(list, " ") {
					t.Errorf("%v: %v, %v", list, back, err)
				}
			}
		})
	}
	group.Wait()
}
