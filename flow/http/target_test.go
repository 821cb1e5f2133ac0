package http

import "testing"

// TestSendable escapes what would break the first line of a request.
func TestSendable(t *testing.T) {
	for query, want := range map[string]string{
		"a=b c&d=%20": "a=b%20c&d=%20", "k=\"x\"\\": "k=%22x%22%5C", "ä\n": "%C3%A4%0A", "a=1+2&b=!$'()*,;:@/?-._~": "a=1+2&b=!$'()*,;:@/?-._~",
	} {
		if got := sendable(query); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}
