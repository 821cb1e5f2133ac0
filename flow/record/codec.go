package record

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// Codec reads and writes a T as JSON. Generated records bring their own; the
// functions of this file make those of all other types.
type Codec[T any] struct {
	Encode func(T, *jsontext.Encoder) error
	Decode func(*T, *jsontext.Decoder) error
}

// CodecOf returns the codec of a generated record.
func CodecOf[T interface {
	MarshalJSONTo(*jsontext.Encoder) error
}, P interface {
	*T
	UnmarshalJSONFrom(*jsontext.Decoder) error
}]() Codec[T] {
	return Codec[T]{
		Encode: func(v T, e *jsontext.Encoder) error { return v.MarshalJSONTo(e) },
		Decode: func(v *T, d *jsontext.Decoder) error { return P(v).UnmarshalJSONFrom(d) },
	}
}

// Marshal returns v as one JSON value without a line break.
func (c Codec[T]) Marshal(v T) ([]byte, error) {
	w := writers.Get().(*jsonWriter)
	defer writers.Put(w)
	w.buffer.Reset()
	w.Reset(&w.buffer, written)
	if err := c.Encode(v, &w.Encoder); err != nil {
		return nil, err
	}
	return bytes.Clone(bytes.TrimSuffix(w.buffer.Bytes(), []byte("\n"))), nil
}

// MarshalLines returns values as JSON, each on a line of its own, and where
// each line ends.
func (c Codec[T]) MarshalLines(list []T) (text []byte, ends []int, err error) {
	w := writers.Get().(*jsonWriter)
	defer writers.Put(w)
	w.buffer.Reset()
	w.Reset(&w.buffer, written)
	ends = make([]int, len(list))
	for i, v := range list {
		if err := c.Encode(v, &w.Encoder); err != nil {
			return nil, nil, err
		}
		ends[i] = w.buffer.Len() // the encoder ends each value with a line break
	}
	return bytes.Clone(w.buffer.Bytes()), ends, nil
}

// Unmarshal reads the one JSON value that data holds.
func (c Codec[T]) Unmarshal(data []byte, v *T) error {
	r := readers.Get().(*jsonReader)
	defer readers.Put(r)
	r.buffer = *bytes.NewBuffer(data) // which the decoder reads in place
	r.Reset(&r.buffer)
	if err := c.Decode(v, &r.Decoder); err != nil {
		return plain(err)
	}
	return atEnd(&r.Decoder)
}

// plain returns an error whose text can be shown to whoever sent the data. It
// names no library, and is not too long: a name that stands twice, for one, may
// be as long as the data.
func plain(err error) error {
	const longest = 10 * briefLength
	text := strings.ReplaceAll(err.Error(), "jsontext: ", "")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// jsonWriter and jsonReader are coders with their buffers. They are used again:
// what a coder needs to follow the structure of a value would otherwise be made
// anew for each record.
type (
	jsonWriter struct {
		jsontext.Encoder
		buffer bytes.Buffer
	}
	jsonReader struct {
		jsontext.Decoder
		buffer bytes.Buffer
	}
)

var (
	writers = sync.Pool{New: func() any { return new(jsonWriter) }}
	readers = sync.Pool{New: func() any { return new(jsonReader) }}
)

// written spares an encoder the search for repeated names: records have none by
// their type, maps none by theirs, and EncodeJSON looks for those of a json
// field.
var written = jsontext.AllowDuplicateNames(true)

// atEnd makes sure that nothing follows a JSON value.
func atEnd(d *jsontext.Decoder) error {
	if _, err := d.ReadToken(); err != io.EOF {
		return errors.New("more text after the JSON value")
	}
	return nil
}

// ListOf returns the codec of []T. A nil list is written as [].
func ListOf[T any](item Codec[T]) Codec[[]T] {
	return Codec[[]T]{
		Encode: func(v []T, e *jsontext.Encoder) error { return EncodeList(v, e, item.Encode) },
		Decode: func(v *[]T, d *jsontext.Decoder) error { return DecodeList(v, d, item.Decode) },
	}
}

// MapOf returns the codec of map[string]T. A nil map is written as {}; names
// are sorted.
func MapOf[T any](item Codec[T]) Codec[map[string]T] {
	return Codec[map[string]T]{
		Encode: func(v map[string]T, e *jsontext.Encoder) error { return EncodeMap(v, e, item.Encode) },
		Decode: func(v *map[string]T, d *jsontext.Decoder) error { return DecodeMap(v, d, item.Decode) },
	}
}

// Payload reads and writes a T as the body of an HTTP message or an MQTT
// payload.
type Payload[T any] struct {
	ContentType string
	Marshal     func(T) ([]byte, error)
	Unmarshal   func([]byte, *T) error
}

// JSON returns the payload of a type that travels as JSON: all but strings and
// bytes.
func JSON[T any](c Codec[T]) Payload[T] {
	return Payload[T]{ContentType: "application/json", Marshal: c.Marshal, Unmarshal: c.Unmarshal}
}

// Text returns the payload of a string, which travels bare.
func Text() Payload[string] {
	return Payload[string]{
		ContentType: "text/plain; charset=utf-8",
		Marshal:     func(v string) ([]byte, error) { return []byte(v), nil },
		Unmarshal:   unmarshalText,
	}
}

func unmarshalText(data []byte, v *string) error {
	if err := validText(data); err != nil {
		return err
	}
	*v = string(data)
	return nil
}

// Bytes returns the payload of bytes, which travel bare.
func Bytes() Payload[[]byte] {
	return Payload[[]byte]{
		ContentType: "application/octet-stream",
		Marshal:     func(v []byte) ([]byte, error) { return v, nil },
		Unmarshal: func(data []byte, v *[]byte) error {
			*v = bytes.Clone(data)
			return nil
		},
	}
}
