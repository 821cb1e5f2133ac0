package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/spec/format"
	"github.com/flowc-dev/flowc/templates"
)

// Formatted is a spec file that is not in its canonical form, and that form.
type Formatted struct {
	Path          string // from the working directory
	Before, After []byte
}

// Format returns the files of the service at a path, flow.toml and those that it
// includes, that are not in their canonical form; none where one has errors.
func Format(at string) ([]Formatted, spec.Diagnostics, error) {
	dir := at
	if filepath.Base(at) == SpecName {
		dir = filepath.Dir(at)
	}
	files, diags := ReadSpec(dir, os.ReadFile)
	if diags.HasErrors() {
		return nil, diags, nil
	}
	var list []Formatted
	for _, f := range files {
		after, err := format.File(f, templates.Specs(templates.Kinds()))
		if err != nil {
			return nil, nil, err
		}
		if !bytes.Equal(f.Source.Text, after) {
			list = append(list, Formatted{filepath.Join(dir, filepath.FromSlash(f.Source.Name)), f.Source.Text, after})
		}
	}
	return list, diags, nil
}

// Replace writes files anew: all of them first beside their places, then each is
// renamed into its own, so that it is old or new, never half. A file keeps its
// mode, and a link stays one.
func Replace(files []Formatted) (err error) {
	var staged, targets []string
	defer func() {
		for _, name := range staged { // those that were renamed are gone
			if e := os.Remove(name); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	for _, f := range files {
		target, err := filepath.EvalSymlinks(f.Path)
		if err != nil {
			return err
		}
		name, err := writeBeside(target, f.After)
		if name != "" {
			staged, targets = append(staged, name), append(targets, target)
		}
		if err != nil {
			return err
		}
	}
	if err := unchangedSince(files); err != nil {
		return err
	}
	for i, name := range staged {
		if err := os.Rename(name, targets[i]); err != nil {
			return err
		}
	}
	return nil
}

// unchangedSince makes sure that no file was saved since it was read.
func unchangedSince(files []Formatted) error {
	for _, f := range files {
		if now, err := os.ReadFile(f.Path); err != nil || !bytes.Equal(now, f.Before) {
			return errors.Join(fmt.Errorf("%s was changed while flowc ran: try again", f.Path), err)
		}
	}
	return nil
}

// writeBeside writes a file into the folder of another one, with the mode of
// that.
func writeBeside(target string, content []byte) (name string, err error) {
	info, err := os.Stat(target)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(filepath.Dir(target), ".flowc-fmt-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(content)
	return file.Name(), errors.Join(err, file.Chmod(info.Mode().Perm()), file.Sync(), file.Close())
}
