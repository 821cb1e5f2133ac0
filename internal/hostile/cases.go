package hostile

import (
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

// Cases returns the specs of all golden cases in the folder testdata, as seeds of
// fuzz targets.
func Cases(testdata string) ([][]byte, error) {
	names, err := filepath.Glob(filepath.Join(testdata, "*", "*.txtar"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no cases in %s (%v)", testdata, err)
	}
	var specs [][]byte
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			return nil, err
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".toml") || file.Name == "before" {
				specs = append(specs, file.Data)
			}
		}
	}
	return specs, nil
}
