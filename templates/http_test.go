package templates

import "testing"

func TestURLProblem(t *testing.T) {
	for text, want := range map[string]string{
		"http://h/x":                             "",
		"http://u:p@h":                           "",
		"http://${U}:${P}@h":                     "",
		"http://u:${P:-a/b#c%zz@d}@h/x":          "",
		"${URL}":                                 "",
		"${URL:-ftp://h}":                        "must start with http:// or https://",
		"ftp://u:${P}@h":                         "must start with http:// or https://",
		"http://u:${P}@/x":                       "has no host",
		"http://u:%zz@h":                         "is malformed",
		"http://${H:-h}/x#${P:-y}":               "has a part behind #, which is never sent",
		"http://h/${P:-a@b}?q=${Q:-c@d}":         "",
		"http://h/{id}":                          "",
		"http://${FIRST:-u}${REST:-v}@${H:-h}/x": "",
	} {
		if have := urlProblem("", text); have != want {
			t.Errorf("urlProblem(%q) is %q, want %q", text, have, want)
		}
	}
	for text, want := range map[string]string{
		"http://u:${P:-a/b@c}@H:80/x": "http://h",
		"https://${U}@h:80":           "https://h:80",
		"http://${H}/x":               "",
	} {
		if have, _ := origin(text); have != want {
			t.Errorf("origin(%q) is %q, want %q", text, have, want)
		}
	}
}
