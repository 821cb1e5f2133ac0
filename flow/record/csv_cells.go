package record

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Functions that generated CSV codecs are made of.

var errEmptyCell = errors.New("the cell is empty, but a value is required (declare the field with ? if it may be missing)")

// AppendBoolCell appends true or false.
func AppendBoolCell(row []byte, v bool) ([]byte, error) { return strconv.AppendBool(row, v), nil }

// ParseBoolCell reads a bool: true or false in either case, and 1 or 0.
func ParseBoolCell(v *bool, cell CSVCell) (err error) {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	if *v, err = strconv.ParseBool(string(cell.Text)); err != nil {
		return fmt.Errorf("%q is neither true nor false", brief(string(cell.Text)))
	}
	return nil
}

// AppendIntCell appends a whole number.
func AppendIntCell[T ~int | ~int32 | ~int64](row []byte, v T) ([]byte, error) {
	return strconv.AppendInt(row, int64(v), 10), nil
}

// ParseIntCell reads a whole number that fits T.
func ParseIntCell[T ~int | ~int32 | ~int64](v *T, cell CSVCell) (err error) {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	*v, err = parseInt[T](string(cell.Text))
	return err
}

// AppendUintCell appends a whole number.
func AppendUintCell[T ~uint32 | ~uint64](row []byte, v T) ([]byte, error) {
	return strconv.AppendUint(row, uint64(v), 10), nil
}

// ParseUintCell reads a whole number that fits T.
func ParseUintCell[T ~uint32 | ~uint64](v *T, cell CSVCell) (err error) {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	*v, err = parseUint[T](string(cell.Text))
	return err
}

// AppendFloatCell appends a number as JSON has it: the shortest that reads back
// as v, with an exponent where it is very large or very small. NaN and the
// infinities are errors, as they are in JSON.
func AppendFloatCell[T ~float32 | ~float64](row []byte, v T) ([]byte, error) {
	f := float64(v)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return row, fail.Permanent(fmt.Errorf("CSV cannot hold the number %v", f))
	}
	if size := T(math.Abs(f)); size == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(row, f, 'f', -1, floatBits[T]()), nil
	}
	row = strconv.AppendFloat(row, f, 'e', -1, floatBits[T]())
	if short, ok := bytes.CutSuffix(row[:len(row)-1], []byte("e-0")); ok { // e-09 is e-9
		row = append(short, 'e', '-', row[len(row)-1])
	}
	return row, nil
}

// ParseFloatCell reads a number.
func ParseFloatCell[T ~float32 | ~float64](v *T, cell CSVCell) error {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	f, err := parseFloat[T](string(cell.Text))
	if err == nil && (math.IsNaN(float64(f)) || math.IsInf(float64(f), 0)) {
		err = fmt.Errorf("%s is no number that a record holds", brief(string(cell.Text)))
	}
	*v = f
	return err
}

// AppendStringCell appends a string, in quotes where it needs them.
func AppendStringCell(row []byte, v string) ([]byte, error) {
	if !utf8.ValidString(v) {
		return row, fail.Permanent(errNotUTF8)
	}
	start := len(row)
	return quoteCell(append(row, v...), start), nil
}

// quoteCell puts the cell that starts there into quotes, where encoding/csv
// would do so.
func quoteCell(row []byte, start int) []byte {
	from := len(row)
	if !needsQuotes(row[start:]) {
		return row
	}
	row = append(row, make([]byte, bytes.Count(row[start:], quote)+2)...)
	to := len(row) - 1
	for row[to] = '"'; from > start; { // from the end, so that nothing is overwritten
		from, to = from-1, to-1
		row[to] = row[from]
		if row[from] == '"' {
			to--
			row[to] = '"'
		}
	}
	row[start] = '"'
	return row
}

// needsQuotes reports whether other programs would take the cell for something
// else: spaces at its start are dropped by some, and \. ends the text to
// PostgreSQL.
func needsQuotes(cell []byte) bool {
	if bytes.ContainsAny(cell, ",\"\r\n") || string(cell) == `\.` {
		return true
	}
	first, _ := utf8.DecodeRune(cell)
	return unicode.IsSpace(first)
}

// ParseStringCell reads a string; an empty cell is an empty one.
func ParseStringCell(v *string, cell CSVCell) error {
	if err := validText(cell.Text); err != nil {
		return err
	}
	*v = string(cell.Text)
	return nil
}

// AppendBytesCell appends bytes as base64.
func AppendBytesCell(row []byte, v []byte) ([]byte, error) {
	return base64.StdEncoding.AppendEncode(row, v), nil
}

// ParseBytesCell reads base64; an empty cell is no bytes.
func ParseBytesCell(v *[]byte, cell CSVCell) (err error) {
	*v, err = base64.StdEncoding.AppendDecode([]byte{}, cell.Text)
	return err
}

// AppendTimeCell appends a time as RFC 3339.
func AppendTimeCell(row []byte, v time.Time) ([]byte, error) {
	v = inMinutes(v)
	if err := checkYear(v); err != nil {
		return row, err
	}
	return v.AppendFormat(row, time.RFC3339Nano), nil
}

// ParseTimeCell reads RFC 3339.
func ParseTimeCell(v *time.Time, cell CSVCell) (err error) {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	text := string(cell.Text)
	*v, err = parseTime(text)
	return inBrief(text, err)
}

// AppendUnixCell appends a time as seconds since 1970, with all of its
// decimals.
func AppendUnixCell(row []byte, v time.Time) ([]byte, error) {
	if err := checkYear(v.UTC()); err != nil {
		return row, err
	}
	return appendUnix(row, v), nil
}

// ParseUnixCell reads seconds since 1970.
func ParseUnixCell(v *time.Time, cell CSVCell) error { return parseEpochCell(v, cell, time.Second) }

// AppendUnixMilliCell appends a time as milliseconds since 1970.
func AppendUnixMilliCell(row []byte, v time.Time) ([]byte, error) {
	if err := checkYear(v.UTC()); err != nil {
		return row, err
	}
	return strconv.AppendInt(row, v.UnixMilli(), 10), nil
}

// ParseUnixMilliCell reads milliseconds since 1970.
func ParseUnixMilliCell(v *time.Time, cell CSVCell) error {
	return parseEpochCell(v, cell, time.Millisecond)
}

func parseEpochCell(v *time.Time, cell CSVCell, unit time.Duration) (err error) {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	*v, err = parseEpoch(string(cell.Text), unit)
	return err
}

// AppendDurationCell appends a duration as "1.5s".
func AppendDurationCell(row []byte, v time.Duration) ([]byte, error) {
	return append(row, v.String()...), nil
}

// ParseDurationCell reads a duration such as "1.5s".
func ParseDurationCell(v *time.Duration, cell CSVCell) (err error) {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	text := string(cell.Text)
	*v, err = time.ParseDuration(text)
	return inBrief(text, err)
}

// AppendTextCell appends a value of a Go type by its text.
func AppendTextCell[T encoding.TextMarshaler](row []byte, v T) ([]byte, error) {
	text, err := v.MarshalText()
	if err != nil {
		return row, fail.Permanent(err)
	}
	return AppendStringCell(row, string(text))
}

// ParseTextCell reads a value of a Go type from its text.
func ParseTextCell[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](v *T, cell CSVCell) error {
	if err := validText(cell.Text); err != nil {
		return err
	}
	if err := P(v).UnmarshalText(bytes.Clone(cell.Text)); err != nil {
		return inBrief(string(cell.Text), err)
	}
	return nil
}

// AppendJSONCell appends a nested value as JSON.
func AppendJSONCell[T any](row []byte, v T, encode func(T, *jsontext.Encoder) error) ([]byte, error) {
	text, err := Codec[T]{Encode: encode}.Marshal(v)
	if err != nil {
		return row, err
	}
	start := len(row)
	return quoteCell(append(row, text...), start), nil
}

// ParseJSONCell reads a nested value from JSON.
func ParseJSONCell[T any](v *T, cell CSVCell, decode func(*T, *jsontext.Decoder) error) error {
	if len(cell.Text) == 0 {
		return errEmptyCell
	}
	return Codec[T]{Decode: decode}.Unmarshal(cell.Text, v)
}

// AppendOptionalCell appends a value that may be missing: nothing where it is,
// and quotes where it is there and its text is empty.
func AppendOptionalCell[T any](row []byte, v *T, cell func([]byte, T) ([]byte, error)) ([]byte, error) {
	if v == nil {
		return row, nil
	}
	start := len(row)
	row, err := cell(row, *v)
	if err == nil && len(row) == start {
		row = append(row, `""`...)
	}
	return row, err
}

// ParseOptionalCell reads a value that may be missing. An empty cell is a
// missing one, unless it stands in quotes and its type has a value with an
// empty text.
func ParseOptionalCell[T any](v **T, cell CSVCell, parse func(*T, CSVCell) error) error {
	*v = nil
	if len(cell.Text) == 0 && !cell.Quoted {
		return nil
	}
	value := new(T)
	err := parse(value, cell)
	if errors.Is(err, errEmptyCell) {
		return nil
	}
	if err == nil {
		*v = value
	}
	return err
}
