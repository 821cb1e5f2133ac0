package driver

import (
	"crypto/tls"
	"crypto/x509"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

// TLS reads the PEM files of a connection; nil where it names none.
func TLS(s *flow.Setup, place string, files flow.TLSFiles) *tls.Config {
	if files == (flow.TLSFiles{}) {
		return nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca := pemFile(s, place, "tls.ca", files.CA); ca != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(ca) {
			s.Errorf(place, "tls.ca: no certificate in the file")
		}
	}
	if (files.Cert == "") != (files.Key == "") {
		s.Errorf(place, "tls: cert and key belong together")
		return config
	}
	cert, key := pemFile(s, place, "tls.cert", files.Cert), pemFile(s, place, "tls.key", files.Key)
	if cert == nil || key == nil {
		return config
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		s.Errorf(place, "tls: cert and key cannot be used: %w", err)
		return config
	}
	config.Certificates = []tls.Certificate{pair}
	return config
}

// pemFile reads a file that a setting names; nil where there is none, or where
// it cannot be read, or the setting is empty, which is noted.
func pemFile(s *flow.Setup, place, option, raw string) []byte {
	path := s.NonEmpty(place, option, raw)
	if path == "" {
		return nil
	}
	content, err := run.ReadLocal(path)
	if err != nil {
		s.Errorf(place, "%s: %w", option, err)
		return nil
	}
	return content
}
