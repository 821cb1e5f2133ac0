package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"flowc": main}) }

// TestScripts runs the scripts of testdata/cli: the command as a user calls it,
// in a folder of its own. CHECKOUT is this repository.
func TestScripts(t *testing.T) {
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "../../testdata/cli",
		Setup: func(env *testscript.Env) error {
			env.Setenv("CHECKOUT", checkout)
			for _, name := range []string{"HOME", "GOCACHE", "GOMODCACHE", "GOPROXY"} {
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
