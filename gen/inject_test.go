package gen_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/internal/campaign"
)

// payloads aim at the places where a text of the spec reaches Go: literals of
// both kinds, comments, directives. PWNED is a call of theirs.
var payloads = []string{
	"\"+PWNED()+\"", "`+PWNED()+`", "\\\"+PWNED()+\\\"", "*/ PWNED() /*", "\nPWNED()\n", "\rPWNED()\r", "\u2028PWNED()\u2029", "\u0085PWNED()",
	"//go:embed PWNED", "//line PWNED:1", "\n//go:generate PWNED\n", "+build PWNED", "{{PWNED}}", "{{{{PWNED}}", "$$PWNED", "${PWNED}", "${PWNED:-\"+PWNED()+\"}",
	"%sPWNED%d", "\x00PWNED", "\\x00PWNED", "\tPWNED\\", "'PWNED'", "\ufeffPWNED", "\u202ePWNED\u202d", "PWNED \\u0022 \\042",
}

// positions are specs with one text of every sort in turn: TEXT is a TOML string
// of the payload, everything else is sound.
var positions = func() []string {
	const spec = `flowc   = 1
service = "t"
[record.R]
a = "string"
%s = "int?"
[connection.c]
url = %s
headers = { A = %s, %s = "x" }
[connection.broker]
url = "mqtt:embedded"
username = %s
password = %s
[store.s]
record = "R"
url = %s
table = %s
[stage.go]
doc = %s
out = "R"
[stage.load]
kind = "store.load"
store = "s"
where = { a = %s }
[stage.read]
kind = "file.read"
path = %s
out = "R"
[stage.listen]
kind = "http.listen"
listen = ":8080"
path = %s
token = %s
out = "R"
[stage.post]
kind = "http.post"
url = %s
headers = { A = %s }
query = { a = %s, %s = "x" }
body = %s
[stage.put]
kind = "http.put"
connection = "c"
url = "/x"
body = { a = %s, %s = [1, { b = %s }] }
[stage.sub]
kind = "mqtt.subscribe"
connection = "broker"
topic = %s
out = "R"
[stage.pub]
kind = "mqtt.publish"
connection = "broker"
topic = %s
[pipeline.a]
every = "1s"
stages = ["go", "store.s", "post", "put", "pub"]
[pipeline.b]
once = true
stages = ["load", "post"]
[pipeline.c]
stages = ["listen", "post"]
[pipeline.d]
stages = ["read", "post"]
[pipeline.e]
stages = ["sub", "post"]
`
	sound := []string{`"b"`, `"http://127.0.0.1/"`, `"x"`, `"B"`, `"u"`, `"p"`, `"sqlite:data/s.db"`, `"s"`, `"d"`, `"w"`, `"in.jsonl"`, `"/l"`, `"k"`, `"http://127.0.0.1/p"`, `"x"`, `"q"`, `"r"`, `"t"`, `"b"`, `"c"`, `"d"`, `"t/u"`, `"t/u"`}
	var list []string
	for i := range sound {
		texts := make([]any, len(sound))
		for k, text := range sound {
			if texts[k] = text; k == i {
				texts[k] = "TEXT"
			}
		}
		list = append(list, fmt.Sprintf(spec, texts...))
	}
	return list
}()

// TestInjection puts each payload into each position, or into some of them where
// a person waits: flowc refuses it, or it comes out as an inert literal or a
// comment.
func TestInjection(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/t\n"))
	came, all := 0, 0
	for i, spec := range positions {
		for k, payload := range payloads {
			if (i+k)%campaign.Size(6, 1) != 0 {
				continue
			}
			all++
			if inject(t, dir, spec, payload) {
				came++
				continue
			}
			t.Logf("position %d refuses %q", i, payload)
		}
	}
	if came < all/3 {
		t.Errorf("of %d texts only %d came into Go: the test is in front of a closed door", all, came)
	}
}

// FuzzInjection looks for a payload that nobody thought of.
func FuzzInjection(f *testing.F) {
	for i, payload := range payloads {
		f.Add(i, payload)
	}
	f.Fuzz(func(t *testing.T, position int, payload string) {
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/t\n"))
		inject(t, dir, positions[uint(position)%uint(len(positions))], payload+"PWNED"+payload)
	})
}

// inject generates a spec with a payload and reports whether flowc took it. In
// the Go of a spec that it took, PWNED is no word outside of literals and
// comments, but for the name of the field that a quoted key gives.
func inject(t *testing.T, dir, spec, payload string) (taken bool) {
	t.Helper()
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte(strings.ReplaceAll(spec, "TEXT", tomlString(payload))))
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		return false
	}
	files, err := gen.Generate(s.Graph, s.Import, gen.Functions{})
	if err != nil {
		t.Fatalf("%q in\n%s\n%v", payload, spec, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Path, ".go") {
			checkInert(t, file, payload)
		}
	}
	return true
}

// tomlString is a text as a TOML string that holds any character.
func tomlString(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '"' || r == '\\' || r < ' ' || r == 0x7f || r > '~' {
			fmt.Fprintf(&b, "\\U%08X", r)
			continue
		}
		b.WriteRune(r)
	}
	return `"` + b.String() + `"`
}

// fieldName is what a key makes of a payload: a field of a record, which stands
// behind a dot or in front of its type.
var fieldName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)

func checkInert(t *testing.T, file gen.File, payload string) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file.Path, file.Content, parser.ParseComments)
	if err != nil {
		t.Fatalf("%q: %v\n%s", payload, err, file.Content)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && strings.Contains(id.Name, "PWNED") {
				t.Errorf("%q is called in %s\n%s", payload, file.Path, file.Content)
			}
		case *ast.ImportSpec:
			if strings.Contains(n.Path.Value, "PWNED") {
				t.Errorf("%q is imported in %s", payload, file.Path)
			}
		}
		return true
	})
	checkTokens(t, file, payload)
}

// checkTokens looks at each word: PWNED stands in literals, in comments that are
// no directives, and in names of fields.
func checkTokens(t *testing.T, file gen.File, payload string) {
	t.Helper()
	var s scanner.Scanner
	set := token.NewFileSet()
	s.Init(set.AddFile(file.Path, set.Base(), len(file.Content)), file.Content, nil, scanner.ScanComments)
	for {
		_, tok, text := s.Scan()
		if tok == token.EOF {
			return
		}
		switch {
		case !strings.Contains(text, "PWNED"):
		case tok == token.COMMENT && (strings.HasPrefix(text, "// ") || strings.HasPrefix(text, "//\t")):
		case tok == token.STRING && isQuoted(text):
		case tok == token.IDENT && fieldName.MatchString(text):
		default:
			t.Errorf("%q stands as %s %s in %s", payload, tok, text, file.Path)
		}
	}
}

func isQuoted(text string) bool {
	_, err := strconv.Unquote(text)
	return err == nil
}
