package judging

import (
	"context"
	"errors"
	"time"

	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// remembered is what was last said of a signal: it stays while the server does not answer, with its time.
type remembered struct{ rows []verdict.Verdict }

// perRow is about the room that a verdict takes, in bytes.
const perRow = 4096

// Size is about the room that it takes, in bytes.
func (r *remembered) Size() int64 { return int64(len(r.rows) * perRow) }

// memory remembers the last answers of one identity that asks.
type memory struct {
	answers *kept.Store[*remembered]
	now     func() time.Time
}

// keyOf is what an answer is remembered for: all of a query that decides what is said of a signal.
func (m *memory) keyOf(r Request, signal model.Signal) (string, error) {
	until := "now"
	if m.now().Sub(r.To) > fresh {
		until = r.To.UTC().String()
	}
	from := ""
	if r.Query.Since == model.SinceRange {
		from = r.From.UTC().String()
	}
	q := r.Query
	return kept.Key(q.Flag, q.Baseline, q.Variants, q.Filters, q.Since, q.Margins, q.Alpha, q.Profile, signal, from, until)
}

// settle remembers what was found of a signal, or gives back what was last found where it could not be read.
func (m *memory) settle(ctx context.Context, r Request, signal model.Signal, found judged) judged {
	key, err := m.keyOf(r, signal)
	if err != nil {
		return found
	}
	// What is remembered is there at once, also for a caller whose time is up.
	last, release, err := m.answers.Acquire(context.WithoutCancel(ctx), key, func() (*remembered, error) { return &remembered{}, nil })
	if err != nil {
		return found
	}
	defer release()
	if found.err == nil {
		last.rows = nil
		for _, row := range found.rows {
			if row.State != verdict.NoData {
				last.rows = append(last.rows, row)
			}
		}
		return found
	}
	if !unreadable(found.err) {
		return found
	}
	for i, row := range found.rows {
		for _, known := range last.rows {
			if row.State == verdict.NotRead && known.Options.Variant == row.Options.Variant {
				found.rows[i] = known
				found.rows[i].Unread(found.err.Error())
			}
		}
	}
	if len(last.rows) > 0 && len(found.rows) == 1 && found.rows[0].Options.Variant == "" {
		found.rows = append([]verdict.Verdict{}, last.rows...)
		for i := range found.rows {
			found.rows[i].Unread(found.err.Error())
		}
	}
	return found
}

// unreadable tells a failure to read from what is wrong with the query or the metric.
func unreadable(err error) bool {
	var wrong *model.InvalidError
	return err != nil && !errors.As(err, &wrong)
}
