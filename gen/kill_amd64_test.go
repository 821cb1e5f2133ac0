//go:build linux

package gen_test

import "syscall"

const sysRenameat2 = 316

// callOf returns the number of a system call and its third argument.
func callOf(r *syscall.PtraceRegs) (number, third uint64) { return r.Orig_rax, r.Rdx }

// firstOf returns the first argument of a system call.
func firstOf(r *syscall.PtraceRegs) uint64 { return r.Rdi }
