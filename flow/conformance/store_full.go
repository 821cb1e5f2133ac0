package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
)

// fullVariable makes the test binary a program that fills the disk under a
// store: its value is the disk, the mode of the store and its URL.
const fullVariable = "FLOWC_CONFORMANCE_FULL"

// smallDisk is a way to a disk that is soon full.
type smallDisk struct {
	name string
	// prepare lets the process of a program have such a disk; nil: any may.
	prepare func(*exec.Cmd)
	// begin makes the disk under a folder, in that process; room makes it large
	// again.
	begin func(folder string) (room func() error, err error)
}

// What the program says.
const (
	full   = "the disk was full, and the store is well"
	noDisk = "no disk: "
)

// testFull fills the disk under a store, in a process of its own. Where the
// system does not let a test have one of the disks, another one tells.
func (s StoreSuite) testFull(t *testing.T, mode flow.Mode) {
	t.Parallel()
	told := 0
	for _, d := range smallDisks {
		cmd := again(t, fmt.Sprintf("%s=%s %d %s", fullVariable, d.name, mode, s.URL(t)))
		if d.prepare != nil {
			d.prepare(cmd)
		}
		out, err := cmd.Output()
		switch said, _, _ := strings.Cut(string(out), "PASS\n"); {
		case said == full+"\n":
			told++
		case len(out) == 0 || strings.HasPrefix(said, noDisk):
			t.Logf("no %s here: %v %s", d.name, err, said)
		default:
			t.Errorf("%s: %v %s", d.name, err, out)
		}
	}
	if told == 0 && len(smallDisks) > 0 {
		t.Error("none of the small disks could be had")
	}
}

// filler fills the disk of this process, if that is its task.
func (s StoreSuite) filler() bool {
	var name, url string
	var mode flow.Mode
	if _, err := fmt.Sscanf(os.Getenv(fullVariable), "%s %d %s", &name, &mode, &url); err != nil {
		return false
	}
	for _, d := range smallDisks {
		if d.name == name {
			fmt.Println(s.fillDisk(d, mode, url))
		}
	}
	return true
}

// fillDisk says how it went with a store on a small disk.
func (s StoreSuite) fillDisk(d smallDisk, mode flow.Mode, url string) string {
	_, path, _ := strings.Cut(url, ":")
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err.Error()
	}
	room, err := d.begin(folder)
	if err != nil {
		return noDisk + err.Error()
	}
	f := &filling{suite: s, options: s.readings(url, mode)}
	for _, step := range []func() error{f.fill, room, f.goOn} {
		if err := step(); err != nil {
			return err.Error()
		}
	}
	return full
}

// filling is a store on a disk that gets full.
type filling struct {
	suite   StoreSuite
	options flow.StoreOptions[records.Reading]
	store   flow.Store[records.Reading]
	stop    func() error
	saved   int // bursts
}

// save saves the next burst: each is larger than the one before.
func (f *filling) save() error {
	k := task{mode: f.options.Mode, bytes: 1000 * (f.saved + 1)}
	err := f.store.Save(context.Background(), k.burst(f.saved)...)
	if err == nil {
		f.saved++
	}
	return err
}

// fill saves until the disk is full, and a few times more.
func (f *filling) fill() (err error) {
	if f.store, f.stop, err = connect(f.suite.Readings, f.options); err != nil {
		return err
	}
	for err == nil {
		if err = f.save(); f.saved > 1000 {
			return errors.New("the disk is never full")
		}
	}
	if driver.IsPermanent(err) {
		return fmt.Errorf("a full disk is no error of the record: %w", err)
	}
	for range 3 {
		if err := f.check(); err != nil {
			return err
		}
		_ = f.save()
	}
	return f.check()
}

// goOn saves once there is room again, and opens the store anew.
func (f *filling) goOn() error {
	for range 5 {
		if err := f.save(); err != nil {
			return fmt.Errorf("with room again: %w", err)
		}
	}
	if err := errors.Join(f.check(), f.stop()); err != nil {
		return err
	}
	var err error
	if f.store, f.stop, err = connect(f.suite.Readings, f.options); err != nil {
		return fmt.Errorf("opened again: %w", err)
	}
	return errors.Join(f.check(), f.stop())
}

// check reads the store: it holds what was acknowledged and nothing else.
func (f *filling) check() error {
	list, err := f.store.All(context.Background())
	if err != nil {
		return fmt.Errorf("after %d saves: %w", f.saved, err)
	}
	count := map[int]int{}
	for _, r := range list {
		count[r.Revision]++
	}
	first := 0
	if f.options.Mode != flow.Append {
		first = f.saved - 1
	}
	for n := first; n < f.saved; n++ {
		if count[n] != burstSize {
			return fmt.Errorf("%d records of save %d after %d saves", count[n], n, f.saved)
		}
	}
	if want := (f.saved - first) * burstSize; len(list) != want {
		return fmt.Errorf("%d records after %d saves, want %d", len(list), f.saved, want)
	}
	return nil
}
