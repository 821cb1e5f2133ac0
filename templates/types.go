package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Go expressions for types of the spec: the type itself, its codec, its zero
// value, its copy.

var basicGo = map[string]*jen.Statement{
	"bool": jen.Bool(), "int": jen.Int(), "int32": jen.Int32(), "int64": jen.Int64(), "uint32": jen.Uint32(),
	"uint64": jen.Uint64(), "float32": jen.Float32(), "float64": jen.Float64(), "string": jen.String(),
	"bytes": jen.Index().Byte(), "json": jen.Qual(rawJSON, "RawMessage"), "duration": jen.Qual("time", "Duration"),
	"time": jen.Qual("time", "Time"), "time(unix)": jen.Qual("time", "Time"), "time(unix_ms)": jen.Qual("time", "Time"),
}

// goType is the Go type of t.
func (s *Service) goType(t *spec.Type) *jen.Statement {
	switch t.Kind {
	case spec.RecordOf:
		return s.record(t.Record.GoName)
	case spec.GoType:
		return jen.Qual(t.Import, t.Name)
	case spec.List:
		return jen.Index().Add(s.goType(t.Elem))
	case spec.Map:
		return jen.Map(jen.String()).Add(s.goType(t.Elem))
	case spec.Optional:
		return jen.Op("*").Add(s.goType(t.Elem))
	}
	return basicGo[t.Name].Clone()
}

// record is an identifier of package records.
func (s *Service) record(name string) *jen.Statement { return jen.Qual(s.records(), name) }

// basicCodec is the name of a basic type in the functions of package record, and
// whether these are generic.
func basicCodec(name string) (suffix string, generic bool) {
	switch name {
	case "bool":
		return "Bool", false
	case "int", "int32", "int64":
		return "Int", true
	case "uint32", "uint64":
		return "Uint", true
	case "float32", "float64":
		return "Float", true
	case "string":
		return "String", false
	case "bytes":
		return "Bytes", false
	case "time":
		return "Time", false
	case "time(unix)":
		return "Unix", false
	case "time(unix_ms)":
		return "UnixMilli", false
	case "duration":
		return "Duration", false
	}
	return "JSON", false
}

// encode is a func(T, *jsontext.Encoder) error.
func (s *Service) encode(t *spec.Type) *jen.Statement {
	switch t.Kind {
	case spec.RecordOf:
		return s.record(t.Record.GoName).Dot("MarshalJSONTo")
	case spec.GoType:
		return fromRecord("EncodeText").Types(s.goType(t))
	case spec.List:
		return s.encodeBy("EncodeList", t)
	case spec.Map:
		return s.encodeBy("EncodeMap", t)
	case spec.Optional:
		return s.encodeBy("EncodeOptional", t)
	}
	return s.basic("Encode", t)
}

func (s *Service) basic(verb string, t *spec.Type) *jen.Statement {
	suffix, generic := basicCodec(t.Name)
	if generic {
		return fromRecord(verb + suffix).Types(s.goType(t))
	}
	return fromRecord(verb + suffix)
}

func (s *Service) encodeBy(function string, t *spec.Type) *jen.Statement {
	return jen.Func().Params(jen.Id("v").Add(s.goType(t)), jen.Id("e").Op("*").Qual(jsontext, "Encoder")).Error().Block(
		jen.Return(fromRecord(function).Call(jen.Id("v"), jen.Id("e"), s.encode(t.Elem))),
	)
}

// decode is a func(*T, *jsontext.Decoder) error.
func (s *Service) decode(t *spec.Type) *jen.Statement {
	switch t.Kind {
	case spec.RecordOf:
		return jen.Parens(jen.Op("*").Add(s.record(t.Record.GoName))).Dot("UnmarshalJSONFrom")
	case spec.GoType:
		return fromRecord("DecodeText").Types(s.goType(t))
	case spec.List:
		return s.decodeBy("DecodeList", t)
	case spec.Map:
		return s.decodeBy("DecodeMap", t)
	case spec.Optional:
		return s.decodeBy("DecodeOptional", t)
	}
	return s.basic("Decode", t)
}

func (s *Service) decodeBy(function string, t *spec.Type) *jen.Statement {
	return jen.Func().Params(jen.Id("v").Op("*").Add(s.goType(t)), jen.Id("d").Op("*").Qual(jsontext, "Decoder")).Error().Block(
		jen.Return(fromRecord(function).Call(jen.Id("v"), jen.Id("d"), s.decode(t.Elem))),
	)
}

// codec is a record.Codec[T].
func (s *Service) codec(t *spec.Type) *jen.Statement {
	switch t.Kind {
	case spec.List:
		return fromRecord("ListOf").Call(s.codec(t.Elem))
	case spec.Map:
		return fromRecord("MapOf").Call(s.codec(t.Elem))
	case spec.RecordOf:
		return fromRecord("CodecOf").Types(s.goType(t)).Call()
	}
	return line(fromRecord("Codec").Types(s.goType(t)), field{"Encode", s.encode(t)}, field{"Decode", s.decode(t)})
}

// payload is a record.Payload[T]: strings and bytes travel bare, all else as
// JSON.
func (s *Service) payload(t *spec.Type) *jen.Statement {
	if t.Kind == spec.Basic {
		switch t.Name {
		case "string":
			return fromRecord("Text").Call()
		case "bytes":
			return fromRecord("Bytes").Call()
		}
	}
	return fromRecord("JSON").Call(s.codec(t))
}

// copyOf is a func(T) T that makes a deep copy; nil where an assignment does.
func (s *Service) copyOf(t *spec.Type) *jen.Statement {
	if !t.Shares() {
		return nil
	}
	arg := jen.Id("v")
	var body *jen.Statement
	switch t.Kind {
	case spec.RecordOf:
		return s.record("Clone" + t.Record.GoName)
	case spec.List:
		body = fromRecord("CloneList").Call(arg, s.copyOrNil(t.Elem))
	case spec.Map:
		body = fromRecord("CloneMap").Call(arg, s.copyOrNil(t.Elem))
	case spec.Optional:
		body = fromRecord("CloneOptional").Call(arg, s.copyOrNil(t.Elem))
	default: // bytes, json
		body = jen.Qual("bytes", "Clone").Call(arg)
	}
	return jen.Func().Params(jen.Id("v").Add(s.goType(t))).Add(s.goType(t)).Block(jen.Return(body))
}

func (s *Service) copyOrNil(t *spec.Type) *jen.Statement {
	if c := s.copyOf(t); c != nil {
		return c
	}
	return jen.Nil()
}

// zero is the zero value of t as a stub returns it.
func (s *Service) zero(t *spec.Type) *jen.Statement {
	switch t.Kind {
	case spec.RecordOf:
		return s.goType(t).Values()
	case spec.GoType:
		return jen.Op("*").New(s.goType(t))
	case spec.List, spec.Map, spec.Optional:
		return jen.Nil()
	}
	switch t.Name {
	case "bool":
		return jen.False()
	case "string":
		return jen.Lit("")
	case "bytes", "json":
		return jen.Nil()
	case "time", "time(unix)", "time(unix_ms)":
		return jen.Qual("time", "Time").Values()
	}
	return jen.Lit(0)
}

// textOf is the text of a scalar, for {field}.
func textOf(t *spec.Type, value *jen.Statement) *jen.Statement {
	switch t.Name {
	case "string":
		return value
	case "bool":
		return fromRecord("BoolText").Call(value)
	case "int", "int32", "int64":
		return fromRecord("IntText").Call(value)
	case "uint32", "uint64":
		return fromRecord("UintText").Call(value)
	case "float32", "float64":
		return fromRecord("FloatText").Call(value)
	case "time(unix)":
		return fromRecord("IntText").Call(value.Dot("Unix").Call())
	case "time(unix_ms)":
		return fromRecord("IntText").Call(value.Dot("UnixMilli").Call())
	}
	return fromRecord("TimeText").Call(value)
}

// textType is the record.FieldType of a field that comes as text: times that
// travel as numbers are numbers.
func textType(t *spec.Type) string {
	switch t.Required().Name {
	case "time(unix)", "time(unix_ms)":
		return "FieldFloat"
	}
	return storedType(t)
}

// storedType is the record.FieldType of a field as a store sees it.
func storedType(t *spec.Type) string {
	t = t.Required()
	if t.Kind == spec.GoType {
		return "FieldString"
	}
	if t.Kind != spec.Basic {
		return "FieldJSON"
	}
	switch t.Name {
	case "bool":
		return "FieldBool"
	case "int", "int32", "int64", "uint32", "uint64":
		return "FieldInt"
	case "float32", "float64":
		return "FieldFloat"
	case "string":
		return "FieldString"
	case "bytes":
		return "FieldBytes"
	case "time", "time(unix)", "time(unix_ms)":
		return "FieldTime"
	case "duration":
		return "FieldDuration"
	}
	return "FieldJSON"
}
