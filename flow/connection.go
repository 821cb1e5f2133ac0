package flow

// ConnectionOptions describe a connection as the spec has it: one place for an
// address, TLS and secrets. All may hold ${NAME}.
type ConnectionOptions struct {
	Name     string // "broker"
	URL      string
	Username string
	Password string
	Token    string
	TLS      TLSFiles
	Headers  []Header
}

// TLSFiles name PEM files. Without CA the system's authorities are trusted;
// Cert and Key identify this side.
type TLSFiles struct {
	CA   string
	Cert string
	Key  string
}

// Header is a name and a value: of an HTTP header or a query.
type Header struct {
	Name  string
	Value string
}
