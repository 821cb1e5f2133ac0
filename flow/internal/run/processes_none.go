//go:build !unix

package run

import "syscall"

// apart leaves a child where its parent is: this system has no process groups.
func apart() *syscall.SysProcAttr { return nil }
