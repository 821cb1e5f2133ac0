//go:build unix && !linux

package main

import "syscall"

// ownGroup starts a child in a process group of its own, so that it gets the
// terminal's Ctrl-C from flowc alone.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
