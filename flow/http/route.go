package http

import (
	"cmp"
	"errors"
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow/driver"
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
func parseRoute(method string, path *driver.Template, fields []record.Field) (route, error) {
	r := route{method: cmp.Or(method, nethttp.MethodPost)}
	if !slices.Contains(methods, r.method) {
		return r, fmt.Errorf("method: %q is none of %s", method, strings.Join(methods, ", "))
	}
	names := path.Fields()
	r.path = fill(path, func(i int) string { return "{" + names[i] + "}" })
	if fixed := fill(path, func(int) string { return "" }); strings.ContainsAny(fixed, "{}") {
		return r, errors.New("path: a brace can stand in it only as {field}")
	}
	if err := checkPath(r.path); err != nil {
		return r, err
	}
	r.pattern = r.method + " " + fill(path, pathField)
	if strings.HasSuffix(r.path, "/") {
		r.pattern += "{$}" // or it would stand for all that begins so
	}
	return r, r.bind(names, strings.Split(fill(path, pathField), "/"), fields)
}

// fill returns a path with a text in place of each field.
func fill(path *driver.Template, text func(i int) string) string {
	values := path.Fields()
	for i := range values {
		values[i] = text(i)
	}
	filled, _ := path.Fill(values...) // Verbatim takes all
	return filled
}

func checkPath(text string) error {
	switch problem := setting.Route(text); {
	case text == "":
		return errors.New("path: the setting is empty")
	case problem == setting.RouteStart:
		return fmt.Errorf("path: %q does not start with /", text)
	case problem == setting.RouteQuery:
		return fmt.Errorf("path: %q holds ? or #; query parameters fill the fields of their names by themselves", text)
	case problem == setting.RouteSpace:
		return fmt.Errorf("path: %q holds a space; write %%20", text)
	case problem == setting.RouteSegment:
		return fmt.Errorf("path: %q holds \".\", \"..\" or an empty segment", text)
	}
	return nil
}

// bind finds the fields of the path. Each is all of a segment.
func (r *route) bind(names, segments []string, fields []record.Field) error {
	for i, name := range names {
		named := func(f record.Field) bool { return f.Name == name }
		at := slices.IndexFunc(fields, named)
		switch {
		case !slices.Contains(segments, pathField(i)):
			return fmt.Errorf("path: in %q a {field} must be all that stands between two slashes", r.path)
		case at < 0:
			return fmt.Errorf("path: %q names a {field} that text cannot fill", r.path)
		case slices.ContainsFunc(r.fields, named):
			return fmt.Errorf("path: %q names a {field} twice", r.path)
		}
		r.fields = append(r.fields, fields[at])
	}
	return nil
}

// pathValue is net/http's name of field i of a path, pathField its place there.
func pathValue(i int) string { return fmt.Sprintf("f%d", i) }
func pathField(i int) string { return "{" + pathValue(i) + "}" }
