package flow

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// TLS reads the PEM files of a connection; nil where it names none.
func (s *Setup) TLS(place string, files TLSFiles) *tls.Config {
	if files == (TLSFiles{}) {
		return nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca := s.pemFile(place, "tls.ca", files.CA); ca != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(ca) {
			s.Errorf(place, "tls.ca: no certificate in the file")
		}
	}
	if (files.Cert == "") != (files.Key == "") {
		s.Errorf(place, "tls: cert and key belong together")
		return config
	}
	cert, key := s.pemFile(place, "tls.cert", files.Cert), s.pemFile(place, "tls.key", files.Key)
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
// it cannot be read, which is noted.
func (s *Setup) pemFile(place, option, raw string) []byte {
	path := s.String(place, option, raw)
	if path == "" {
		return nil
	}
	content, err := readLocal(path)
	if err != nil {
		s.Errorf(place, "%s: %w", option, err)
		return nil
	}
	return content
}

var errOutside = errors.New("a relative path cannot leave the working directory; write an absolute one")

// maxFile is the size of a file that a setting names, in bytes. What is longer
// is another file than was meant.
const maxFile = 1 << 20

// readLocal reads a file that a setting names.
func readLocal(path string) ([]byte, error) {
	if !filepath.IsAbs(path) && !filepath.IsLocal(path) {
		return nil, errOutside
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(content) > maxFile {
		return nil, fmt.Errorf("%s holds more than 1MiB", path)
	}
	return content, err
}
