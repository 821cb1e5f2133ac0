package setting

import (
	"net/url"
	"strings"
)

// Transport is how a broker of MQTT is talked to.
type Transport struct {
	Scheme string // one of the synonyms
	Port   string // where the URL names none
	TLS    bool
}

// transports are the transports by their scheme in a URL.
var transports = map[string]Transport{
	"mqtt": {"mqtt", "1883", false}, "tcp": {"mqtt", "1883", false},
	"mqtts": {"mqtts", "8883", true}, "ssl": {"mqtts", "8883", true}, "tls": {"mqtts", "8883", true},
	"ws": {"ws", "80", false}, "wss": {"wss", "443", true},
}

// Embedded is the URL of a broker inside the process, which Broker does not
// read.
const Embedded = "mqtt:embedded"

// Broker reads the URL of a broker of MQTT. Only those of web sockets have a
// path: a topic stands in the stage.
func Broker(text string) (*url.URL, Transport, URLProblem) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, Transport{}, URLForm
	}
	t, known := transports[u.Scheme]
	switch {
	case !known:
		return u, t, URLScheme
	case u.Hostname() == "":
		return u, t, URLHost
	case t.Scheme[0] == 'm' && strings.Trim(u.Path, "/") != "":
		return u, t, URLPath
	}
	return u, t, URLFine
}
