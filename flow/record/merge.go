package record

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// TextField is the value of a record's field that came as text: from the path
// or the query of a URL, from a level of an MQTT topic.
type TextField struct {
	Field Field
	Text  string
}

// MergeFields returns the JSON object body with these fields put in; a field of
// the same name that stands in body gives way. An empty body is an empty
// object.
func MergeFields(body []byte, fields []TextField) ([]byte, error) {
	if len(fields) == 0 {
		return body, nil
	}
	var out bytes.Buffer
	e := jsontext.NewEncoder(&out)
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return nil, err
	}
	for _, f := range fields {
		if err := writeTextField(e, f); err != nil {
			return nil, err
		}
	}
	if len(bytes.TrimSpace(body)) > 0 {
		if err := copyOthers(e, body, fields); err != nil {
			return nil, err
		}
	}
	if err := e.WriteToken(jsontext.EndObject); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeTextField(e *jsontext.Encoder, f TextField) error {
	if err := EncodeString(f.Field.Name, e); err != nil {
		return err
	}
	switch f.Field.Type {
	case FieldBool, FieldInt, FieldFloat:
		if err := e.WriteValue(jsontext.Value(f.Text)); err != nil {
			return FieldError(f.Field.Name, fmt.Errorf("%q is not a number or a bool", f.Text))
		}
		return nil
	default:
		return FieldError(f.Field.Name, EncodeString(f.Text, e))
	}
}

// copyOthers copies the members of an object but those named in fields.
func copyOthers(e *jsontext.Encoder, body []byte, fields []TextField) error {
	d := jsontext.NewDecoder(bytes.NewBuffer(body))
	err := ReadObject(d, func(name []byte) (bool, error) {
		for _, f := range fields {
			if f.Field.Name == string(name) {
				return false, nil
			}
		}
		if err := EncodeString(string(name), e); err != nil {
			return true, err
		}
		raw, err := d.ReadValue()
		if err != nil {
			return true, err
		}
		return true, e.WriteValue(raw)
	})
	if err != nil {
		return err
	}
	return atEnd(d)
}
