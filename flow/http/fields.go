package http

import (
	"bytes"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/url"

	"github.com/flowc-dev/flowc/flow/record"
)

// merge puts the fields of path and query into a body. What cannot be filled by
// text stays as it is: a list, a bare string.
func (l *Listener[T]) merge(r *nethttp.Request, body []byte) ([]byte, error) {
	if len(l.inPath)+len(l.inQuery) == 0 {
		return body, nil
	}
	texts := make([]record.TextField, 0, len(l.inPath))
	for i, f := range l.inPath {
		texts = append(texts, record.TextField{Field: f, Text: r.PathValue(pathValue(i))})
	}
	texts, err := addQuery(texts, r.URL.RawQuery, l.inQuery)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	return record.MergeFields(body, texts)
}

// addQuery adds the fields that a query fills; other parameters are ignored.
func addQuery(texts []record.TextField, query string, fields []record.Field) ([]record.TextField, error) {
	if query == "" {
		return texts, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the query of the URL is malformed")
	}
	for _, f := range fields {
		switch given := values[f.Name]; len(given) {
		case 0:
		case 1:
			texts = append(texts, record.TextField{Field: f, Text: given[0]})
		default:
			return nil, record.FieldError(f.Name, fmt.Errorf("stands in the query %d times", len(given)))
		}
	}
	return texts, nil
}
