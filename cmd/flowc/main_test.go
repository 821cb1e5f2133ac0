package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/flowc-dev/flowc/internal/testdir"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"flowc": main}) }

// TestScripts runs the scripts of testdata/cli: the command as a user calls it,
// in a folder of its own, which is at the same place each time. CHECKOUT is this repository.
func TestScripts(t *testing.T) {
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:         "../../testdata/cli",
		WorkdirRoot: testdir.Fixed(t, "scripts"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("CHECKOUT", checkout)
			for _, name := range append(testdir.GoVariables, "HOME", "XDG_CACHE_HOME", "GOPROXY") {
				if v, ok := os.LookupEnv(name); ok {
					env.Setenv(name, v)
				}
			}
			return nil
		},
	})
}

// TestCheckoutDir finds this checkout, however the test was built: services
// that init starts build with it.
func TestCheckoutDir(t *testing.T) {
	want, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if got := checkoutDir(); got != want {
		t.Errorf("checkoutDir() = %q, want %q", got, want)
	}
}
