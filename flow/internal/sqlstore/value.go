package sqlstore

import (
	"fmt"
	"math"
	"time"
	"unicode/utf8"
)

// argument returns a value as it is stored. What the database would store as
// something else is refused.
func (d *Dialect) argument(v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		v = v.UTC()
		if y := v.Year(); y < 0 || y > 9999 {
			return nil, fmt.Errorf("the year %d does not fit RFC 3339", y)
		}
		return d.Time(v), nil
	case uint64:
		return nil, fmt.Errorf("%s cannot hold %d: its whole numbers end at %d", d.Name, v, math.MaxInt64)
	case float64:
		if math.IsNaN(v) {
			return nil, fmt.Errorf("%s cannot hold NaN", d.Name)
		}
	case string:
		if !utf8.ValidString(v) {
			return nil, fmt.Errorf("the text is not valid UTF-8")
		}
	case []byte:
		if v == nil {
			return []byte{}, nil // nil would be NULL
		}
	}
	return v, nil
}
