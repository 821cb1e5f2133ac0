package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// smallDisks are one of memory, which is full as a disk is, and a limit of the
// size of files, which any process may set itself.
var smallDisks = []smallDisk{
	{name: "tmpfs", prepare: ownMounts, begin: mountSmall},
	{name: "limit", begin: limitFiles},
}

// ownMounts gives a program mounts of its own, which users other than root may
// have where the system lets them have users of their own.
func ownMounts(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
}

// mountSmall mounts a disk of 2 MiB, most of which is taken until there is to be
// room.
func mountSmall(folder string) (room func() error, err error) {
	if err := syscall.Mount("small", folder, "tmpfs", 0, "size=2m"); err != nil {
		return nil, err
	}
	ballast := filepath.Join(folder, "ballast")
	return func() error { return os.Remove(ballast) }, os.WriteFile(ballast, make([]byte, 3<<19), 0o644)
}
