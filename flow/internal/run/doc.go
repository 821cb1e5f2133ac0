// Package run runs pipelines and knows nothing of records: programs and their
// arguments, settings, parts, triggers, supervision, processes, status and
// output. Package flow puts batches, stages and stores on top.
//
// A [Program] is run by [Main] or [Exec]. Each of its flows is opened with a
// [Setup], which resolves settings and holds the parts and pipelines that are
// registered with it: [Setup.Schedule] those that a trigger runs, [Setup.Consume]
// those whose source waits for its data. A supervisor runs them and stops them in
// order; with -processes, a family of children does. A [Scope] is what a run
// carries in its context: names, logger and counters.
package run
