//go:build linux

package gen_test

import "syscall"

const sysRenameat2 = 276

// callOf returns the number of a system call and its third argument.
func callOf(r *syscall.PtraceRegs) (number, third uint64) { return r.Regs[8], r.Regs[2] }

// firstOf returns the first argument of a system call.
func firstOf(r *syscall.PtraceRegs) uint64 { return r.Regs[0] }
