package spec

// Fields that the options of a built-in name: {field} in templates, and field.

// checkFields checks them against the type of the values that arrive.
func (r *resolver) checkFields(p *Place, t *Type) {
	s := p.Stage
	if s.Kind.CheckFields != nil {
		s.Kind.CheckFields(p, t, r.report)
		return
	}
	for _, o := range s.Kind.Options {
		e := s.Options.Entry(o.Name)
		if e == nil {
			continue
		}
		for _, v := range templates(o, e.Value) {
			CheckTemplate(v, t, r.report)
		}
	}
	if e := s.Options.Entry("field"); e != nil {
		if t.Kind != RecordOf {
			r.report(errFieldOfNoRecord(e.Value.Span, e.Value.Text, t))
			return
		}
		s.Field = r.field(e.Value, t.Record)
	}
}

// templates lists the template values of an option.
func templates(o Option, v *Value) []*Value {
	if o.Type == Template || o.Type == Pairs || o.Type == Body {
		return v.Strings()
	}
	return nil
}

// CheckTemplate judges the {field}s of a text against the type of the values that
// arrive: each is a field of a record that fits into text.
func CheckTemplate(v *Value, t *Type, report Report) {
	fields, _ := TemplateFields(v.Text)
	for _, f := range fields {
		at := v.SpanAt(f.Start, f.End)
		if t.Kind != RecordOf {
			report(errFieldOfNoRecord(at, f.Name, t))
			continue
		}
		field := t.Record.Field(f.Name)
		switch {
		case field == nil:
			report(ErrUnknownField(at, f.Name, t.Record))
		case field.Type != nil && !field.Type.IsScalar():
			report(errFieldNotScalar(at, field))
		}
	}
}

// checkNoFields refuses field and {field} in first place, where no value
// arrives.
func (r *resolver) checkNoFields(s *Stage) {
	if e := s.Options.Entry("field"); e != nil {
		r.report(errNoFieldToSend(e.KeySpan))
	}
	for _, o := range s.Kind.Options {
		e := s.Options.Entry(o.Name)
		if e == nil {
			continue
		}
		for _, t := range templates(o, e.Value) {
			if fields, _ := TemplateFields(t.Text); len(fields) > 0 {
				r.report(errNoFieldHere(t.SpanAt(fields[0].Start, fields[0].End), fields[0].Name))
			}
		}
	}
}
