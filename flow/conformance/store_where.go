package conformance

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/flow/record"
)

// loading opens a store of samples and a stage that loads from it for each
// value that arrives.
func loading[T any](t *testing.T, s StoreSuite, url string, where ...load.Condition[T]) (flow.Store[records.Sample], *load.Loader[T, records.Sample]) {
	t.Helper()
	o := s.samples(url, s.Modes[0])
	var store flow.Store[records.Sample]
	var loader *load.Loader[T, records.Sample]
	env := flow.Env{Lookup: func(name string) (string, bool) { return "small", name == "ID" }}
	shut, err := flow.Open(context.Background(), env, func(setup *flow.Setup) {
		store = s.Samples(setup, o, o.URL)
		loader = load.NewLoader(setup, load.LoadOptions[T, records.Sample]{
			Stage: flow.StageOptions{Name: "load"}, Store: store, Schema: o.Schema, Where: where,
		})
	})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := shut(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store, loader
}

// allSamples are the samples that are asked for again and again: the large one
// has not more text than takes several pages.
func allSamples() []records.Sample {
	large := largeSample()
	large.Text = large.Text[:1<<16]
	return []records.Sample{emptySample(), smallSample(), large, textSample()}
}

// testWhere asks for each value of each field that can be compared: it finds
// the records that have it, and those only.
func (s StoreSuite) testWhere(t *testing.T) {
	schema := records.SchemaOfSample()
	url := s.URL(t)
	during(t, s.Samples, s.samples(url, s.Modes[0]), func(store flow.Store[records.Sample]) { save(t, store, allSamples()...) })
	for i, f := range schema.Fields {
		if f.Type == record.FieldBytes || f.Type == record.FieldJSON {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			_, loader := loading(t, s, url, load.Condition[any]{Field: f.Name, Value: storedValue})
			for _, v := range valuesAt(t, schema, i) {
				want := slices.DeleteFunc(allSamples(), func(r records.Sample) bool { return v == nil || valueOf(t, schema, r, i) != v })
				got, err := loader.LoadFor(t.Context(), v)
				if err != nil || got == nil {
					t.Fatalf("where %v: %v, %v", v, got, err)
				}
				wantSame(t, schema.JSON, got, want)
			}
		})
	}
}

// valuesAt returns the values that the samples have in a field: nil where it is
// missing.
func valuesAt(t *testing.T, schema record.Schema[records.Sample], field int) (values []any) {
	t.Helper()
	for _, r := range allSamples() {
		values = append(values, valueOf(t, schema, r, field))
	}
	return values
}

func valueOf(t *testing.T, schema record.Schema[records.Sample], r records.Sample, field int) any {
	t.Helper()
	values, err := schema.Values(&r)
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := values[field].(time.Time); ok {
		return at.UTC()
	}
	return values[field]
}

// storedValue returns a value of a schema as generated code would make it.
func storedValue(v any) record.Value {
	switch v := v.(type) {
	case bool:
		return record.BoolValue(v)
	case int64:
		return record.IntValue(v)
	case float64:
		return record.FloatValue(v)
	case string:
		return record.StringValue(v)
	case time.Time:
		return record.TimeValue(v.In(time.FixedZone("", -7*3600)))
	}
	return record.Value{}
}

// testWhereTexts asks by texts, with fields and settings in them.
func (s StoreSuite) testWhereTexts(t *testing.T) {
	url := s.URL(t)
	during(t, s.Samples, s.samples(url, s.Modes[0]), func(store flow.Store[records.Sample]) { save(t, store, allSamples()...) })
	odd := textSample().ID
	fill := func(v string) []string { return []string{v} }
	for what, test := range map[string]struct {
		where []load.Condition[string]
		in    string
		want  string
	}{
		"constant":       {[]load.Condition[string]{{Field: "id", Text: "large", Parse: record.StringValue}}, "", "large"},
		"setting":        {[]load.Condition[string]{{Field: "id", Text: "${ID}", Parse: record.StringValue}}, "", "small"},
		"field within":   {[]load.Condition[string]{{Field: "id", Text: "l{x}e", Fill: fill, Parse: record.StringValue}}, "arg", "large"},
		"injection":      {[]load.Condition[string]{{Field: "id", Text: "{x}", Fill: fill, Parse: record.StringValue}}, "x' OR 1=1 --", ""},
		"hostile text":   {[]load.Condition[string]{{Field: `with "quote"`, Text: "{x}", Fill: fill, Parse: record.StringValue}}, odd, odd},
		"bool":           {[]load.Condition[string]{{Field: "flag", Text: "true", Parse: record.ParseBool}}, "", "large"},
		"whole":          {[]load.Condition[string]{{Field: "small", Text: "{x}47", Fill: fill, Parse: record.ParseInt[int32]}}, "21474836", "large"},
		"unsigned":       {[]load.Condition[string]{{Field: "count", Text: "4294967295", Parse: record.ParseUint[uint32]}}, "", "large"},
		"single":         {[]load.Condition[string]{{Field: "single", Text: "3.4028234663852886e38", Parse: record.ParseFloat[float32]}}, "", "large"},
		"time, its zone": {[]load.Condition[string]{{Field: "at", Text: "2026-03-29T01:59:58.123456789+01:00", Parse: record.ParseTime}}, "", odd},
		"epoch":          {[]load.Condition[string]{{Field: "epoch", Text: "253402300799", Parse: record.ParseUnix}}, "", "large"},
		"epoch, milli":   {[]load.Condition[string]{{Field: "epoch", Text: "253402300799000", Parse: record.ParseUnixMilli}}, "", "large"},
		"duration":       {[]load.Condition[string]{{Field: "maybe_lasts", Text: "0h", Parse: record.ParseDuration}}, "", "small"},
		"Go type":        {[]load.Condition[string]{{Field: "addr", Text: "0:0:0:0:0:0:0:0", Parse: record.ParseText[netip.Addr]}}, "", "small"},
		"missing":        {[]load.Condition[string]{{Field: "maybe_text", Text: "", Parse: record.StringValue}}, "", "small"},
		"two":            {[]load.Condition[string]{{Field: "flag", Text: "false", Parse: record.ParseBool}, {Field: "maybe_text", Text: "{x}", Fill: fill, Parse: record.StringValue}}, odd, odd},
		"two, of others": {[]load.Condition[string]{{Field: "flag", Text: "true", Parse: record.ParseBool}, {Field: "id", Text: "small", Parse: record.StringValue}}, "", ""},
	} {
		t.Run(what, func(t *testing.T) {
			_, loader := loading(t, s, url, test.where...)
			got, err := loader.LoadFor(t.Context(), test.in)
			if err != nil || got == nil || ids(got) != test.want {
				t.Errorf("found %q, %v; want %q", ids(got), err, test.want)
			}
		})
	}
}

func ids(list []records.Sample) string {
	var names []string
	for _, r := range list {
		names = append(names, r.ID)
	}
	return strings.Join(names, ", ")
}

// testWhereRefused asks by texts that are no values of the field: an error of
// the record, not of the store.
func (s StoreSuite) testWhereRefused(t *testing.T) {
	fill := func(v string) []string { return []string{v} }
	for field, parse := range map[string]func(string) record.Value{
		"flag": record.ParseBool, "whole": record.ParseInt[int], "small": record.ParseInt[int32], "count": record.ParseUint[uint32],
		"single": record.ParseFloat[float32], "at": record.ParseTime, "epoch": record.ParseUnix, "lasts": record.ParseDuration, "addr": record.ParseText[netip.Addr],
	} {
		_, loader := loading(t, s, s.URL(t), load.Condition[string]{Field: field, Text: "{x}", Fill: fill, Parse: parse})
		for _, text := range []string{"x", "1e999", " 1", "NaN"} {
			_, err := loader.LoadFor(t.Context(), text)
			wantPermanent(t, err, fmt.Sprintf("where %s = %q", field, text))
		}
	}
}

// testWhereOrder finds many records, in the order in which they were saved.
func (s StoreSuite) testWhereOrder(t *testing.T) {
	store, loader := loading(t, s, s.URL(t), load.Condition[int]{Field: "rowid", Value: func(v int) record.Value { return record.IntValue(v) }})
	var all, want []records.Sample
	for i := range 300 {
		r := emptySample()
		r.ID, r.Rowid = fmt.Sprint(-i), i%3
		all = append(all, r)
		if i%3 == 1 {
			want = append(want, r)
		}
	}
	save(t, store, all...)
	got, err := loader.LoadFor(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, records.SchemaOfSample().JSON, got, want)
	if all, err = loader.Load(t.Context()); err != nil || len(all) != 100 {
		t.Errorf("%d records with the value 0, %v; want 100", len(all), err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = loader.LoadFor(gone, 1)
	wantCancelled(t, err)
}
