package run

import "syscall"

// apart puts a child in a process group of its own, so that Ctrl-C reaches the
// parent alone, which then drains it. Where the parent is killed, so is the
// child: it could tell nobody how it drains, and would hold stores and ports for
// a service that starts again.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
