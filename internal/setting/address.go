package setting

import (
	"net/netip"
	"strconv"
	"strings"
)

// AddressProblem is what is wrong with an address to listen at.
type AddressProblem int

// The problems of addresses.
const (
	AddressFine AddressProblem = iota
	AddressForm                // it is no host and port
	AddressPort                // its port is not from 0 to 65535
)

// Address reads an address to listen at, such as ":8080" or "[::1]:80". Without
// a host it is that of this machine alone.
func Address(text string) (host, port string, problem AddressProblem) {
	colon := strings.LastIndexByte(text, ':')
	if colon < 0 {
		return "", "", AddressForm
	}
	host, port = text[:colon], text[colon+1:]
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host, ok = strings.CutSuffix(inner, "]")
		if !ok {
			return "", "", AddressForm
		}
	} else if strings.Contains(host, ":") {
		return "", "", AddressForm
	}
	if strings.ContainsAny(host, "[]") {
		return "", "", AddressForm
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "", "", AddressPort
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	return host, port, AddressFine
}

// IsLoopback reports whether only this machine can reach a host. A name may
// resolve to anything.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.IsLoopback()
}
