package gen

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
)

// newSuffix marks a file that is written, but not in its place yet.
const newSuffix = ".flowc-new"

// Apply writes the plan. Everything is first written beside its place, then
// renamed: a file is old or new, never half. flow.sum comes last, so that a run
// that was cut off is made good by the next. No path leaves the folder of the
// service, not even by a link.
func (p *Plan) Apply() error {
	root, err := os.OpenRoot(p.Service.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	defer p.clean(root)
	for _, f := range p.Write {
		if err := stage(root, f); err != nil {
			return err
		}
	}
	for i, f := range p.inOrder() {
		if err := p.unchanged(f); err != nil {
			return err
		}
		if err := root.Rename(f.Path+newSuffix, f.Path); err != nil {
			return fmt.Errorf("%d of %d files are written: %w", i, len(p.Write), err)
		}
	}
	for _, name := range p.Remove {
		if err := root.Remove(name); err != nil {
			return err
		}
		removeEmpty(root, path.Dir(name))
	}
	return nil
}

// unchanged makes sure that a file of the user's is still as it was read: an
// editor may have saved it meanwhile.
func (p *Plan) unchanged(f File) error {
	if f.before == nil {
		return nil
	}
	now, err := readOptional(p.path(f.Path))
	if err == nil && !bytes.Equal(now, f.before) {
		err = fmt.Errorf("%s was changed while flowc ran: generate again", f.Path)
	}
	return err
}

// clean removes what was written beside its place and not renamed.
func (p *Plan) clean(root *os.Root) {
	for _, f := range p.Write {
		_ = root.Remove(f.Path + newSuffix) // gone where all went well
	}
}

// inOrder puts flow.sum last: until it is there, what was written is known by
// being what the spec yields.
func (p *Plan) inOrder() []File {
	files := slices.Clone(p.Write)
	slices.SortStableFunc(files, func(a, b File) int {
		switch {
		case a.Path == SumName:
			return 1
		case b.Path == SumName:
			return -1
		}
		return 0
	})
	return files
}

// stage writes a file beside its place.
func stage(root *os.Root, f File) error {
	if err := root.MkdirAll(path.Dir(f.Path), 0o777); err != nil {
		return err
	}
	file, err := root.OpenFile(f.Path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(f.Content)
	return errors.Join(err, file.Sync(), file.Close())
}

// removeEmpty removes folders that are empty now.
func removeEmpty(root *os.Root, dir string) {
	for dir != "." && root.Remove(dir) == nil {
		dir = path.Dir(dir)
	}
}
