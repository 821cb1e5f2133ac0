//go:build !unix

package main

import "syscall"

// ownGroup starts a child as the system does.
func ownGroup() *syscall.SysProcAttr { return nil }
