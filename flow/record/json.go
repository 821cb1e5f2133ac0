package record

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/internal/setting"
)

// Functions that generated codecs are made of. They take the value first, so
// that a record's MarshalJSONTo and UnmarshalJSONFrom fit beside them as method
// expressions.

var errNull = errors.New("null, but a value is required (declare the field with ? if it may be missing)")

// ReadObject reads a JSON object and calls field for each of its names; field
// reads the value, or returns false to have it passed over. The name is gone once
// the value is read.
func ReadObject(d *jsontext.Decoder, field func(name []byte) (known bool, err error)) error {
	if err := expect(d, '{', "an object"); err != nil {
		return err
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	var unquoted []byte
	for d.PeekKind() != '}' {
		quoted, err := d.ReadValue()
		if err != nil {
			return err
		}
		name, plain := unescaped(quoted)
		if !plain {
			if unquoted, err = jsontext.AppendUnquote(unquoted[:0], quoted); err != nil {
				return err
			}
			name = unquoted
		}
		known, err := field(name)
		if err != nil {
			return err
		}
		if !known {
			if err := d.SkipValue(); err != nil {
				return err
			}
		}
	}
	_, err := d.ReadToken()
	return err
}

// unescaped returns what stands between the quotes of a JSON string, and whether
// that is all that the string says: it is, where nothing is escaped.
func unescaped(quoted jsontext.Value) (text []byte, ok bool) {
	text = quoted[1 : len(quoted)-1]
	return text, bytes.IndexByte(text, '\\') < 0
}

// EncodeField writes a member of an object.
func EncodeField[T any](e *jsontext.Encoder, name string, v T, encode func(T, *jsontext.Encoder) error) error {
	if err := e.WriteToken(jsontext.String(name)); err != nil {
		return err
	}
	return FieldError(name, encode(v, e))
}

// Required reports the first required field that was not seen; names and seen
// go by position.
func Required(record string, names []string, seen []bool) error {
	for i, name := range names {
		if !seen[i] {
			return fmt.Errorf("record %s: field %q is missing", record, name)
		}
	}
	return nil
}

// expect checks that the next value is of a kind.
func expect(d *jsontext.Decoder, kind jsontext.Kind, what string) error {
	got := d.PeekKind()
	if got == kind {
		return nil
	}
	_, err := d.ReadToken() // which reports a syntax error: the first letter of "nothing" is no null yet
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	case got == 'n':
		return errNull
	}
	return fmt.Errorf("%s expected, not %s", what, kindName(got))
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 't', 'f':
		return "a bool"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	return k.String()
}

// EncodeBool writes a bool.
func EncodeBool(v bool, e *jsontext.Encoder) error { return e.WriteToken(jsontext.Bool(v)) }

// DecodeBool reads a bool.
func DecodeBool(v *bool, d *jsontext.Decoder) error {
	kind := d.PeekKind()
	if kind != 't' && kind != 'f' {
		return expect(d, 't', "a bool")
	}
	_, err := d.ReadToken()
	*v = kind == 't'
	return err
}

// EncodeString writes a string.
func EncodeString(v string, e *jsontext.Encoder) error { return e.WriteToken(jsontext.String(v)) }

// DecodeString reads a string.
func DecodeString(v *string, d *jsontext.Decoder) error {
	if err := expect(d, '"', "a string"); err != nil {
		return err
	}
	t, err := d.ReadToken()
	if err == nil {
		*v = t.String()
	}
	return err
}

// EncodeInt writes a whole number.
func EncodeInt[T ~int | ~int32 | ~int64](v T, e *jsontext.Encoder) error {
	return e.WriteToken(jsontext.Int(int64(v)))
}

// DecodeInt reads a whole number that fits T.
func DecodeInt[T ~int | ~int32 | ~int64](v *T, d *jsontext.Decoder) error {
	number, err := readNumber(d)
	if err == nil {
		*v, err = parseInt[T](string(number))
	}
	return err
}

func parseInt[T ~int | ~int32 | ~int64](text string) (T, error) {
	n, ok := setting.Int(text, 64)
	if !ok || int64(T(n)) != n {
		return 0, fmt.Errorf("%s is not a whole number that fits %T", brief(text), T(0))
	}
	return T(n), nil
}

// EncodeUint writes a whole number.
func EncodeUint[T ~uint32 | ~uint64](v T, e *jsontext.Encoder) error {
	return e.WriteToken(jsontext.Uint(uint64(v)))
}

// DecodeUint reads a whole number that fits T.
func DecodeUint[T ~uint32 | ~uint64](v *T, d *jsontext.Decoder) error {
	number, err := readNumber(d)
	if err == nil {
		*v, err = parseUint[T](string(number))
	}
	return err
}

func parseUint[T ~uint32 | ~uint64](text string) (T, error) {
	n, ok := setting.Uint(text, 64)
	if !ok || uint64(T(n)) != n {
		return 0, fmt.Errorf("%s is not a whole number that fits %T", brief(text), T(0))
	}
	return T(n), nil
}

// EncodeFloat writes a number. JSON has no NaN and no infinity.
func EncodeFloat[T ~float32 | ~float64](v T, e *jsontext.Encoder) error {
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		return fail.Permanent(fmt.Errorf("JSON cannot hold the number %v", f))
	}
	if floatBits[T]() == 32 {
		return e.WriteToken(jsontext.Float32(float32(v)))
	}
	return e.WriteToken(jsontext.Float(float64(v)))
}

// DecodeFloat reads a number.
func DecodeFloat[T ~float32 | ~float64](v *T, d *jsontext.Decoder) error {
	number, err := readNumber(d)
	if err == nil {
		*v, err = parseFloat[T](string(number))
	}
	return err
}

// parseFloat reads what is a number by its form, as that of JSON is.
func parseFloat[T ~float32 | ~float64](text string) (T, error) {
	f, err := strconv.ParseFloat(text, floatBits[T]())
	if err != nil {
		return 0, noFit[T](text)
	}
	return T(f), nil
}

func noFit[T ~float32 | ~float64](text string) error {
	return fmt.Errorf("%s does not fit %T", brief(text), T(0))
}

// floatBits returns the size of a float type, of one with a name too.
func floatBits[T ~float32 | ~float64]() int {
	if n := T(1 << 24); T(n+1) == n {
		return 32
	}
	return 64
}

// readNumber reads the digits of a number, which are gone with the next read.
func readNumber(d *jsontext.Decoder) (jsontext.Value, error) {
	if err := expect(d, '0', "a number"); err != nil {
		return nil, err
	}
	return d.ReadValue()
}

// EncodeBytes writes bytes as base64.
func EncodeBytes(v []byte, e *jsontext.Encoder) error { return EncodeString(BytesText(v), e) }

// DecodeBytes reads base64.
func DecodeBytes(v *[]byte, d *jsontext.Decoder) error {
	return decodeText(d, func(text string) (err error) {
		*v, err = base64.StdEncoding.DecodeString(text)
		return err
	})
}

// EncodeJSON writes a JSON value as it is. None, null and names that repeat
// within an object are errors: what was written could not be read back.
func EncodeJSON(v json.RawMessage, e *jsontext.Encoder) error {
	text := jsontext.Value(v)
	if len(text) == 0 || text.Kind() == 'n' {
		return fail.Permanent(errNull)
	}
	if !text.IsValid() {
		return fail.Permanent(errors.New("not valid JSON, or with a name that stands twice in an object"))
	}
	return e.WriteValue(text)
}

// DecodeJSON reads any JSON value but null.
func DecodeJSON(v *json.RawMessage, d *jsontext.Decoder) error {
	if d.PeekKind() == 'n' {
		return errNull
	}
	raw, err := d.ReadValue()
	*v = json.RawMessage(raw.Clone())
	return err
}

// EncodeText writes a value of a Go type by its text.
func EncodeText[T encoding.TextMarshaler](v T, e *jsontext.Encoder) error {
	text, err := v.MarshalText()
	if err != nil {
		return fail.Permanent(err)
	}
	return EncodeString(string(text), e)
}

// DecodeText reads a value of a Go type from its text.
func DecodeText[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](v *T, d *jsontext.Decoder) error {
	return decodeText(d, func(text string) error { return P(v).UnmarshalText([]byte(text)) })
}

func decodeText(d *jsontext.Decoder, parse func(string) error) error {
	var text string
	if err := DecodeString(&text, d); err != nil {
		return err
	}
	return inBrief(text, parse(text))
}

// readText reads a string, which is gone with the next read.
func readText(d *jsontext.Decoder) ([]byte, error) {
	if err := expect(d, '"', "a string"); err != nil {
		return nil, err
	}
	quoted, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	if text, plain := unescaped(quoted); plain {
		return text, nil
	}
	return jsontext.AppendUnquote(nil, quoted)
}

// inBrief shortens the error of a long text, which may hold all of that.
func inBrief(text string, err error) error {
	if err == nil || len(text) <= briefLength {
		return err
	}
	return fmt.Errorf("%q: %s", brief(text), brief(err.Error()))
}

// briefLength is how much of a text from outside an error shows, in bytes.
const briefLength = 100

// brief shortens a text for an error. It returns a copy: the text itself then
// stays where it is read, and costs no memory where nothing is wrong.
func brief(text string) string {
	if len(text) <= briefLength {
		return strings.Clone(text)
	}
	return strings.ToValidUTF8(text[:briefLength], "") + "…" // the cut may lie in a character
}

// EncodeOptional writes a value that may be missing: null where it is.
func EncodeOptional[T any](v *T, e *jsontext.Encoder, encode func(T, *jsontext.Encoder) error) error {
	if v == nil {
		return e.WriteToken(jsontext.Null)
	}
	return encode(*v, e)
}

// DecodeOptional reads a value that may be null.
func DecodeOptional[T any](v **T, d *jsontext.Decoder, decode func(*T, *jsontext.Decoder) error) error {
	if d.PeekKind() == 'n' {
		_, err := d.ReadToken()
		*v = nil
		return err
	}
	value := new(T)
	if err := decode(value, d); err != nil {
		return err
	}
	*v = value
	return nil
}

// EncodeList writes a list; a nil one as [].
func EncodeList[T any](v []T, e *jsontext.Encoder, encode func(T, *jsontext.Encoder) error) error {
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for _, item := range v {
		if err := encode(item, e); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndArray)
}

// DecodeList reads a list.
func DecodeList[T any](v *[]T, d *jsontext.Decoder, decode func(*T, *jsontext.Decoder) error) error {
	if err := expect(d, '[', "a list"); err != nil {
		return err
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	list := []T{}
	for d.PeekKind() != ']' {
		var item T
		if err := decode(&item, d); err != nil {
			return inPlace(fmt.Sprintf("item %d", len(list)), err)
		}
		list = append(list, item)
	}
	*v = list
	_, err := d.ReadToken()
	return err
}

// EncodeMap writes a map with its names sorted; a nil one as {}.
func EncodeMap[T any](v map[string]T, e *jsontext.Encoder, encode func(T, *jsontext.Encoder) error) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if err := EncodeString(name, e); err != nil {
			return err
		}
		if err := encode(v[name], e); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

// DecodeMap reads an object whose values are all of one type.
func DecodeMap[T any](v *map[string]T, d *jsontext.Decoder, decode func(*T, *jsontext.Decoder) error) error {
	m := map[string]T{}
	err := ReadObject(d, func(name []byte) (bool, error) {
		key := string(name)
		var item T
		if err := decode(&item, d); err != nil {
			return true, FieldError(brief(key), err)
		}
		m[key] = item
		return true, nil
	})
	*v = m
	return err
}

var errNotUTF8 = errors.New("text is not valid UTF-8")

func validText(data []byte) error {
	if !utf8.Valid(data) {
		return errNotUTF8
	}
	return nil
}
