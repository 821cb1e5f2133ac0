package flow

import (
	"log/slog"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Setup is what a flow is opened with: it resolves settings, gathers all that
// is wrong with them, and holds the parts to connect and the pipelines to run.
// Place is a stage, store, connection or pipeline ("store.reports"), option one
// of its keys, and raw the setting as the spec has it.
type Setup struct {
	core *run.Setup
}

// Core returns what this Setup stands on, for package driver.
func (s *Setup) Core() *run.Setup { return s.core }

// Service returns the name of the service.
func (s *Setup) Service() string { return s.core.Service() }

// Flow returns the name of the flow that is being opened.
func (s *Setup) Flow() string { return s.core.Flow() }

// Logger returns the logger of the flow, for what happens outside of a
// pipeline: a connection that was lost and is back.
func (s *Setup) Logger() *slog.Logger { return s.core.Logger() }

// Lookup returns an environment variable. Settings of the user's go through
// [Setup.String] and [Setup.URL] instead, which hide their values.
func (s *Setup) Lookup(name string) (string, bool) { return s.core.Lookup(name) }

// Secret notes a text that is shown as little as the values of settings are:
// one that a library reads from the environment by itself.
func (s *Setup) Secret(text string) { s.core.Secret(text) }

// Errorf notes that a setting is wrong. All of them are reported at once.
func (s *Setup) Errorf(place, format string, args ...any) { s.core.Errorf(place, format, args...) }

// String resolves a setting. What is missing is noted for place and option,
// and the result is empty.
func (s *Setup) String(place, option, raw string) string { return s.core.String(place, option, raw) }

// NonEmpty is String for a setting that cannot be empty: where a value of it
// is, that is noted too. The result is empty only where something was noted, or
// where raw is.
func (s *Setup) NonEmpty(place, option, raw string) string {
	return s.core.NonEmpty(place, option, raw)
}

// URL is NonEmpty for a URL: values in its user part are percent-encoded, so
// that a user name or a password may hold any character.
func (s *Setup) URL(place, option, raw string) string { return s.core.URL(place, option, raw) }

// Address is NonEmpty for an address to listen at, which is no secret: people
// need it. Where judge says that it is wrong, that is noted, and its values are
// not shown.
func (s *Setup) Address(place, option, raw string, judge func(text string) error) {
	s.core.Address(place, option, raw, judge)
}

// Duration resolves a setting that is a duration; 0 where the spec has none.
func (s *Setup) Duration(place, option, raw string) time.Duration {
	return s.core.Duration(place, option, raw)
}

// Size resolves a setting that is a size in bytes such as "64MiB"; 0 where the
// spec has none, or one that is wrong.
func (s *Setup) Size(place, option, raw string) int64 { return s.core.Size(place, option, raw) }
