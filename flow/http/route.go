package http

import (
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/setting"
)

// route is a method and a path with the fields in it.
type route struct {
	method  string
	path    string         // "/sensors/{sensor}"
	pattern string         // of net/http: "POST /sensors/{f0}"
	fields  []record.Field // f0, f1, …
}

var methods = []string{nethttp.MethodGet, nethttp.MethodPost, nethttp.MethodPut, nethttp.MethodPatch, nethttp.MethodDelete}

// parseRoute reads the path of a listener. Field names are no identifiers, so
// net/http gets numbers instead.
func parseRoute(method, text string, fields []record.Field) (route, error) {
	r := route{method: method, path: text}
	if r.method == "" {
		r.method = nethttp.MethodPost
	}
	if r.path == "" {
		r.path = "/"
	}
	if !slices.Contains(methods, r.method) {
		return r, fmt.Errorf("method: %q is none of %s", method, strings.Join(methods, ", "))
	}
	if err := checkPath(r.path); err != nil {
		return r, err
	}
	segments := strings.Split(r.path, "/")
	for i, segment := range segments {
		pattern, err := r.segment(segment, fields)
		if err != nil {
			return r, err
		}
		segments[i] = pattern
	}
	r.pattern = r.method + " " + strings.Join(segments, "/")
	if strings.HasSuffix(r.path, "/") {
		r.pattern += "{$}" // or it would stand for all that begins so
	}
	return r, nil
}

func checkPath(text string) error {
	switch setting.Route(text) {
	case setting.RouteStart:
		return fmt.Errorf("path: %q does not start with /", text)
	case setting.RouteQuery:
		return fmt.Errorf("path: %q holds ? or #; query parameters fill the fields of their names by themselves", text)
	case setting.RouteSpace:
		return fmt.Errorf("path: %q holds a space; write %%20", text)
	case setting.RouteSegment:
		return fmt.Errorf("path: %q holds \".\", \"..\" or an empty segment", text)
	}
	return nil
}

// segment returns one segment of a path as net/http writes it.
func (r *route) segment(text string, fields []record.Field) (string, error) {
	if !strings.ContainsAny(text, "{}") {
		return text, nil
	}
	name, ok := strings.CutPrefix(text, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !ok || !closed || strings.ContainsAny(name, "{}") {
		return "", fmt.Errorf("path: in %q a {field} must be all that stands between two slashes", r.path)
	}
	named := func(f record.Field) bool { return f.Name == name }
	i := slices.IndexFunc(fields, named)
	if i < 0 {
		return "", fmt.Errorf("path: %q names a {field} that text cannot fill", r.path)
	}
	if slices.ContainsFunc(r.fields, named) {
		return "", fmt.Errorf("path: %q names a {field} twice", r.path)
	}
	r.fields = append(r.fields, fields[i])
	return "{" + pathValue(len(r.fields)-1) + "}", nil
}

// pathValue is net/http's name of field i of a path.
func pathValue(i int) string { return fmt.Sprintf("f%d", i) }
