package flow

import "syscall"

// apart puts a child in a process group of its own, so that Ctrl-C reaches the
// parent alone, which then drains it. It ends when its parent is killed.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
