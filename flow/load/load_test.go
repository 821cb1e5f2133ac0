package load

import (
	"context"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/record"
)

// shelf is a store that can only be read from one end to the other.
type shelf struct {
	flow.Store[pair]
	records []pair
}

type pair struct {
	name  string
	level int
}

var pairSchema = record.Schema[pair]{
	Name:   "Pair",
	Fields: []record.Field{{Name: "name", Type: record.FieldString}, {Name: "level", Type: record.FieldInt}},
	Values: func(p *pair) ([]any, error) {
		return record.RowOf(record.StringValue(p.name), record.IntValue(p.level))
	},
}

func (s shelf) All(context.Context) ([]pair, error) { return s.records, nil }

func (s shelf) Each(context.Context) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		for _, r := range s.records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// loadFrom returns a loader, and what is wrong with its settings.
func loadFrom(t *testing.T, vars map[string]string, where ...Condition[float64]) (*Loader[float64, pair], string) {
	t.Helper()
	var l *Loader[float64, pair]
	stop, err := flow.Open(t.Context(), flow.Env{Lookup: env(vars)}, func(s *flow.Setup) {
		store := shelf{records: []pair{{"a", 1}, {"b", 2}, {"c", 2}}}
		l = NewLoader(s, LoadOptions[float64, pair]{Stage: flow.StageOptions{Name: "load"}, Store: store, Schema: pairSchema, Where: where})
	})
	if err != nil {
		return nil, err.Error()
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
	return l, ""
}

func TestLoadComparesNumbers(t *testing.T) {
	l, _ := loadFrom(t, nil, Condition[float64]{Field: "level", Value: func(v float64) record.Value { return record.WholeValue(v) }})
	for v, want := range map[float64]int{1: 1, 2: 2, 2.5: 0, 1e300: 0, math.Inf(-1): 0, math.NaN(): 0} {
		list, err := l.LoadFor(t.Context(), v)
		if err != nil || list == nil || len(list) != want {
			t.Errorf("level %v: %v, %v; want %d records", v, list, err, want)
		}
	}
}

func TestLoadSettings(t *testing.T) {
	level := Condition[float64]{Field: "level", Text: "${LEVEL}", Parse: record.ParseInt[int]}
	name := Condition[float64]{Field: "name", Text: "${NAME:-b}", Parse: record.StringValue}
	l, wrong := loadFrom(t, map[string]string{"LEVEL": "2"}, level, name)
	equal(t, "errors", wrong, "")
	list, err := l.Load(t.Context())
	if err != nil || len(list) != 1 || list[0].name != "b" {
		t.Errorf("%v, %v", list, err)
	}
	_, wrong = loadFrom(t, map[string]string{"LEVEL": "high"}, level)
	equal(t, "errors", wrong, "stage.load: where.level: high is not a whole number that fits int")
	_, wrong = loadFrom(t, nil, level)
	equal(t, "errors", wrong, "stage.load: where.level: environment variable LEVEL is not set")
}

func TestLoadOfAFieldThatIsNone(t *testing.T) {
	l, _ := loadFrom(t, nil, Condition[float64]{Field: "levle", Text: "1", Parse: record.ParseInt[int]})
	if _, err := l.Load(t.Context()); !fail.IsPermanent(err) || !strings.Contains(err.Error(), `"levle"`) {
		t.Errorf("error %v", err)
	}
}

func TestParse(t *testing.T) {
	at := time.Date(2026, 3, 29, 1, 0, 0, 5e8, time.UTC)
	for _, test := range []struct {
		name, text string
		got        record.Value
		want       any // nil: an error
	}{
		{"bool", "true", record.ParseBool("true"), true},
		{"bool", "1", record.ParseBool("1"), nil},
		{"bool", "True", record.ParseBool("True"), nil},
		{"int", "-9223372036854775808", record.ParseInt[int64]("-9223372036854775808"), int64(math.MinInt64)},
		{"int", "9223372036854775808", record.ParseInt[int64]("9223372036854775808"), nil},
		{"int", "1.0", record.ParseInt[int]("1.0"), nil},
		{"int32", "2147483648", record.ParseInt[int32]("2147483648"), nil},
		{"uint32", "4294967295", record.ParseUint[uint32]("4294967295"), int64(math.MaxUint32)},
		{"uint32", "4294967296", record.ParseUint[uint32]("4294967296"), nil},
		{"uint32", "-1", record.ParseUint[uint32]("-1"), nil},
		{"uint64", "18446744073709551615", record.ParseUint[uint64]("18446744073709551615"), uint64(math.MaxUint64)},
		{"float64", "0.1", record.ParseFloat[float64]("0.1"), 0.1},
		{"float32", "0.1", record.ParseFloat[float32]("0.1"), float64(float32(0.1))},
		{"float32", "1e39", record.ParseFloat[float32]("1e39"), nil},
		{"float64", "Inf", record.ParseFloat[float64]("Inf"), nil},
		{"time", "2026-03-29T01:00:00.5Z", record.ParseTime("2026-03-29T01:00:00.5Z"), at},
		{"time", "2026-03-29", record.ParseTime("2026-03-29"), nil},
		{"unix", "-1", record.ParseUnix("-1"), time.Unix(-1, 0).UTC()},
		{"unix_ms", "1774746000500", record.ParseUnixMilli("1774746000500"), at},
		{"unix", "-1.5", record.ParseUnix("-1.5"), time.Unix(-2, 5e8).UTC()},
		{"unix", "now", record.ParseUnix("now"), nil},
		{"duration", "90s", record.ParseDuration("90s"), "1m30s"},
		{"duration", "90", record.ParseDuration("90"), nil},
	} {
		v, err := test.got.Stored()
		if (err == nil) != (test.want != nil) || v != test.want && err == nil {
			t.Errorf("%s %q is %v, %v; want %v", test.name, test.text, v, err, test.want)
		}
	}
}
