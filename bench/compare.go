package main

import (
	"encoding/json"
	"reflect"
)

// sameRecord compares two lines by what they hold: some write the fields in
// another order.
func sameRecord(a, b []byte) (bool, error) {
	var x, y map[string]any
	if err := json.Unmarshal(a, &x); err != nil {
		return false, err
	}
	if err := json.Unmarshal(b, &y); err != nil {
		return false, err
	}
	return reflect.DeepEqual(x, y), nil
}
