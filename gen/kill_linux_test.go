//go:build amd64 || arm64

package gen_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/internal/campaign"
)

// generateVariable makes the test binary a generate of the folder it names.
const generateVariable = "FLOWC_TEST_GENERATE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(generateVariable); dir != "" {
		limitFiles()
		if err := generateIn(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// limitVariable is the size in bytes beyond which the generate can write no
// file: a disk that is full.
const limitVariable = "FLOWC_TEST_LIMIT"

func limitFiles() {
	size, err := strconv.ParseUint(os.Getenv(limitVariable), 10, 64)
	if err != nil {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
		panic(err)
	}
}

func generateIn(dir string) error {
	unlock, err := gen.Lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		return fmt.Errorf("%v", diags)
	}
	plan, err := gen.NewPlan(s)
	if err != nil {
		return err
	}
	return plan.Apply(false)
}

// Three specs of one service: what the second one changes, adds and removes
// covers every status of a file.
const (
	firstSpec = `flowc   = 1
service = "killed"
[record.R]
a = "int"
[stage.make]
out = "R"
[pipeline.p]
once   = true
stages = ["make"]
[pipeline.q]
once   = true
stages = ["make"]
[flow.one]
pipelines = ["p"]
[flow.two]
pipelines = ["q"]
`
	secondSpec = `flowc   = 1
service = "killed"
[record.R]
a = "string"
[stage.make]
out = "[]R"
[stage.more]
in = "R"
[pipeline.p]
once   = true
stages = ["make", "more"]
[flow.one]
pipelines = ["p"]
`
	thirdSpec = `flowc   = 1
service = "killed"
[record.R]
a = "bool"
[stage.make]
out = "R"
[pipeline.p]
once   = true
stages = ["make"]
[pipeline.r]
once   = true
stages = ["make"]
[flow.one]
pipelines = ["p"]
[flow.three]
pipelines = ["r"]
`
)

// TestKilled kills a generate before each of its system calls that change
// something on disk. Each file is then old or new, and the next generate, of
// the same spec or of another, leaves what it would have left anyway.
func TestKilled(t *testing.T) {
	before, after, third := laid(t, firstSpec), laid(t, firstSpec, secondSpec), laid(t, firstSpec, secondSpec, thirdSpec)
	user := string(before["stages/make.go"])
	toSecond := func() string {
		dir := layOut(t, before)
		writeFile(t, filepath.Join(dir, gen.SpecName), []byte(secondSpec))
		return dir
	}
	points := killPoints(killBefore(t, toSecond(), never))
	for i, n := range points {
		dir := toSecond()
		killBefore(t, dir, n)
		for name, content := range read(t, dir) {
			old, fresh := before[name], after[name]
			if name != gen.SpecName && name != gen.SumName && !bytes.Equal(content, old) && !bytes.Equal(content, fresh) {
				t.Fatalf("killed before call %d: %s is neither old nor new:\n%s", n, name, content)
			}
		}
		if i%2 == 0 {
			wantFiles(t, n, dir, secondSpec, after)
		} else {
			third["stages/more.go"] = read(t, dir)["stages/more.go"] // it may have come so far
			wantFiles(t, n, dir, thirdSpec, third)
		}
	}
	t.Logf("killed before calls %d", points)
	if !strings.Contains(string(after["stages/make.go"]), "[]records.R") || !strings.Contains(user, "(records.R, error)") {
		t.Error("the signature of the user's function did not change")
	}
}

// killPoints returns before which of its calls a generate is killed: before each,
// or where a person waits before the first and the last of each kind.
func killPoints(calls []uint64) []int {
	var points []int
	for i, call := range calls {
		if campaign.Long() || !slices.Contains(calls[:i], call) || !slices.Contains(calls[i+1:], call) {
			points = append(points, i+1)
		}
	}
	return points
}

// wantFiles generates a spec after a kill and wants these files, and no others.
func wantFiles(t *testing.T, n int, dir, spec string, want map[string][]byte) {
	t.Helper()
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte(spec))
	if err := generateIn(dir); err != nil {
		t.Fatalf("killed before call %d: the next generate fails: %v", n, err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".flowc-new")); err == nil {
		t.Fatalf("killed before call %d: after the next generate .flowc-new is still there", n)
	}
	got := read(t, dir)
	for name := range maps.Keys(got) {
		if !bytes.Equal(got[name], want[name]) {
			t.Fatalf("killed before call %d: after the next generate %s is\n%s\nwant\n%s", n, name, got[name], want[name])
		}
	}
	for name := range want {
		if got[name] == nil && want[name] != nil {
			t.Fatalf("killed before call %d: after the next generate there is no %s", n, name)
		}
	}
}

// laid generates specs one after the other and returns what is there then.
func laid(t *testing.T, specs ...string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/killed\n"))
	for _, s := range specs {
		writeFile(t, filepath.Join(dir, gen.SpecName), []byte(s))
		if err := generateIn(dir); err != nil {
			t.Fatal(err)
		}
	}
	return read(t, dir)
}

func layOut(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), content)
	}
	return dir
}

// read reads all files of a folder but those that are staged.
func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if strings.HasPrefix(name, ".flowc-new") {
			return nil
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// never is a number of a call that no generate makes.
const never = 0

// killBefore generates in a process of its own, which is killed before the nth
// system call that changes something on disk. It returns the numbers of those
// calls, up to that one.
func killBefore(t *testing.T, dir string, n int) (calls []uint64) {
	runtime.LockOSThread() // the tracer is a thread
	defer runtime.UnlockOSThread()
	pid := startTraced(t, dir)
	var status syscall.WaitStatus
	inside := map[int]bool{} // threads that are in a call
	for at := pid; ; {
		if err := resume(at, status); err != nil {
			t.Fatal(err)
		}
		var err error
		if at, err = syscall.Wait4(-1, &status, syscall.WALL, nil); err != nil {
			t.Fatal(err)
		}
		if (status.Exited() || status.Signaled()) && at == pid {
			if len(calls) != n && status.ExitStatus() != 0 {
				t.Fatalf("generate ended with status %v", status)
			}
			return calls
		}
		if !status.Stopped() || status.StopSignal() != syscall.SIGTRAP|0x80 {
			continue
		}
		if inside[at] = !inside[at]; !inside[at] || len(calls) == n && n != never {
			continue
		}
		if call, changes := diskCall(t, at); changes {
			if calls = append(calls, call); len(calls) == n {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
}

// startTraced starts a generate that stops at each of its system calls.
func startTraced(t *testing.T, dir string) (pid int) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), generateVariable+"="+dir)
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	pid = c.Process.Pid
	if _, err := syscall.Wait4(pid, nil, 0, nil); err != nil {
		t.Fatal(err)
	}
	const sysgood, exitkill = 1, 0x100000
	if err := syscall.PtraceSetOptions(pid, sysgood|exitkill|syscall.PTRACE_O_TRACECLONE); err != nil {
		t.Fatal(err)
	}
	return pid
}

// resume lets a thread go on to its next system call, with the signal that it
// stopped for.
func resume(pid int, status syscall.WaitStatus) error {
	signal := 0
	if status.Stopped() {
		if s := status.StopSignal(); s != syscall.SIGTRAP && s != syscall.SIGTRAP|0x80 && s != syscall.SIGSTOP {
			signal = int(s)
		}
	}
	err := syscall.PtraceSyscall(pid, signal)
	if err == syscall.ESRCH { // it is gone, or killed
		return nil
	}
	return err
}

// diskCall returns the number of the call that a thread is about to make, and
// whether it is one that changes something on disk.
func diskCall(t *testing.T, pid int) (number uint64, changes bool) {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
		if err == syscall.ESRCH {
			return 0, false
		}
		t.Fatal(err)
	}
	number, flags := callOf(&regs)
	switch number {
	case syscall.SYS_OPENAT:
		return number, flags&syscall.O_CREAT != 0
	case syscall.SYS_RENAMEAT, sysRenameat2, syscall.SYS_UNLINKAT, syscall.SYS_MKDIRAT, syscall.SYS_FSYNC, syscall.SYS_PWRITE64:
		return number, true
	case syscall.SYS_WRITE:
		return number, firstOf(&regs) > 2
	}
	return number, false
}

// TestTogether generates in several processes at once, while the spec changes:
// in the end there is what the last spec yields, and nothing else.
func TestTogether(t *testing.T) {
	specs := []string{firstSpec, secondSpec, thirdSpec}
	dir := layOut(t, laid(t, firstSpec))
	var running []*exec.Cmd
	for i := range 12 {
		// As editors do: a spec is never half there.
		writeFile(t, filepath.Join(dir, "fresh.toml"), []byte(specs[i%3]))
		if err := os.Rename(filepath.Join(dir, "fresh.toml"), filepath.Join(dir, gen.SpecName)); err != nil {
			t.Fatal(err)
		}
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), generateVariable+"="+dir)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	want := laid(t, firstSpec, thirdSpec)
	want["stages/more.go"] = read(t, dir)["stages/more.go"] // where one of them saw the second spec
	wantFiles(t, 0, dir, thirdSpec, want)
	plan, err := planOf(dir)
	if err != nil || len(plan.All()) > 0 {
		t.Errorf("after all have ended: %v, %v", plan.All(), err)
	}
}

func planOf(dir string) (*gen.Plan, error) {
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		return nil, fmt.Errorf("%v", diags)
	}
	return gen.NewPlan(s)
}

// TestFull generates on a disk that is full, from the first byte on and later
// on: nothing changes.
func TestFull(t *testing.T) {
	before, after := laid(t, firstSpec), laid(t, firstSpec, secondSpec)
	failed := 0
	for _, size := range []int{0, 100, 400, 700, 1000, 1 << 20} {
		dir := layOut(t, before)
		writeFile(t, filepath.Join(dir, gen.SpecName), []byte(secondSpec))
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), generateVariable+"="+dir, fmt.Sprintf("%s=%d", limitVariable, size), "XDG_CACHE_HOME="+t.TempDir())
		want := after
		if out, err := c.CombinedOutput(); err != nil {
			failed++
			want = maps.Clone(before)
			want[gen.SpecName] = []byte(secondSpec)
			if !strings.Contains(string(out), "file too large") {
				t.Errorf("%d bytes: the error does not say why: %s", size, out)
			}
		}
		got := read(t, dir)
		for name := range want {
			if !bytes.Equal(got[name], want[name]) {
				t.Errorf("%d bytes: %s is\n%s", size, name, got[name])
			}
		}
		wantFiles(t, 0, dir, secondSpec, after)
	}
	if failed != 5 {
		t.Errorf("%d of 6 failed, want 5", failed)
	}
}

// TestReadOnly generates in a folder that cannot be written, as a user who
// cannot write it.
func TestReadOnly(t *testing.T) {
	before := laid(t, firstSpec)
	dir := layOut(t, before)
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte(secondSpec))
	program := filepath.Join(t.TempDir(), "generate")
	text, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, program, text)
	for _, name := range []string{filepath.Dir(dir), filepath.Dir(filepath.Dir(program)), filepath.Dir(program), program} {
		if err := os.Chmod(name, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{dir, filepath.Join(dir, "stages")} {
		if err := os.Chmod(folder, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), generateVariable+"="+dir, "XDG_CACHE_HOME="+t.TempDir())
	c.Dir = dir
	if os.Geteuid() == 0 { // whom nothing is closed to
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "permission denied") {
		t.Errorf("%v: %s", err, out)
	}
	before[gen.SpecName] = []byte(secondSpec)
	for name, content := range read(t, dir) {
		if !bytes.Equal(content, before[name]) {
			t.Errorf("%s changed:\n%s", name, content)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil { // for who cleans up
		t.Fatal(err)
	}
}
