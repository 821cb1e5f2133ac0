//go:build unix && !linux

package run

import "syscall"

// apart puts a child in a process group of its own, so that Ctrl-C reaches the
// parent alone, which then drains it.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
