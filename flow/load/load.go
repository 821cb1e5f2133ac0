package load

import (
	"context"
	"fmt"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// LoadOptions are the settings of a stage store.load, as the spec has them: T is
// what it takes in later place, U the record of its store.
type LoadOptions[T, U any] struct {
	Stage  flow.StageOptions
	Store  flow.Store[U]
	Schema record.Schema[U]
	Where  []Condition[T] // all of them hold for what is loaded; empty: all records
}

// Loader loads records of a store. It is safe for concurrent use.
type Loader[T, U any] struct {
	*flow.Stage
	store  flow.Store[U]
	schema record.Schema[U]
	where  []condition[T]
}

// NewLoader resolves the settings of a stage that loads records.
func NewLoader[T, U any](s *flow.Setup, o LoadOptions[T, U]) *Loader[T, U] {
	l := &Loader[T, U]{Stage: flow.NewStage(s, o.Stage), store: o.Store, schema: o.Schema}
	for _, c := range o.Where {
		l.where = append(l.where, c.resolve(s, "stage."+o.Stage.Name))
	}
	return l
}

// Load returns all records, or those of where, in the order in which they were
// first saved.
func (l *Loader[T, U]) Load(ctx context.Context) ([]U, error) {
	var none T
	return l.LoadFor(ctx, none)
}

// LoadFor returns the records whose fields have the values that v asks for, in
// the order in which they were first saved.
func (l *Loader[T, U]) LoadFor(ctx context.Context, v T) ([]U, error) {
	if len(l.where) == 0 {
		return l.store.All(ctx)
	}
	matches := make([]record.Match, len(l.where))
	for i, c := range l.where {
		value, err := c.value(v)
		if err != nil {
			return nil, flow.Permanent(fmt.Errorf("where.%s: %w", c.field, err))
		}
		if value == nil {
			return []U{}, nil // it equals nothing
		}
		matches[i] = record.Match{Field: c.field, Value: value}
	}
	if m, ok := l.store.(Matcher[U]); ok {
		return m.Match(ctx, matches)
	}
	return l.scan(ctx, matches)
}

// scan looks at each record of a store that does not match by itself.
func (l *Loader[T, U]) scan(ctx context.Context, matches []record.Match) ([]U, error) {
	fits, err := l.schema.Filter(matches)
	if err != nil {
		return nil, err
	}
	list := []U{}
	for record, err := range l.store.Each(ctx) {
		if err != nil {
			return nil, err
		}
		ok, err := fits(&record)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, record)
		}
	}
	return list, nil
}
