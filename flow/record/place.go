package record

import (
	"fmt"
	"slices"
	"strings"
)

// placeError is an error of a value that says where in it. The places are
// gathered and made a text once: an error of a value that is nested ten thousand
// levels deep would otherwise be written anew on each of them.
type placeError struct {
	places []string // "item 3", "field \"parts\"", "record Order": from the inside
	err    error
}

// shownPlaces is how many of the places at either end an error shows.
const shownPlaces = 8

// Error shows the places from the outside, and the error.
func (e *placeError) Error() string {
	places := e.places
	if len(places) > 2*shownPlaces {
		places = slices.Concat(places[:shownPlaces], []string{"…"}, places[len(places)-shownPlaces:])
	}
	var b strings.Builder
	for _, place := range slices.Backward(places) {
		b.WriteString(place + ": ")
	}
	return b.String() + e.err.Error()
}

// Unwrap returns the error.
func (e *placeError) Unwrap() error { return e.err }

// inPlace says where an error happened.
func inPlace(place string, err error) error {
	if e, ok := err.(*placeError); ok { // not errors.As: what wraps it would be lost
		e.places = append(e.places, place)
		return e
	}
	return &placeError{[]string{place}, err}
}

// FieldError says in which field of a record reading failed.
func FieldError(field string, err error) error {
	if err == nil {
		return nil
	}
	return inPlace(fmt.Sprintf("field %q", field), err)
}

// InRecord says in which record reading failed.
func InRecord(record string, err error) error {
	if err == nil {
		return nil
	}
	return inPlace("record "+record, err)
}
