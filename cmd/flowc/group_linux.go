package main

import "syscall"

// ownGroup starts a child in a process group of its own, so that it gets the
// terminal's Ctrl-C from flowc alone, and lets it end with flowc.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
