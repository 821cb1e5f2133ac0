package spec

import "testing"

func TestGoName(t *testing.T) {
	for name, want := range map[string]string{
		"http_in":          "HTTPIn",
		"mqtt_in":          "MQTTIn",
		"core":             "Core",
		"user_id":          "UserID",
		"userId":           "UserID",
		"userID":           "UserID",
		"Generated number": "GeneratedNumber",
		"2nd":              "X2nd",
		"a1_2":             "A12",
		"größe":            "Größe",
		"über alles":       "ÜberAlles",
		"名前":               "X名前",
		"!!!":              "X",
		"_a":               "A",
		"a-b.c":            "ABC",
		"ids":              "Ids",
		"vm_b":             "VMB",
	} {
		if have := GoName(name); have != want {
			t.Errorf("GoName(%q) is %s, want %s", name, have, want)
		}
	}
}

func TestGoVar(t *testing.T) {
	for name, want := range map[string]string{
		"http_in": "httpIn", "core": "core", "user_id": "userID", "id": "id", "": "x",
	} {
		if have := GoVar(name); have != want {
			t.Errorf("GoVar(%q) is %s, want %s", name, have, want)
		}
	}
}

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"core": "core", "tell_ops": "tellops", "a_windows": "awindows", "nul": "nul_", "co_n": "con_", "com1": "com1_", "com0": "com0", "console": "console",
	} {
		if have := FileName(name); have != want {
			t.Errorf("FileName(%q) is %s, want %s", name, have, want)
		}
	}
	for _, name := range []string{"go_to", "goto", "ma_in", "st_ages", "lpt9", "c_o_n"} {
		if !ReservedFlow(name) {
			t.Errorf("a flow may be named %s", name)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "http_in": true, "a1": true, "a_1": true,
		"": false, "A": false, "_a": false, "a_": false, "a__b": false, "1a": false, "a-b": false, "a.b": false, "é": false, "a\n": false,
	} {
		if validName(name) != want {
			t.Errorf("validName(%q) is %v", name, !want)
		}
	}
	for name, want := range map[string]bool{"vm-b": true, "10.0.0.1": true, "a.example.org": true, "-a": false, "VM": false, "a b": false, "": false} {
		if validHost(name) != want {
			t.Errorf("validHost(%q) is %v", name, !want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"fetch", "tell_ops", "tell_floor", "http.get"}
	for name, want := range map[string]string{
		"fech": "fetch", "fecth": "fetch", "telops": "tell_ops", "htp.get": "http.get", "nowhere": "", "x": "", "": "",
	} {
		if have := nearest(name, known); have != want {
			t.Errorf("nearest(%q) is %q, want %q", name, have, want)
		}
	}
}
