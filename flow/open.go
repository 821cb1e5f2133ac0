package flow

import (
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow/internal/run"
	"github.com/flowc-dev/flowc/internal/setting"
)

// OpenStore opens a store with the driver of its URL's scheme. Flows of one
// process share it.
func OpenStore[T any](s *Setup, o StoreOptions[T], drivers map[string]Driver[T]) Store[T] {
	place := "store." + o.Name
	return run.Share(s.core, place, func() Store[T] {
		url := s.URL(place, "url", o.URL)
		if url == "" {
			return nil // which is noted already
		}
		open, ok := drivers[setting.Scheme(url)]
		if !ok {
			s.Errorf(place, "url: its scheme is not compiled in; this program has %s (add others to drivers in flow.toml)", keysOf(drivers))
			return nil
		}
		return open(s, o, url)
	})
}

// keysOf lists the keys of a map for people.
func keysOf[V any](m map[string]V) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}
