package record

// Content makes what a sending built-in sends for a value. send is false where
// there is nothing to send: the field to be sent is missing.
type Content[T any] func(v T) (body []byte, contentType string, send bool, err error)

// Whole sends the value itself.
func Whole[T any](p Payload[T]) Content[T] {
	return func(v T) ([]byte, string, bool, error) {
		body, err := p.Marshal(v)
		return body, p.ContentType, true, err
	}
}

// OneField sends one field of the value; nothing where field returns nil.
func OneField[T, F any](p Payload[F], field func(T) *F) Content[T] {
	return func(v T) ([]byte, string, bool, error) {
		f := field(v)
		if f == nil {
			return nil, "", false, nil
		}
		body, err := p.Marshal(*f)
		return body, p.ContentType, true, err
	}
}
