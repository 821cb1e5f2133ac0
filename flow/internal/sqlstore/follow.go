package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/load"
)

var _ load.Journal[struct{}] = (*store[struct{}])(nil)

// feed is what is new in a store to one reader, in the order of flow_seq.
type feed[T any] struct {
	*store[T]
	service, stage string
	query          string // finds the records between two positions
	where          []any  // the values that they must have
}

// Follow makes the table of positions, and the index by which new rows are
// found.
func (s *store[T]) Follow(ctx context.Context, o load.FeedOptions) (load.Feed[T], error) {
	fields, where, err := s.matchArgs(o.Where)
	if err != nil {
		return nil, fmt.Errorf("store %q: %w", s.Name, err)
	}
	if !s.open {
		return nil, fmt.Errorf("store %q: %w", s.Name, driver.ErrNotOpen)
	}
	w := s.db.writer
	err = w.transaction(ctx, func(ctx context.Context) error {
		if err := w.exec(ctx, s.table.dialect.createPositions()); err != nil {
			return err
		}
		return w.exec(ctx, s.table.seqIndex())
	})
	if err == nil {
		err = s.numberRows(ctx)
	}
	if err != nil {
		return nil, s.failed(err)
	}
	return &feed[T]{store: s, service: o.Service, stage: o.Stage, query: s.table.selectNew(fields), where: where}, nil
}

// Readers returns the stages of a service that have a position in the table.
func (s *store[T]) Readers(ctx context.Context, service string) (stages []string, err error) {
	rows, err := s.db.reader.query(ctx, s.table.dialect.selectReaders(), service, s.table.counter())
	if err == nil {
		stages, err = scanTexts(rows)
	}
	if err != nil {
		return nil, s.failed(err)
	}
	return stages, nil
}

func scanTexts(rows *sql.Rows) (list []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}

// Next returns the first records after the position of the reader.
func (f *feed[T]) Next(ctx context.Context, to int64, limit int) (chunk load.Chunk[T], err error) {
	chunk.End = to
	if to == 0 {
		err = f.numberRows(ctx)
	}
	if err == nil {
		err = f.bounds(ctx, &chunk)
	}
	if err == nil {
		err = f.read(ctx, &chunk, limit)
	}
	if err != nil {
		return load.Chunk[T]{}, f.failed(err)
	}
	return chunk, nil
}

// bounds reads the position of the reader, and that of the last save where the
// end of the chunk is open. A number is given within the transaction of its
// save, and one follows the other: what is visible has no gap that a save could
// still fill.
func (f *feed[T]) bounds(ctx context.Context, chunk *load.Chunk[T]) error {
	rows, err := f.db.reader.query(ctx, f.table.dialect.selectBounds(), f.service, f.stage, f.table.counter(), f.table.counter())
	if err != nil {
		return err
	}
	defer rows.Close()
	var last int64
	for rows.Next() {
		if err := rows.Scan(&chunk.From, &last); err != nil {
			return err
		}
	}
	if chunk.End == 0 {
		chunk.End = last
	}
	return rows.Err()
}

// read reads the records of a chunk from its position on.
func (f *feed[T]) read(ctx context.Context, chunk *load.Chunk[T], limit int) error {
	chunk.Records, chunk.To = []T{}, chunk.End
	rows, err := f.db.reader.query(ctx, f.query, slices.Concat(f.cutoff(), []any{chunk.From, chunk.End}, f.where, []any{limit})...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var number int64
	for rows.Next() {
		var record T
		if err := rows.Scan(append(f.Schema.Targets(&record), &number)...); err != nil {
			return err
		}
		chunk.Records = append(chunk.Records, record)
	}
	if len(chunk.Records) == limit {
		chunk.To = number
	}
	return rows.Err()
}

// Keep makes a position durable.
func (f *feed[T]) Keep(ctx context.Context, position int64) error {
	w := f.db.writer
	err := w.transaction(ctx, func(ctx context.Context) error {
		return w.exec(ctx, f.table.dialect.keepPosition(), f.service, f.stage, f.table.counter(), position)
	})
	if err != nil {
		return f.failed(err)
	}
	return nil
}

// selectNew finds the rows between two numbers whose fields have given values.
func (t *table) selectNew(fields []string) string {
	next := t.dialect.params()
	conditions := append(t.fresh(next), seq+" > "+next(), seq+" <= "+next())
	return "SELECT " + list(t.names(), ", ", "") + seq + " FROM " + t.bySeq() +
		where(conditions, equal(fields, next)) + " ORDER BY " + seq + " LIMIT " + next()
}
