package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
)

// ErrCutOff is the error of a generate that wrote some files and then could not go
// on. The next one makes it good.
var ErrCutOff = errors.New("the generate was cut off, and the next one makes it good")

// stagingName is the folder in which everything is written first.
const stagingName = ".flowc-new"

// Apply writes the plan; with force also over files of flowc's that somebody
// edited. Everything is first written beside its place, on disk, then renamed:
// a file is old or new, never half. While that goes on flow.sum says both what
// was and what is to be, so that the next run makes good what was cut off. No
// path leaves the folder of the service, not even by a link.
func (p *Plan) Apply(force bool) error {
	if err := p.Refused(force); err != nil {
		return err
	}
	defer p.stages.index.save()
	if len(p.All()) == 0 {
		return os.RemoveAll(p.path(stagingName)) // of a run that was killed at its end
	}
	root, err := os.OpenRoot(p.Service.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := errors.Join(p.write(root), root.RemoveAll(stagingName)); err != nil {
		return err
	}
	p.relocate()
	p.stages.index.addStubs(p)
	return nil
}

// write stages the files and puts them in their places.
func (p *Plan) write(root *os.Root) error {
	if err := p.stage(root); err != nil {
		return err
	}
	for _, e := range p.Entries {
		if err := p.unchanged(e); err != nil {
			return err
		}
	}
	if err := root.Rename(staged("both"), SumName); err != nil {
		return err
	}
	for i, e := range p.Entries {
		if err := p.place(root, i, e); err != nil {
			return fmt.Errorf("%w: %d of %d files are written: %w", ErrCutOff, i, len(p.Entries), err)
		}
	}
	if err := errors.Join(root.Rename(staged("sum"), SumName), syncFolder(p.Service.Dir)); err != nil {
		return fmt.Errorf("%w: %w", ErrCutOff, err)
	}
	return nil
}

func staged(name string) string { return path.Join(stagingName, name) }

// stage writes all files into a folder of their own, and makes the folders of
// their places. What an earlier run left there goes.
func (p *Plan) stage(root *os.Root) error {
	if err := root.RemoveAll(stagingName); err != nil {
		return err
	}
	if err := root.Mkdir(stagingName, 0o777); err != nil {
		return err
	}
	staging, err := root.OpenRoot(stagingName)
	if err != nil {
		return err
	}
	defer staging.Close()
	made := map[string]bool{}
	for i, e := range p.Entries {
		if e.After == nil {
			continue
		}
		if dir := path.Dir(e.Path); !made[dir] {
			if err := root.MkdirAll(dir, 0o777); err != nil {
				return fmt.Errorf("folder %s cannot be made, or is a link out of the folder of flow.toml: %w", dir, err)
			}
			made[dir] = true
		}
		if err := writeFile(staging, strconv.Itoa(i), e.After, p.mode(e)); err != nil {
			return err
		}
	}
	mode := p.mode(Entry{Path: SumName, Before: p.old})
	return errors.Join(
		writeFile(staging, "both", bothSums(p.old, p.sum), mode),
		writeFile(staging, "sum", p.sum, mode))
}

// mode is the mode of a file: that which it has, of one that is there; else 0.
func (p *Plan) mode(e Entry) fs.FileMode {
	if e.Before != nil {
		if info, err := os.Stat(p.path(e.Path)); err == nil {
			return info.Mode().Perm()
		}
	}
	return 0
}

func writeFile(root *os.Root, name string, content []byte, mode fs.FileMode) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if info, _ := file.Stat(); mode != 0 && info != nil && info.Mode().Perm() != mode {
		err = errors.Join(err, file.Chmod(mode)) // the umask is for new files
	}
	return errors.Join(err, file.Sync(), file.Close())
}

// place puts a file in its place, or removes it, where it is still as it was
// when the plan was made: an editor may have saved it meanwhile.
func (p *Plan) place(root *os.Root, i int, e Entry) error {
	if err := p.unchanged(e); err != nil {
		return err
	}
	if e.After != nil {
		return root.Rename(staged(strconv.Itoa(i)), e.Path)
	}
	err := root.Remove(e.Path)
	removeEmpty(root, path.Dir(e.Path))
	return err
}

// unchanged makes sure that a file is as it was when the plan was made.
func (p *Plan) unchanged(e Entry) error {
	now, err := readOptional(p.path(e.Path))
	if err == nil && (!bytes.Equal(now, e.Before) || (now == nil) != (e.Before == nil)) {
		err = fmt.Errorf("%s was changed while flowc ran: generate again", e.Path)
	}
	return err
}

// removeEmpty removes folders that are empty now. A link to one is the user's.
func removeEmpty(root *os.Root, dir string) {
	for ; dir != "."; dir = path.Dir(dir) {
		if info, err := root.Lstat(dir); err != nil || !info.IsDir() || root.Remove(dir) != nil {
			return
		}
	}
}

// syncFolder makes renames in a folder durable, where the system can do so.
func syncFolder(dir string) error {
	f, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}
