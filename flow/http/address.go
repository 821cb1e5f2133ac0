package http

import (
	"errors"
	"fmt"
	"net"

	"github.com/flowc-dev/flowc/internal/setting"
)

// parseAddress returns the host and port to listen at. exposed says that other
// machines may reach it.
func parseAddress(text string, exposed bool) (string, error) {
	if text == "" {
		return "", errors.New(`an address such as ":8027" is missing`)
	}
	host, port, problem := setting.Address(text)
	switch {
	case problem == setting.AddressForm:
		return "", fmt.Errorf("%q is not an address such as \":8027\" or \"0.0.0.0:80\"", text)
	case problem == setting.AddressPort:
		return "", fmt.Errorf("%q has no port from 0 to 65535", text)
	case !exposed && !setting.IsLoopback(host):
		return "", fmt.Errorf("%s can be reached from other machines: set token, or open = true", text)
	}
	return net.JoinHostPort(host, port), nil
}
