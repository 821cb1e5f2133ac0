package spec

import (
	"fmt"
	"slices"
	"strconv"
)

// The tables of a spec and their options, in the order in which flowc fmt writes
// them and the reference lists them.

func topOptions() []Option {
	return []Option{
		{Name: "flowc", Type: Whole, Required: true, Doc: "version of the language; this is 1"},
		{Name: "service", Type: Name, Of: "name", Required: true, Doc: "name of the service and of its program"},
		{Name: "nats", Type: URL, Doc: "default url of topics", NotBuilt: true},
		{Name: "include", Type: Names, Of: "paths", Doc: "further spec files, relative to this one"},
	}
}

// policyOptions are those of calls. A Go stage has no timeout and one try
// unless the spec says otherwise, all else has the defaults of BuiltinPolicy.
func policyOptions(builtin bool) []Option {
	p := BuiltinPolicy()
	timeout := Option{Name: "timeout", Type: Duration, Doc: "time for one try; without it a Go stage has no limit"}
	attempts := Option{Name: "attempts", Type: Whole, Doc: fmt.Sprintf("tries of one call; without retry a Go stage has 1, with it %d", p.Attempts)}
	if builtin {
		timeout.Default, timeout.Doc = p.Timeout, "time for one try"
		attempts.Default, attempts.Doc = strconv.Itoa(p.Attempts), "tries of one call"
	}
	return []Option{
		timeout,
		{Name: "retry", Type: Table, Doc: "how often a call is tried", Options: []Option{
			attempts,
			{Name: "first", Type: Duration, Default: p.First, Doc: "pause after the first failed try; it doubles"},
			{Name: "max", Type: Duration, Default: p.Max, Doc: "longest pause"},
		}},
		{Name: "on_error", Type: Name, Of: "word", Default: "fail", Choices: []string{"fail", "skip", "topic.NAME"}, Doc: "what becomes of a record whose tries all failed"},
	}
}

func connectionOptions() []Option {
	return []Option{
		{Name: "url", Type: URL, Required: true, Doc: "address"},
		{Name: "username", Type: Text, Doc: "name to log in with"},
		{Name: "password", Type: Text, Doc: "password to log in with"},
		{Name: "token", Type: Text, Doc: "bearer token"},
		{Name: "tls", Type: Table, Doc: "PEM files", Options: []Option{
			{Name: "ca", Type: Text, Doc: "authorities to trust instead of the system's"},
			{Name: "cert", Type: Text, Doc: "certificate of this side"},
			{Name: "key", Type: Text, Doc: "key of this side's certificate"},
		}},
		{Name: "headers", Type: Texts, Doc: "headers of every HTTP request"},
	}
}

func storeOptions() []Option {
	return append([]Option{
		{Name: "record", Type: Name, Of: "record", Required: true, Doc: "record type that is stored"},
		{Name: "url", Type: URL, Required: true, Doc: "where: one of the schemes below, and what it leads to"},
		{Name: "drivers", Type: Names, Of: "schemes", Doc: "further schemes to compile in, so that the environment can choose"},
		{Name: "table", Type: Text, Doc: "name of the table; default: the store's name"},
		{Name: "mode", Type: Choice, Default: "append", Choices: []string{"append", "upsert", "replace"}, Doc: "what a save does with what is there"},
		{Name: "key", Type: Fields, Doc: "fields that identify a record"},
		{Name: "version", Type: Name, Of: "field", Doc: "field whose older values never overwrite newer ones (upsert)"},
		{Name: "stamp", Type: Name, Of: "field", Doc: "field of type time? that the store fills when it saves"},
		{Name: "keep", Type: Duration, Doc: "age, by stamp, after which records are removed"},
	}, policyOptions(true)...)
}

func topicOptions() []Option {
	return append([]Option{
		{Name: "record", Type: Name, Of: "record", Required: true, Doc: `record type that travels, or "flow.Dead" for dead letters`},
		{Name: "url", Type: URL, Default: "nats:embedded", Doc: "memory:, nats:embedded or nats://…; top-level nats is another default"},
		{Name: "key", Type: Fields, Doc: "records of one key keep their order"},
		{Name: "limit", Type: Size, Default: "1GiB", Doc: "size at which writers wait"},
	}, policyOptions(true)...)
}

// stageOptions are those of a stage, around those of its kind or of Go functions;
// builtin says whose defaults they have.
func stageOptions(builtin bool, own []Option) []Option {
	return slices.Concat([]Option{
		{Name: "kind", Type: Name, Of: "kind", Doc: "a built-in; without it the stage is a Go function"},
		{Name: "doc", Type: Text, Doc: "what the stage does, for people"},
		{Name: "in", Type: Types, Doc: "type taken; default: what arrives"},
	}, own, []Option{
		{Name: "out", Type: TypeText, Doc: `type given; without it what arrived goes on; "stream T" gives many`},
		{Name: "workers", Type: Whole, Default: "1", Doc: "calls at a time, order kept"},
		{Name: "batch", Type: Table, Doc: "how values are gathered for a stage that takes a list", NotBuilt: true, Options: []Option{
			{Name: "size", Type: Whole, Doc: "values of a full batch"},
			{Name: "within", Type: Duration, Doc: "longest wait, or length of a window"},
			{Name: "key", Type: Fields, Doc: "a batch holds records of one key"},
			{Name: "at", Type: Name, Of: "field", Doc: "time field that windows go by"},
			{Name: "late", Type: Duration, Doc: "how long a window waits for stragglers"},
		}},
		{Name: "rate", Type: Rate, Doc: "calls a time at most, tries included"},
	}, policyOptions(builtin))
}

// goOptions are those of a stage that is a Go function.
func goOptions() []Option {
	return stageOptions(false, []Option{
		{Name: "reads", Type: Names, Of: "stores", Doc: "stores that the function reads"},
		{Name: "writes", Type: Names, Of: "stores", Doc: "stores that the function writes"},
		{Name: "state", Type: Body, Choices: []string{"true", `"cache"`}, Doc: `true: the stage is a value with New, Run and Close; "cache": it keeps only what it can fetch again`, NotBuilt: true},
	})
}

func pipelineOptions() []Option {
	return []Option{
		{Name: "every", Type: Duration, Doc: "period"},
		{Name: "cron", Type: Text, Doc: "times as five fields: minute hour day month weekday"},
		{Name: "zone", Type: Text, Of: "zone", Default: "UTC", Doc: "time zone of cron, as the IANA database names it"},
		{Name: "after", Type: Names, Of: "pipelines", Doc: "runs when all of these, of the same flow, have succeeded since its last run began"},
		{Name: "once", Type: Flag, Doc: "run once"},
		{Name: "delay", Type: Duration, Doc: "time before the first run"},
		{Name: "overlap", Type: Choice, Default: "skip", Choices: []string{"skip", "queue"}, Doc: "what becomes of a run that is due while one runs"},
		{Name: "stages", Type: Sequence, Required: true, Doc: "stages in sequence; a list within is a set of branches"},
		{Name: "on_error", Type: Name, Of: "word", Default: "fail", Choices: []string{"fail", "continue", "topic.NAME"}, Doc: `"fail" stops the service, "continue" tries again with backoff, "topic.NAME" dead-letters the source's record`},
		{Name: "promise", Type: Choice, Choices: []string{"effectively once", "at least once", "at most once"}, Doc: "weakest delivery that is accepted"},
	}
}

func flowOptions() []Option {
	return []Option{
		{Name: "pipelines", Type: Names, Of: "pipelines", Required: true, Doc: "pipelines that run in this process"},
		{Name: "host", Type: Name, Of: "host", Doc: "machine that it runs on; flows without one share one"},
		{Name: "replicas", Type: Whole, Default: "1", Doc: "processes that share the work", NotBuilt: true},
		{Name: "admin", Type: Text, Doc: "address that serves the flow's state", NotBuilt: true},
		{Name: "token", Type: Text, Doc: "token that admin asks for", NotBuilt: true},
		{Name: "open", Type: Flag, Doc: "admin may be reached by everybody", NotBuilt: true},
	}
}
