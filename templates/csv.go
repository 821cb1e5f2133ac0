package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// The codec of records that stand in CSV files.

// inCSV reports whether a record stands in a CSV file.
func (s *Service) inCSV(r *spec.Record) bool {
	return s.inCSVStore(r) || slices.ContainsFunc(s.Graph.Stages, func(st *spec.Stage) bool { return readsCSV(st, r) })
}

// inCSVStore reports whether a store holds the record as CSV.
func (s *Service) inCSVStore(r *spec.Record) bool {
	return slices.ContainsFunc(s.Graph.Stores, func(st *spec.Store) bool {
		return st.Record == r && slices.ContainsFunc(st.Schemes, func(x string) bool { return spec.StoreSchemeOf(x).CSV })
	})
}

// readsCSV reports whether a stage reads the record from rows of CSV.
func readsCSV(st *spec.Stage, r *spec.Record) bool {
	if st.IsGo() || st.Out == nil || st.Out.Kind != spec.RecordOf || st.Out.Record != r {
		return false
	}
	k := kindOf(st)
	return k.CSV != nil && k.CSV(st)
}

// csv is the codec of a record.
func (s *Service) csv(r *spec.Record) *jen.Statement { return s.record("CSVOf" + r.GoName).Call() }

// recordCSV emits CSVOfReading.
func (f *Source) recordCSV(r *spec.Record) {
	name := "CSVOf" + r.GoName
	codec := fromRecord("CSV").Types(jen.Id(r.GoName))
	f.Line()
	f.Commentf("// %s reads and writes the record as a row of CSV.", name)
	f.Func().Id(name).Params().Add(codec).Block(jen.Return(literal(codec.Clone(),
		field{"Record", jen.Lit(r.Name)},
		field{"Columns", csvColumns(r)},
		field{"Append", f.csvAppend(r)},
		field{"Parse", f.csvParse(r)},
	)))
}

func csvColumns(r *spec.Record) *jen.Statement {
	return jen.Index().Add(fromRecord("CSVColumn")).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, x := range r.Fields {
			g.Add(line(jen.Null(), field{"Name", jen.Lit(x.Name)}, field{"Optional", flag(x.Type.Kind == spec.Optional)}))
		}
	})
}

// csvAppend emits
//
//	func(row []byte, r *Reading, field int) ([]byte, error) {
//		switch field {
//		case 0:
//			return record.AppendStringCell(row, r.Sensor)
//		…
//		}
//		return row, nil
//	}
func (f *Source) csvAppend(r *spec.Record) *jen.Statement {
	params := []jen.Code{jen.Id("row").Index().Byte(), jen.Id("r").Op("*").Id(r.GoName), jen.Id("field").Int()}
	return jen.Func().Params(params...).Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Switch(jen.Id("field")).BlockFunc(func(cases *jen.Group) {
			for i, x := range r.Fields {
				cases.Case(jen.Lit(i)).Block(jen.Return(f.appendCell(x.Type, jen.Id("r").Dot(x.GoName))))
			}
		}),
		jen.Return(jen.Id("row"), jen.Nil()),
	)
}

// appendCell is the call that appends a value to a row.
func (f *Source) appendCell(t *spec.Type, value *jen.Statement) *jen.Statement {
	row := jen.Id("row")
	switch {
	case t.Kind == spec.Optional:
		return fromRecord("AppendOptionalCell").Call(row, value, f.cellAppender(t.Elem))
	case isNested(t):
		return fromRecord("AppendJSONCell").Call(row, value, f.service.encode(t))
	}
	return fromRecord("Append"+cellName(t)).Call(row, value)
}

// cellAppender is a func([]byte, T) ([]byte, error).
func (f *Source) cellAppender(t *spec.Type) *jen.Statement {
	if !isNested(t) {
		return f.cellFunction("Append", t)
	}
	return jen.Func().Params(jen.Id("row").Index().Byte(), jen.Id("v").Add(f.service.goType(t))).Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Return(f.appendCell(t, jen.Id("v"))),
	)
}

// csvParse emits
//
//	func(r *Reading, field int, cell record.CSVCell) error {
//		switch field {
//		case 0:
//			return record.ParseStringCell(&r.Sensor, cell)
//		…
//		}
//		return nil
//	}
func (f *Source) csvParse(r *spec.Record) *jen.Statement {
	params := []jen.Code{jen.Id("r").Op("*").Id(r.GoName), jen.Id("field").Int(), jen.Id("cell").Add(fromRecord("CSVCell"))}
	return jen.Func().Params(params...).Error().Block(
		jen.Switch(jen.Id("field")).BlockFunc(func(cases *jen.Group) {
			for i, x := range r.Fields {
				cases.Case(jen.Lit(i)).Block(jen.Return(f.parseCell(x.Type, jen.Op("&").Id("r").Dot(x.GoName))))
			}
		}),
		jen.Return(jen.Nil()),
	)
}

// parseCell is the call that reads a value from a cell.
func (f *Source) parseCell(t *spec.Type, pointer *jen.Statement) *jen.Statement {
	cell := jen.Id("cell")
	switch {
	case t.Kind == spec.Optional:
		return fromRecord("ParseOptionalCell").Call(pointer, cell, f.cellParser(t.Elem))
	case isNested(t):
		return fromRecord("ParseJSONCell").Call(pointer, cell, f.service.decode(t))
	}
	return fromRecord("Parse"+cellName(t)).Call(pointer, cell)
}

// cellParser is a func(*T, record.CSVCell) error.
func (f *Source) cellParser(t *spec.Type) *jen.Statement {
	if !isNested(t) {
		return f.cellFunction("Parse", t)
	}
	return jen.Func().Params(jen.Id("v").Op("*").Add(f.service.goType(t)), jen.Id("cell").Add(fromRecord("CSVCell"))).Error().Block(
		jen.Return(f.parseCell(t, jen.Id("v"))),
	)
}

// isNested reports whether a value stands in its cell as JSON.
func isNested(t *spec.Type) bool {
	return t.Kind != spec.GoType && (t.Kind != spec.Basic || t.Name == "json")
}

// cellName is the name of a type in the functions of package record.
func cellName(t *spec.Type) string {
	if t.Kind == spec.GoType {
		return "TextCell"
	}
	suffix, _ := basicCodec(t.Name)
	return suffix + "Cell"
}

// cellFunction names such a function where nothing tells its type.
func (f *Source) cellFunction(verb string, t *spec.Type) *jen.Statement {
	function := fromRecord(verb + cellName(t))
	if _, generic := basicCodec(t.Name); generic || t.Kind == spec.GoType {
		function.Types(f.service.goType(t))
	}
	return function
}
