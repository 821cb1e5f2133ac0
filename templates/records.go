package templates

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Records returns records/records.go: the record types and their codecs.
func (s *Service) Records() ([]byte, error) {
	f := s.newSource(s.records(), "records")
	f.HeaderComment(Header)
	f.PackageComment(fmt.Sprintf("// Package records holds the record types of service %q and their codecs.", s.Graph.Service))
	for _, r := range s.Graph.Records {
		f.recordType(r)
		f.recordEncoder(r)
		f.recordDecoder(r)
		f.recordClone(r)
		if s.stored(r) {
			f.recordSchema(r)
		}
		if s.inCSV(r) {
			f.recordCSV(r)
		}
	}
	return f.bytes()
}

// stored reports whether a store holds records of this type.
func (s *Service) stored(r *spec.Record) bool {
	for _, store := range s.Graph.Stores {
		if store.Record == r {
			return true
		}
	}
	return false
}

func (f *Source) recordType(r *spec.Record) {
	f.Line()
	f.Add(comment(fmt.Sprintf("%s is record %q of flow.toml.", r.GoName, r.Name)))
	f.Type().Id(r.GoName).StructFunc(func(g *jen.Group) {
		for _, x := range r.Fields {
			field := g.Id(x.GoName).Add(f.service.goType(x.Type))
			if taggable(x.Name) {
				tag := x.Name
				if x.Type.Kind == spec.Optional {
					tag += ",omitempty"
				}
				field.Tag(map[string]string{"json": tag})
			}
		}
	})
}

// taggable reports whether encoding/json takes a name from a tag. The tags are
// for users who print a record: the codecs below do not read them.
func taggable(name string) bool {
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-. /:+$%&()<>=@[]^{}|~!#*?;", r) {
			return false
		}
	}
	return name != "" && name != "-"
}

// recordEncoder emits MarshalJSONTo.
func (f *Source) recordEncoder(r *spec.Record) {
	f.Line()
	f.Comment("// MarshalJSONTo writes the record as a JSON object; what is missing is left out.")
	f.Func().Params(jen.Id("r").Id(r.GoName)).Id("MarshalJSONTo").Params(jen.Id("e").Op("*").Qual(jsontext, "Encoder")).Error().BlockFunc(func(g *jen.Group) {
		g.If(jen.Err().Op(":=").Id("e").Dot("WriteToken").Call(jen.Qual(jsontext, "BeginObject")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
		for _, x := range r.Fields {
			g.Add(f.encodeField(x))
		}
		g.Return(jen.Id("e").Dot("WriteToken").Call(jen.Qual(jsontext, "EndObject")))
	})
}

// encodeField emits
//
//	if err := record.EncodeField(e, "sensor", r.Sensor, record.EncodeString); err != nil {
//		return err
//	}
func (f *Source) encodeField(x *spec.Field) *jen.Statement {
	value := jen.Id("r").Dot(x.GoName)
	t := x.Type
	if t.Kind == spec.Optional {
		return jen.If(value.Clone().Op("!=").Nil()).Block(f.encodeValue(x.Name, jen.Op("*").Add(value), t.Elem))
	}
	return f.encodeValue(x.Name, value, t)
}

func (f *Source) encodeValue(name string, value *jen.Statement, t *spec.Type) *jen.Statement {
	call := fromRecord("EncodeField").Call(jen.Id("e"), jen.Lit(name), value, f.service.encode(t))
	return jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// recordDecoder emits UnmarshalJSONFrom.
func (f *Source) recordDecoder(r *spec.Record) {
	required, index := requiredFields(r)
	f.Line()
	f.Comment("// UnmarshalJSONFrom reads the record from a JSON object. Unknown fields are passed over;")
	f.Comment("// a required one that is missing or null is an error.")
	f.Func().Params(jen.Id("r").Op("*").Id(r.GoName)).Id("UnmarshalJSONFrom").Params(jen.Id("d").Op("*").Qual(jsontext, "Decoder")).Error().BlockFunc(func(g *jen.Group) {
		g.Op("*").Id("r").Op("=").Id(r.GoName).Values()
		if len(required) > 0 {
			g.Var().Id("seen").Index(jen.Lit(len(required))).Bool()
		}
		g.Err().Op(":=").Add(fromRecord("ReadObject")).Call(jen.Id("d"), jen.Func().Params(jen.Id("name").Index().Byte()).Params(jen.Bool(), jen.Error()).Block(
			jen.Switch(jen.String().Call(jen.Id("name"))).BlockFunc(func(cases *jen.Group) {
				for _, x := range r.Fields {
					f.decodeCase(cases, x, index[x])
				}
			}),
			jen.Return(jen.False(), jen.Nil()),
		))
		if len(required) == 0 {
			g.Return(fromRecord("InRecord").Call(jen.Lit(r.Name), jen.Err()))
			return
		}
		g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(fromRecord("InRecord").Call(jen.Lit(r.Name), jen.Err())))
		g.Return(fromRecord("Required").Call(jen.Lit(r.Name), texts(required), jen.Id("seen").Index(jen.Op(":"))))
	})
}

// requiredFields lists the fields that must be there, and the position of each
// in that list.
func requiredFields(r *spec.Record) ([]string, map[*spec.Field]int) {
	var names []string
	index := map[*spec.Field]int{}
	for _, x := range r.Fields {
		if x.Type.Kind == spec.Optional {
			index[x] = -1
			continue
		}
		index[x] = len(names)
		names = append(names, x.Name)
	}
	return names, index
}

func (f *Source) decodeCase(cases *jen.Group, x *spec.Field, index int) {
	target := jen.Op("&").Id("r").Dot(x.GoName)
	read := jen.Add(f.service.decode(x.Type)).Call(target, jen.Id("d"))
	if x.Type.Kind == spec.Optional {
		read = fromRecord("DecodeOptional").Call(target, jen.Id("d"), f.service.decode(x.Type.Elem))
	} else if x.Type.Kind == spec.List || x.Type.Kind == spec.Map {
		function := map[spec.TypeKind]string{spec.List: "DecodeList", spec.Map: "DecodeMap"}[x.Type.Kind]
		read = fromRecord(function).Call(target, jen.Id("d"), f.service.decode(x.Type.Elem))
	} else if x.Type.Kind == spec.RecordOf {
		read = jen.Id("r").Dot(x.GoName).Dot("UnmarshalJSONFrom").Call(jen.Id("d"))
	}
	cases.Case(jen.Lit(x.Name)).BlockFunc(func(g *jen.Group) {
		if index >= 0 {
			g.Id("seen").Index(jen.Lit(index)).Op("=").True()
		}
		g.Return(jen.True(), fromRecord("FieldError").Call(jen.Lit(x.Name), read))
	})
}

// recordClone emits CloneReport, where an assignment would share memory.
func (f *Source) recordClone(r *spec.Record) {
	if !(&spec.Type{Kind: spec.RecordOf, Record: r}).Shares() {
		return
	}
	name := "Clone" + r.GoName
	f.Line()
	f.Commentf("// %s returns a copy that shares no memory with r.", name)
	f.Func().Id(name).Params(jen.Id("r").Id(r.GoName)).Id(r.GoName).BlockFunc(func(g *jen.Group) {
		for _, x := range r.Fields {
			if c := f.cloneField(x); c != nil {
				g.Id("r").Dot(x.GoName).Op("=").Add(c)
			}
		}
		g.Return(jen.Id("r"))
	})
}

func (f *Source) cloneField(x *spec.Field) *jen.Statement {
	t, value := x.Type, jen.Id("r").Dot(x.GoName)
	if !t.Shares() {
		return nil
	}
	switch t.Kind {
	case spec.List:
		return fromRecord("CloneList").Call(value, f.service.copyOrNil(t.Elem))
	case spec.Map:
		return fromRecord("CloneMap").Call(value, f.service.copyOrNil(t.Elem))
	case spec.Optional:
		return fromRecord("CloneOptional").Call(value, f.service.copyOrNil(t.Elem))
	case spec.RecordOf:
		return jen.Id("Clone" + t.Record.GoName).Call(value)
	}
	return jen.Qual("bytes", "Clone").Call(value)
}

// recordSchema emits SchemaOfReading.
func (f *Source) recordSchema(r *spec.Record) {
	name := "SchemaOf" + r.GoName
	schema := fromRecord("Schema").Types(jen.Id(r.GoName))
	f.Line()
	f.Commentf("// %s describes the record to stores.", name)
	f.Func().Id(name).Params().Add(schema).Block(jen.Return(literal(schema.Clone(),
		field{"Name", jen.Lit(r.Name)},
		field{"Fields", f.schemaFields(r)},
		field{"JSON", f.service.codec(&spec.Type{Kind: spec.RecordOf, Record: r})},
		field{"CSV", f.schemaCSV(r)},
		field{"Values", f.schemaValues(r)},
		field{"Targets", f.schemaTargets(r)},
	)))
}

func (f *Source) schemaCSV(r *spec.Record) jen.Code {
	if !f.service.inCSVStore(r) {
		return nil
	}
	return f.service.csv(r)
}

func (f *Source) schemaFields(r *spec.Record) *jen.Statement {
	return jen.Index().Add(fromRecord("Field")).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, x := range r.Fields {
			g.Add(line(jen.Null(),
				field{"Name", jen.Lit(x.Name)},
				field{"Type", fromRecord(storedType(x.Type))},
				field{"Optional", flag(x.Type.Kind == spec.Optional)},
				field{"Unit", unit(x.Type)},
			))
		}
	})
}

// unit is the finest part of a time that travels in milliseconds; nil for all
// other types.
func unit(t *spec.Type) jen.Code {
	if t.Required().Name == "time(unix_ms)" {
		return jen.Qual("time", "Millisecond")
	}
	return nil
}

// schemaValues emits
//
//	func(r *Reading) ([]any, error) {
//		return record.RowOf(record.StringValue(r.Sensor), …)
//	}
func (f *Source) schemaValues(r *spec.Record) *jen.Statement {
	return jen.Func().Params(jen.Id("r").Op("*").Id(r.GoName)).Params(jen.Index().Any(), jen.Error()).Block(
		jen.Return(fromRecord("RowOf").CustomFunc(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, func(g *jen.Group) {
			for _, x := range r.Fields {
				g.Add(f.value(x.Type, jen.Id("r").Dot(x.GoName)))
			}
		})),
	)
}

// value is a field as a record.Value.
func (f *Source) value(t *spec.Type, value *jen.Statement) *jen.Statement {
	if t.Kind == spec.Optional {
		inner := jen.Func().Params(jen.Id("v").Add(f.service.goType(t.Elem))).Add(fromRecord("Value")).Block(jen.Return(f.value(t.Elem, jen.Id("v"))))
		return fromRecord("OptionalValue").Call(value, inner)
	}
	switch {
	case t.Kind == spec.GoType:
		return fromRecord("TextValue").Call(value)
	case t.Kind != spec.Basic || t.Name == "json":
		return fromRecord("JSONValue").Call(value, f.service.encode(t))
	}
	suffix, _ := basicCodec(t.Name)
	if suffix == "Unix" {
		suffix = "Time"
	}
	return fromRecord(suffix + "Value").Call(value)
}

func (f *Source) schemaTargets(r *spec.Record) *jen.Statement {
	return jen.Func().Params(jen.Id("r").Op("*").Id(r.GoName)).Index().Any().Block(
		jen.Return(jen.Index().Any().CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
			for _, x := range r.Fields {
				g.Add(f.target(x.Type, jen.Op("&").Id("r").Dot(x.GoName)))
			}
		})),
	)
}

// target is a scanner for a field.
func (f *Source) target(t *spec.Type, pointer *jen.Statement) *jen.Statement {
	switch {
	case t.Kind == spec.Optional:
		inner := jen.Func().Params(jen.Id("v").Op("*").Add(f.service.goType(t.Elem))).Any().Block(jen.Return(f.target(t.Elem, jen.Id("v"))))
		return fromRecord("ScanOptional").Call(pointer, inner)
	case t.Kind == spec.GoType:
		return fromRecord("ScanText").Call(pointer)
	case t.Kind != spec.Basic || t.Name == "json":
		return fromRecord("ScanJSON").Call(pointer, f.service.decode(t))
	}
	switch t.Name {
	case "time", "time(unix)", "time(unix_ms)":
		return fromRecord("ScanTime").Call(pointer)
	case "duration":
		return fromRecord("ScanDuration").Call(pointer)
	}
	return fromRecord("ScanValue").Call(pointer)
}
