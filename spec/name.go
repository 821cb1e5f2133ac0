package spec

import (
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	namePattern   = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	recordPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	hostPattern   = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
)

// MaxNameLength is how long a name may be.
const MaxNameLength = 64

// reservedFlows are folder names that mean something to Go or to generated
// code.
var reservedFlows = []string{"main", "init", "internal", "vendor", "testdata", "flow", "records", "stages"}

func validName(name string) bool { return len(name) <= MaxNameLength && namePattern.MatchString(name) }
func validRecord(name string) bool {
	return len(name) <= MaxNameLength && recordPattern.MatchString(name)
}
func validHost(name string) bool { return len(name) <= MaxNameLength && hostPattern.MatchString(name) }

// devices are names that Windows keeps for itself: it makes no file of such a
// name, and Go takes it into no import path.
var devices = regexp.MustCompile(`^(con|prn|aux|nul|(com|lpt)[1-9])$`)

// ReservedFlow reports whether a flow cannot have this name. Its package has it
// without underscores.
func ReservedFlow(name string) bool {
	name = plainName(name)
	return token.IsKeyword(name) || slices.Contains(reservedFlows, name) || devices.MatchString(name)
}

// initialisms are written in capitals in Go names. The list is frozen in
// version 1 of the language: another entry would rename users' functions.
var initialisms = []string{
	"acl", "api", "ascii", "cpu", "css", "csv", "db", "dns", "eof", "guid", "html", "http", "https", "id", "ip", "json",
	"mqtt", "nats", "qps", "ram", "rpc", "sla", "smtp", "sql", "ssh", "tcp", "tls", "ttl", "udp", "ui", "uid", "uri",
	"url", "utf8", "uuid", "vm", "xml",
}

// GoName returns the exported Go name of a spec name: words in camel case,
// initialisms in capitals ("http_in" is HTTPIn). Any JSON name gives a valid
// Go name ("Generated number" is GeneratedNumber, "2nd" is X2nd).
func GoName(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		if slices.Contains(initialisms, strings.ToLower(word)) {
			b.WriteString(strings.ToUpper(word))
			continue
		}
		runes := []rune(word)
		runes[0] = unicode.ToUpper(runes[0])
		b.WriteString(string(runes))
	}
	goName := b.String()
	if first := []rune(goName + "_")[0]; !unicode.IsUpper(first) {
		return "X" + goName
	}
	return goName
}

// GoVar returns the unexported Go name of a spec name ("http_in" is httpIn).
func GoVar(name string) string {
	list := words(name)
	if len(list) == 0 {
		return "x"
	}
	rest := GoName(strings.Join(list[1:], "_"))
	if len(list) == 1 {
		rest = ""
	}
	return strings.ToLower(list[0]) + rest
}

// words splits a name at everything that is no letter or digit, and where a
// small letter meets a capital.
func words(name string) []string {
	var list []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			list = append(list, string(word))
			word = nil
		}
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && len(word) > 0 && unicode.IsLower(word[len(word)-1]) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return list
}

// snakeName returns a name as those of stages are written: "Tell-Ops" is
// tell_ops.
func snakeName(name string) string { return strings.ToLower(strings.Join(words(name), "_")) }

// FileName returns the name of a stage's file, without ".go": underscores are
// dropped, since "_windows.go" and "_test.go" mean something to Go, and put behind
// the name of a device.
func FileName(name string) string {
	name = plainName(name)
	if devices.MatchString(name) {
		return name + "_"
	}
	return name
}

func plainName(name string) string { return strings.ReplaceAll(name, "_", "") }

// ValidName reports whether a table of a kind can have a name.
func ValidName(kind, name string) bool {
	switch kind {
	case "record":
		return validRecord(name)
	case "flow":
		return validName(name) && !ReservedFlow(name)
	}
	return validName(name)
}
