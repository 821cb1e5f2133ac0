package http

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// parseAddress returns the host and port to listen at. exposed says that other
// machines may reach it.
func parseAddress(text string, exposed bool) (string, error) {
	if text == "" {
		return "", errors.New(`an address such as ":8027" is missing`)
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", fmt.Errorf("%q is not an address such as \":8027\" or \"0.0.0.0:80\"", text)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "", fmt.Errorf("%q has no port from 0 to 65535", text)
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	if !exposed && !isLoopback(host) {
		return "", fmt.Errorf("%s can be reached from other machines: set token, or open = true", text)
	}
	return net.JoinHostPort(host, port), nil
}

// isLoopback reports whether only this machine can reach host. A name may
// resolve to anything.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
