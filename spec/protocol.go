package spec

// Protocol is what a connection speaks: the one row that checker, wiring,
// documentation and editors read. It stands in the file of its kinds.
type Protocol struct {
	Name string // "mqtt"
	// Package is the import path of the package whose NewConnection opens such a
	// connection; empty: not built.
	Package string
	// Embedded is the URL of a server inside of the process, Server what people
	// call a server, and Shared the URL of one that all hosts reach; all are empty
	// where there is none inside of a process.
	Embedded, Server, Shared string
}

// protocols finds what each connection speaks: what the kinds of its stages
// speak. Where two differ, the connection is that of neither, and nothing else
// of it is judged.
func (r *resolver) protocols() {
	mixed := map[*Connection]bool{}
	for _, s := range r.graph.Stages {
		switch c := s.Connection; {
		case c == nil:
		case c.Protocol == nil:
			c.Protocol, c.first = s.Kind.Connection, s
		case c.Protocol != s.Kind.Connection:
			mixed[c] = true
			r.report(errTwoProtocols(s, c.first))
		}
	}
	for _, s := range r.graph.Stages {
		if mixed[s.Connection] {
			s.Connection, s.flawed = nil, true
		}
	}
}

// isEmbedded reports whether the server of a connection runs inside of the
// process, by the default of its URL.
func (c *Connection) isEmbedded() bool {
	value, _ := DefaultOf(c.Options.Text("url"))
	return c.Protocol != nil && value != "" && value == c.Protocol.Embedded
}
