// Package examples_test runs the examples and holds what they leave against
// each other.
package examples_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	plantflow "github.com/flowc-dev/flowc/examples/plant/flows/plant"
	splitalerts "github.com/flowc-dev/flowc/examples/plant_split/flows/alerts"
	splitplant "github.com/flowc-dev/flowc/examples/plant_split/flows/plant"
	splitsim "github.com/flowc-dev/flowc/examples/plant_split/flows/sim"
	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/run"
	"github.com/flowc-dev/flowc/gen"
)

// TestSplitChangesNoMeaning runs the plant before and after it was split, and
// wants the same facts in all databases and from both receivers of alerts.
func TestSplitChangesNoMeaning(t *testing.T) {
	services := []flow.Program{
		{Service: "plant", Flows: []flow.Flow{plantflow.Flow()}},
		{Service: "plant_split", Flows: []flow.Flow{splitplant.Flow(), splitalerts.Flow(), splitsim.Flow()}},
	}
	facts := make([]facts, len(services))
	t.Run("run", func(t *testing.T) {
		for i, s := range services {
			t.Run(s.Service, func(t *testing.T) {
				t.Parallel()
				facts[i] = runService(t, s)
			})
		}
	})
	if d := cmp.Diff(facts[0], facts[1]); d != "" {
		t.Errorf("the split changed what the service does (-whole +split):\n%s", d)
	}
	if n := len(facts[0].HTTPReadings); n != 80 {
		t.Errorf("%d readings came over HTTP, not all 80", n)
	}
	if len(facts[0].LastAlerts) != 2 || !strings.Contains(facts[0].LastAlerts["ops"], "4 of 8 sensors too hot") {
		t.Errorf("the receivers were told %q", facts[0].LastAlerts)
	}
}

// facts is what a run of the plant leaves.
type facts struct {
	HTTPReadings, MQTTReadings, Summaries []string
	LastAlerts                            map[string]string // by receiver
}

// runService runs a program in a folder and on a port of its own until both
// receivers have been told of all readings, and reads what it left.
func runService(t *testing.T, p flow.Program) facts {
	dir := t.TempDir()
	world := "127.0.0.1:" + freePort(t)
	settings := map[string]string{
		"WORLD": world, "PLANT_URL": "http://" + world + "/readings",
		"OPS_URL": "http://" + world + "/ops", "FLOOR_URL": "http://" + world + "/floor",
		"HTTP_DB": "sqlite:" + dir + "/http.db", "MQTT_DB": "sqlite:" + dir + "/mqtt.db",
		"SUMMARY_DB": "sqlite:" + dir + "/summary.db", "ALERTS": "jsonl:" + dir + "/alerts.jsonl",
		"HTTP_EVERY": "300ms", "SENSORS_EVERY": "300ms", "CORE_EVERY": "500ms",
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		for !toldOfAll(dir + "/alerts.jsonl") {
			if run.Sleep(ctx, 50*time.Millisecond) != nil {
				return
			}
		}
	}()
	var output bytes.Buffer
	status := flow.Exec(ctx, p, flow.Env{
		Args:   []string{"-for", mostTime.String(), "-quiet"},
		Lookup: func(name string) (string, bool) { v, ok := settings[name]; return v, ok },
		Stdout: &output, Stderr: &output,
	})
	stop()
	if status != 0 {
		t.Fatalf("%s ended with status %d:\n%s", p.Service, status, &output)
	}
	return facts{
		HTTPReadings: rows(t, dir+"/http.db", "SELECT sensor, at, value FROM http_readings ORDER BY 1, 2"),
		MQTTReadings: rows(t, dir+"/mqtt.db", "SELECT sensor, at, value FROM mqtt_readings ORDER BY 1, 2"),
		Summaries:    rows(t, dir+"/summary.db", "SELECT sensor, round(mean, 9), count FROM summaries ORDER BY 1"),
		LastAlerts:   lastAlerts(t, dir+"/alerts.jsonl"),
	}
}

// toldOfAll reports whether both receivers have noted an alert about all twenty
// readings of each of the four sensors that are too hot.
func toldOfAll(file string) bool {
	text, _ := os.ReadFile(file) // which may not be there yet
	told := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if strings.Count(line, "of 20 readings") == 4 {
			told[strings.Split(line, `"`)[3]] = true
		}
	}
	return told["ops"] && told["floor"]
}

// rows returns the rows of a query as texts.
func rows(t *testing.T, file, query string) []string {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	defer list.Close()
	var out []string
	for list.Next() {
		var a, b, c string
		if err := list.Scan(&a, &b, &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, a+" "+b+" "+c)
	}
	return out
}

// lastAlerts returns the last line that each receiver noted.
func lastAlerts(t *testing.T, file string) map[string]string {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	last := map[string]string{}
	for scan := bufio.NewScanner(f); scan.Scan(); {
		receiver, alert, _ := strings.Cut(strings.TrimPrefix(scan.Text(), `{"receiver":"`), `"`)
		last[receiver] = alert
	}
	return last
}

// TestSplitSharesStages wants every stage function that was not split to be
// word for word the same.
func TestSplitSharesStages(t *testing.T) {
	split := map[string]bool{"core.go": true, "aggregate.go": true, "report.go": true}
	names, err := filepath.Glob("plant/stages/*.go")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if split[filepath.Base(name)] {
			continue
		}
		whole := readFile(t, name)
		after := readFile(t, "plant_split/stages/"+filepath.Base(name))
		if d := cmp.Diff(whole, strings.ReplaceAll(after, "/plant_split/", "/plant/")); d != "" {
			t.Errorf("%s differs:\n%s", name, d)
		}
	}
}

// TestMovingAPipeline moves a pipeline from one flow to another and wants no
// stage and no record to change.
func TestMovingAPipeline(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("plant_split")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir+"/go.mod", "module github.com/flowc-dev/flowc/examples/plant_split\n")
	spec := readFile(t, dir+"/flow.toml")
	moved := strings.Replace(spec, `"mqtt_in", "storage"]`, `"mqtt_in"]`, 1)
	moved = strings.Replace(moved, `["send"]`, `["send", "storage"]`, 1)
	if moved == spec {
		t.Fatal("the spec has changed: mend this test")
	}
	writeFile(t, dir+"/flow.toml", moved)
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	plan, err := gen.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	var changed []string
	for _, e := range plan.All() {
		if e.Status != gen.Stale {
			t.Errorf("moving a pipeline finds %s %s", e.Path, e.Status)
		}
		changed = append(changed, e.Path)
	}
	want := []string{
		"cmd/plant_split/main.go", "cmd/plant_split-alerts/main.go", "cmd/plant_split-plant/main.go",
		"flow.sum", "flows/alerts/pipelines.go", "flows/plant/pipelines.go",
	}
	if d := cmp.Diff(want, changed, cmp.Transformer("set", toSet)); d != "" {
		t.Errorf("moving a pipeline changes other files than it must (-want +got):\n%s", d)
	}
	if len(plan.Changed)+len(plan.Mismatches) > 0 {
		t.Errorf("moving a pipeline changes %v and finds fault with %v", plan.Changed, plan.Mismatches)
	}
}

func toSet(list []string) map[string]bool {
	set := map[string]bool{}
	for _, x := range list {
		set[x] = true
	}
	return set
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
