package flow

import (
	"strings"
	"testing"
)

func TestSharedStoreThatCannotBeOpened(t *testing.T) {
	s := setupWith(map[string]string{"REDIS": "redis:x", "PATH": "data/x.db", "EMPTY": ""})
	for range 2 { // two flows
		if st := OpenStore(s, StoreOptions[int]{Name: "a", URL: "${NONE}"}, map[string]Driver[int]{}); st != nil {
			t.Error("a store without a URL")
		}
	}
	for _, name := range []string{"REDIS", "PATH", "EMPTY"} {
		OpenStore(s, StoreOptions[int]{Name: strings.ToLower(name), URL: "${" + name + "}"}, map[string]Driver[int]{"sqlite": nil, "jsonl": nil})
	}
	equal(t, "errors", s.wrongs(), `store.a: url: environment variable NONE is not set
store.redis: url: its scheme is not compiled in; this program has jsonl, sqlite (add others to drivers in flow.toml)
store.path: url: its scheme is not compiled in; this program has jsonl, sqlite (add others to drivers in flow.toml)
store.empty: url: the setting is empty`)
}

// The environment chooses a scheme, in whatever case, among those compiled in.
func TestEnvironmentChoosesTheScheme(t *testing.T) {
	var opened []string
	driver := func(_ *Setup, _ StoreOptions[int], url string) Store[int] {
		opened = append(opened, url)
		return nil
	}
	drivers := map[string]Driver[int]{"sqlite": driver, "jsonl": driver}
	s := setupWith(map[string]string{"A": "JSONL:data/a.jsonl", "B": "data/b.db"})
	OpenStore(s, StoreOptions[int]{Name: "a", URL: "${A:-sqlite:data/a.db}"}, drivers)
	OpenStore(s, StoreOptions[int]{Name: "b", URL: "sqlite:${B}"}, drivers)
	OpenStore(s, StoreOptions[int]{Name: "c", URL: "${C:-sqlite:data/c.db}"}, drivers)
	equal(t, "opened", strings.Join(opened, " "), "JSONL:data/a.jsonl sqlite:data/b.db sqlite:data/c.db")
	equal(t, "errors", s.wrongs(), "")
}
