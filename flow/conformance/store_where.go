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
)

// loading opens a store of samples and a stage that loads from it for each
// value that arrives.
func loading[T any](t *testing.T, s StoreSuite, url string, where ...flow.Condition[T]) (flow.Store[records.Sample], *flow.Loader[T, records.Sample]) {
	t.Helper()
	o := s.samples(url, s.Modes[0])
	var store flow.Store[records.Sample]
	var loader *flow.Loader[T, records.Sample]
	env := flow.Env{Lookup: func(name string) (string, bool) { return "small", name == "ID" }}
	shut, err := flow.Open(context.Background(), env, func(setup *flow.Setup) {
		store = s.Samples(setup, o, o.URL)
		loader = flow.NewLoader(setup, flow.LoadOptions[T, records.Sample]{
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
		if f.Type == flow.FieldBytes || f.Type == flow.FieldJSON {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			_, loader := loading(t, s, url, flow.Condition[any]{Field: f.Name, Value: storedValue})
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
func valuesAt(t *testing.T, schema flow.Schema[records.Sample], field int) (values []any) {
	t.Helper()
	for _, r := range allSamples() {
		values = append(values, valueOf(t, schema, r, field))
	}
	return values
}

func valueOf(t *testing.T, schema flow.Schema[records.Sample], r records.Sample, field int) any {
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
func storedValue(v any) flow.Value {
	switch v := v.(type) {
	case bool:
		return flow.BoolValue(v)
	case int64:
		return flow.IntValue(v)
	case float64:
		return flow.FloatValue(v)
	case string:
		return flow.StringValue(v)
	case time.Time:
		return flow.TimeValue(v.In(time.FixedZone("", -7*3600)))
	}
	return flow.Value{}
}

// testWhereTexts asks by texts, with fields and settings in them.
func (s StoreSuite) testWhereTexts(t *testing.T) {
	url := s.URL(t)
	during(t, s.Samples, s.samples(url, s.Modes[0]), func(store flow.Store[records.Sample]) { save(t, store, allSamples()...) })
	odd := textSample().ID
	fill := func(v string) []string { return []string{v} }
	for what, test := range map[string]struct {
		where []flow.Condition[string]
		in    string
		want  string
	}{
		"constant":       {[]flow.Condition[string]{{Field: "id", Text: "large", Parse: flow.StringValue}}, "", "large"},
		"setting":        {[]flow.Condition[string]{{Field: "id", Text: "${ID}", Parse: flow.StringValue}}, "", "small"},
		"field within":   {[]flow.Condition[string]{{Field: "id", Text: "l{x}e", Fill: fill, Parse: flow.StringValue}}, "arg", "large"},
		"injection":      {[]flow.Condition[string]{{Field: "id", Text: "{x}", Fill: fill, Parse: flow.StringValue}}, "x' OR 1=1 --", ""},
		"hostile text":   {[]flow.Condition[string]{{Field: `with "quote"`, Text: "{x}", Fill: fill, Parse: flow.StringValue}}, odd, odd},
		"bool":           {[]flow.Condition[string]{{Field: "flag", Text: "true", Parse: flow.ParseBool}}, "", "large"},
		"whole":          {[]flow.Condition[string]{{Field: "small", Text: "{x}47", Fill: fill, Parse: flow.ParseInt[int32]}}, "21474836", "large"},
		"unsigned":       {[]flow.Condition[string]{{Field: "count", Text: "4294967295", Parse: flow.ParseUint[uint32]}}, "", "large"},
		"single":         {[]flow.Condition[string]{{Field: "single", Text: "3.4028234663852886e38", Parse: flow.ParseFloat[float32]}}, "", "large"},
		"time, its zone": {[]flow.Condition[string]{{Field: "at", Text: "2026-03-29T01:59:58.123456789+01:00", Parse: flow.ParseTime}}, "", odd},
		"epoch":          {[]flow.Condition[string]{{Field: "epoch", Text: "253402300799", Parse: flow.ParseUnix}}, "", "large"},
		"epoch, milli":   {[]flow.Condition[string]{{Field: "epoch", Text: "253402300799000", Parse: flow.ParseUnixMilli}}, "", "large"},
		"duration":       {[]flow.Condition[string]{{Field: "maybe_lasts", Text: "0h", Parse: flow.ParseDuration}}, "", "small"},
		"Go type":        {[]flow.Condition[string]{{Field: "addr", Text: "0:0:0:0:0:0:0:0", Parse: flow.ParseText[netip.Addr]}}, "", "small"},
		"missing":        {[]flow.Condition[string]{{Field: "maybe_text", Text: "", Parse: flow.StringValue}}, "", "small"},
		"two":            {[]flow.Condition[string]{{Field: "flag", Text: "false", Parse: flow.ParseBool}, {Field: "maybe_text", Text: "{x}", Fill: fill, Parse: flow.StringValue}}, odd, odd},
		"two, of others": {[]flow.Condition[string]{{Field: "flag", Text: "true", Parse: flow.ParseBool}, {Field: "id", Text: "small", Parse: flow.StringValue}}, "", ""},
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
	for field, parse := range map[string]func(string) flow.Value{
		"flag": flow.ParseBool, "whole": flow.ParseInt[int], "small": flow.ParseInt[int32], "count": flow.ParseUint[uint32],
		"single": flow.ParseFloat[float32], "at": flow.ParseTime, "epoch": flow.ParseUnix, "lasts": flow.ParseDuration, "addr": flow.ParseText[netip.Addr],
	} {
		_, loader := loading(t, s, s.URL(t), flow.Condition[string]{Field: field, Text: "{x}", Fill: fill, Parse: parse})
		for _, text := range []string{"x", "1e999", " 1", "NaN"} {
			_, err := loader.LoadFor(t.Context(), text)
			wantPermanent(t, err, fmt.Sprintf("where %s = %q", field, text))
		}
	}
}

// testWhereOrder finds many records, in the order in which they were saved.
func (s StoreSuite) testWhereOrder(t *testing.T) {
	store, loader := loading(t, s, s.URL(t), flow.Condition[int]{Field: "rowid", Value: func(v int) flow.Value { return flow.IntValue(v) }})
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
