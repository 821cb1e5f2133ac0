package spec

// Fields that the options of a built-in name: {field} in templates, and field.

// checkFields checks them against the type of the values that arrive.
func (r *resolver) checkFields(s *Stage, t *Type) {
	for _, o := range s.Kind.Options {
		e := s.Options.Entry(o.Name)
		if e == nil || o.Name == "where" {
			continue
		}
		for _, v := range templates(o, e.Value) {
			r.checkTemplate(v, t)
		}
	}
	r.checkWhere(s, t)
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

func (r *resolver) checkTemplate(v *Value, t *Type) {
	fields, _ := TemplateFields(v.Text)
	for _, f := range fields {
		at := v.SpanOf("{" + f.Name + "}")
		if t.Kind != RecordOf {
			r.report(errFieldOfNoRecord(at, f.Name, t))
			continue
		}
		field := t.Record.Field(f.Name)
		switch {
		case field == nil:
			r.report(ErrUnknownField(at, f.Name, t.Record))
		case field.Type != nil && !field.Type.IsScalar():
			r.report(errFieldNotScalar(at, field))
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
				r.report(errNoFieldHere(t.SpanOf("{"+fields[0].Name+"}"), fields[0].Name))
			}
		}
	}
}
