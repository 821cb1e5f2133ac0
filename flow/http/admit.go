package http

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	nethttp "net/http"
	"strings"
)

// token is a bearer token that callers show; the zero token asks for none.
type token struct {
	sum   [sha256.Size]byte
	empty bool
}

func newToken(text string) token { return token{sha256.Sum256([]byte(text)), text == ""} }

// matches compares in a time that does not depend on where two tokens differ,
// nor on how long they are.
func (t token) matches(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1
}

// admit says why a request may not come in; nil: it may.
func (l *Listener[T]) admit(r *nethttp.Request) error {
	if !l.token.empty {
		scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || !l.token.matches(strings.TrimSpace(shown)) {
			return refuseAs(nethttp.StatusUnauthorized, errors.New("the bearer token is missing or wrong"))
		}
	}
	// Any page in a browser of this machine could post to a port of loopback
	// that asks for no token.
	if l.guard != nil && l.guard.Check(r) != nil {
		return refuseAs(nethttp.StatusForbidden, errors.New("a page of another origin cannot send here"))
	}
	return nil
}
