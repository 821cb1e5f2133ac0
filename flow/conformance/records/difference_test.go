package records_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// difference says why the generated codecs and encoding/json may differ on a
// text; empty where they may not. The rules are those of the reference.
func difference(data []byte, typ reflect.Type) string {
	if json.Valid(data) && !jsontext.Value(data).IsValid() {
		return "a name that stands twice, or text that is not UTF-8: encoding/json guesses"
	}
	return differenceIn(data, typ)
}

var leaves = []reflect.Type{
	reflect.TypeFor[stamp](), reflect.TypeFor[seconds](), reflect.TypeFor[millis](), reflect.TypeFor[span](), reflect.TypeFor[netip.Addr](), reflect.TypeFor[json.RawMessage](),
}

func differenceIn(data json.RawMessage, typ reflect.Type) string {
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0:
		return ""
	case string(data) == "null":
		return "null where a value is required: encoding/json takes the zero value"
	case slices.Contains(leaves, typ):
		return ""
	case typ == reflect.TypeFor[[]byte]():
		if data[0] == '[' {
			return "bytes as a list of numbers: encoding/json takes them"
		}
		return ""
	}
	switch typ.Kind() {
	case reflect.Struct:
		return differenceInFields(data, typ)
	case reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(data, &items) != nil {
			return ""
		}
		return firstReason(slices.Values(items), typ.Elem())
	case reflect.Map:
		var members map[string]json.RawMessage
		if json.Unmarshal(data, &members) != nil {
			return ""
		}
		return firstReason(maps.Values(members), typ.Elem())
	}
	return ""
}

func differenceInFields(data json.RawMessage, typ reflect.Type) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return ""
	}
	if typ == reflect.TypeFor[sample]() && !isString(members[`with "quote"`]) {
		return "a required field that encoding/json does not know"
	}
	for i := range typ.NumField() {
		name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		for other := range members {
			if other != name && strings.EqualFold(other, name) {
				return "a name in another case: encoding/json takes it"
			}
		}
		value, ok := members[name]
		if options == "omitempty" && (!ok || string(value) == "null") {
			continue
		}
		if !ok {
			return "a required field that is missing: encoding/json takes the zero value"
		}
		t := typ.Field(i).Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if why := differenceIn(value, t); why != "" {
			return why
		}
	}
	return ""
}

func isString(data json.RawMessage) bool {
	var text *string
	return json.Unmarshal(data, &text) == nil && text != nil
}

func firstReason(values iter.Seq[json.RawMessage], typ reflect.Type) string {
	for v := range values {
		if why := differenceIn(v, typ); why != "" {
			return why
		}
	}
	return ""
}
