package spec

import (
	"slices"
	"strings"
)

// decode checks the entries of a table against its options: unknown keys,
// wrong types, missing ones. where names the table for messages.
func (r *resolver) decode(entries []*Entry, schema []Option, where string, at Span) Options {
	o := Options{schema: schema}
	for _, e := range entries {
		o.mistaken = o.mistaken || e.again
		i := slices.IndexFunc(schema, func(s Option) bool { return s.Name == e.Key })
		if i < 0 {
			r.report(errUnknownKey(e.KeySpan, where, e.Key, schema, r.kindsOf(where, e.Key)))
			o.mistaken = true
			continue
		}
		s := schema[i]
		o.written = append(o.written, s.Name)
		if !r.checkValue(s, e) {
			continue
		}
		if s.NotBuilt && (s.Default == "" || e.Value.Text != s.Default) {
			r.report(errNotBuilt(e.KeySpan, e.Key))
		}
		if s.Type == Table {
			o.subs = append(o.subs, subTable{s.Name, r.decode(e.Value.Entries, s.Options, s.Name, e.KeySpan)})
		}
		o.entries = append(o.entries, e)
	}
	for _, s := range schema {
		if s.Required && o.Missing(s.Name) {
			r.report(errMissingKey(at, where, s))
		}
	}
	return o
}

// kindsOf lists the kinds that take a key which stands in a stage that does not.
func (r *resolver) kindsOf(where, key string) []string {
	if !strings.HasPrefix(where, "stage.") {
		return nil
	}
	return r.kindsWith(key)
}

// kindsWith lists the kinds that take all of some keys.
func (r *resolver) kindsWith(keys ...string) []string {
	var list []string
	for _, k := range r.kinds {
		names := optionNames(k.Options)
		if !slices.ContainsFunc(keys, func(key string) bool { return !slices.Contains(names, key) }) {
			list = append(list, k.Name)
		}
	}
	return list
}

func entryKeys(entries []*Entry) []string {
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.Key
	}
	return list
}

// valueKinds are the TOML types that an option's value may have.
func valueKinds(t OptionType) []ValueKind {
	switch t {
	case Whole:
		return []ValueKind{IntegerValue}
	case Flag:
		return []ValueKind{BoolValue}
	case Names, Statuses, Fields, Sequence:
		return []ValueKind{ArrayValue}
	case Pairs, Texts, Table:
		return []ValueKind{TableValue}
	case Types:
		return []ValueKind{StringValue, ArrayValue}
	case Body:
		return []ValueKind{StringValue, TableValue}
	}
	return []ValueKind{StringValue}
}

// checkValue checks a value's type and form; false means that it is of no use.
func (r *resolver) checkValue(s Option, e *Entry) bool {
	v := e.Value
	if s.Name == "state" {
		return r.checkState(v)
	}
	if !slices.Contains(valueKinds(s.Type), v.Kind) {
		r.report(errWrongType(v, s))
		return false
	}
	switch s.Type {
	case Pairs, Texts:
		return r.checkPairs(s, v)
	case Body:
		return r.checkBody(s, v)
	case Names, Fields, Types:
		return r.checkItems(s, v, StringValue)
	case Statuses:
		return r.checkItems(s, v, IntegerValue) && r.checkStatuses(v)
	case Whole:
		return r.checkWhole(v)
	case Choice:
		return r.checkChoice(s, v)
	}
	return v.Kind != StringValue || r.checkText(s, v)
}

func (r *resolver) checkState(v *Value) bool {
	ok := v.Kind == BoolValue || v.Kind == StringValue && v.Text == "cache"
	if !ok {
		r.report(errBadState(v.Span))
	}
	return ok
}

func (r *resolver) checkItems(s Option, v *Value, want ValueKind) bool {
	for _, item := range v.Items {
		if item.Kind != want {
			r.report(errWrongItem(item.Span, s, item.Kind, want))
			return false
		}
	}
	return true
}

func (r *resolver) checkPairs(s Option, v *Value) bool {
	ok := true
	for _, e := range v.Entries {
		if e.Value.Kind != StringValue {
			r.report(errWrongItem(e.Value.Span, s, e.Value.Kind, StringValue))
			ok = false
			continue
		}
		ok = r.checkText(s, e.Value) && ok
	}
	return ok
}

func (r *resolver) checkStatuses(v *Value) bool {
	if len(v.Items) == 0 {
		r.report(errEmptyList(v.Span, "no status would be a success", "name the statuses, or drop the option for 200 to 299"))
		return false
	}
	fine := true
	for _, item := range v.Items {
		if n, ok := parseWhole(item.Text); !ok || n < 100 || n > 599 {
			r.report(errOutOfRange(item.Span, item.Text+" is not an HTTP status", "statuses are 100 to 599"))
			fine = false
		}
	}
	return fine
}

func (r *resolver) checkWhole(v *Value) bool {
	_, ok := parseWhole(v.Text)
	if !ok {
		r.report(errOutOfRange(v.Span, v.Text+" is out of range", "write a whole number from 0 to 2147483647"))
	}
	return ok
}

func (r *resolver) checkChoice(s Option, v *Value) bool {
	if !slices.Contains(s.Choices, v.Text) {
		r.report(errBadChoice(v.Span, s.Name, v.Text, s.Choices))
		return false
	}
	return true
}

// checkText checks the form of a string option.
func (r *resolver) checkText(s Option, v *Value) bool {
	if s.Type == Name || s.Type == TypeText || s.Type == Types {
		return true // resolved by name, where ${…} is refused as no name
	}
	if part, at, problem := settingProblem(v.Text); problem != "" {
		r.report(errBadSetting(v.SpanAt(at, at+len(part)), part, problem))
		return false
	}
	problem := ""
	switch s.Type {
	case Duration:
		problem = durationProblem(v.Text)
	case Size:
		problem = sizeProblem(v.Text)
	case Rate:
		problem = rateProblem(v.Text)
	case Template, Pairs, Body:
		_, problem = TemplateFields(v.Text)
	}
	if problem != "" {
		r.report(ErrBadForm(v.Span, problem, textHelp(s.Type)))
		return false
	}
	return true
}

func textHelp(t OptionType) string {
	switch t {
	case Template, Pairs, Body:
		return "write {field}, or {{ for the sign itself"
	}
	return "write " + t.String()
}
