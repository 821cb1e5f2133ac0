package templates

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/flowc-dev/flowc/spec"
)

// fingerprints make the keys of pieces. A part of the graph counts with all that
// package templates can read of it and of what it leads to: a field that the
// graph gets later is in the keys without further ado. Where it is in the spec
// counts for nothing, nor do the edges that lead back to the rest of the service.
type fingerprints struct {
	base   []byte                 // what counts for every piece of the service
	keys   map[any]Key            // of what was met before
	fields map[reflect.Type][]int // those of a struct that count
	within *[]*spec.Record        // the records that one leads to, while it is read
	buffer []byte                 // that keys are made in
}

// back are the fields that lead back.
var back = map[reflect.Type][]string{
	reflect.TypeFor[spec.Connection](): {"Flows"},
	reflect.TypeFor[spec.Store]():      {"Flows"},
	reflect.TypeFor[spec.Stage]():      {"Places"},
	reflect.TypeFor[spec.Place]():      {"Pipeline"},
	reflect.TypeFor[spec.Pipeline]():   {"Flow", "After"},
}

func newFingerprints(importPath string, aliases map[string]string) *fingerprints {
	f := &fingerprints{keys: map[any]Key{}, fields: map[reflect.Type][]int{}}
	f.base = binary.AppendUvarint(addText(nil, importPath), uint64(len(aliases)))
	for _, p := range slices.Sorted(maps.Keys(aliases)) {
		f.base = addText(addText(f.base, p), aliases[p])
	}
	return f
}

// key is the key of a piece of a package: what it is, and what it is made of.
func (f *fingerprints) key(importPath, what string, of []any) Key {
	b := addText(addText(append(f.buffer[:0], f.base...), importPath), what)
	for _, x := range of {
		b = f.add(b, reflect.ValueOf(x))
	}
	f.buffer = b
	return sha256.Sum256(b)
}

func (f *fingerprints) add(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		return f.addPointer(b, v)
	case reflect.Struct:
		return f.addStruct(b, v)
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = f.add(b, v.Index(i))
		}
		return b
	case reflect.String:
		return addText(b, v.String())
	case reflect.Int:
		return binary.AppendVarint(b, v.Int())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	}
	panic(fmt.Sprintf("templates: no piece can be made of a %s", v.Type()))
}

// addPointer adds what is pointed to. What many pieces are made of is read once,
// and stands by its own key.
func (f *fingerprints) addPointer(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	b = append(b, 1)
	switch x := v.Interface().(type) {
	case *spec.Kind:
		return addText(b, x.Name) // a built-in is what its name says
	case *spec.Record:
		if f.within != nil {
			return f.addWithin(b, x)
		}
	case *spec.Stage, *spec.Store, *spec.Topic, *spec.Connection, *spec.Pipeline:
	default:
		return f.add(b, v.Elem())
	}
	key, ok := f.keys[v.Interface()]
	if !ok {
		start := len(b)
		b = f.addContent(b, v)
		key = sha256.Sum256(b[start:])
		b, f.keys[v.Interface()] = b[:start], key
	}
	return append(b, key[:]...)
}

func (f *fingerprints) addContent(b []byte, v reflect.Value) []byte {
	if r, ok := v.Interface().(*spec.Record); ok {
		return f.addRecords(b, r)
	}
	return f.add(b, v.Elem())
}

// addRecords adds a record and all that its fields lead to, which may be the
// record itself: each is read once, and stands by its name in the fields.
func (f *fingerprints) addRecords(b []byte, r *spec.Record) []byte {
	list := []*spec.Record{r}
	f.within = &list
	for i := 0; i < len(list); i++ {
		b = f.add(b, reflect.ValueOf(list[i]).Elem())
	}
	f.within = nil
	return b
}

// addWithin adds a record that a field of another one leads to.
func (f *fingerprints) addWithin(b []byte, r *spec.Record) []byte {
	if !slices.Contains(*f.within, r) {
		*f.within = append(*f.within, r)
	}
	return addText(b, r.Name)
}

func (f *fingerprints) addStruct(b []byte, v reflect.Value) []byte {
	if v.Type() == reflect.TypeFor[spec.Options]() {
		return f.add(b, reflect.ValueOf(v.Interface().(spec.Options).Entries()))
	}
	for _, i := range f.fieldsOf(v.Type()) {
		b = f.add(b, v.Field(i))
	}
	return b
}

// fieldsOf are the fields that count: those that other packages can read.
func (f *fingerprints) fieldsOf(t reflect.Type) []int {
	list, ok := f.fields[t]
	if !ok {
		for i := range t.NumField() {
			x := t.Field(i)
			if x.IsExported() && x.Type != reflect.TypeFor[spec.Span]() && !slices.Contains(back[t], x.Name) {
				list = append(list, i)
			}
		}
		f.fields[t] = list
	}
	return list
}

func addText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}
