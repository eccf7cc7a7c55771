package series

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/survey"
)

// Quantiles reads the quantiles of a histogram over a time.
type Quantiles struct {
	planner interface {
		plan(ctx context.Context, r Request, signals []model.Signal, s survey.Span, at evaluation) []planned
	}
	reader interface {
		read(ctx context.Context, r Request, plans []planned, at evaluation) (loaded, error)
	}
	scrape time.Duration
}

// Compared is whose quantiles are read.
type Compared struct {
	Flag, Baseline string
	Features       []string
	Filters        []model.Filter
}

// Quantile is one of one variant, with the bounds of the bucket that it lies in.
type Quantile struct {
	Variant, Stat       string
	Value, Lower, Upper float64
}

// Over reads p50, p95 and p99 of the baseline and the features of a signal; none where there is nothing to read.
func (q *Quantiles) Over(ctx context.Context, c Compared, signal model.Signal, from, until time.Time) ([]Quantile, error) {
	query, err := model.Query{
		QueryType: model.QueryCompare, Format: model.FormatTable, Flag: c.Flag, Baseline: c.Baseline, Variants: c.Features,
		Signals: []string{signal.ID}, Filters: c.Filters,
		Stats: judgedStats(),
	}.Validate()
	if err != nil {
		return nil, fmt.Errorf("read the quantiles: %w", err)
	}
	s := survey.Stretch(from, until, q.scrape)
	at := evaluationOf(model.FormatTable, s)
	r := Request{Query: query, numbersOnly: true}
	part, err := q.reader.read(ctx, r, q.planner.plan(ctx, r, []model.Signal{signal}, s, at), at)
	defer part.done()
	if err = errors.Join(err, part.err); err != nil || len(part.answers) == 0 {
		return nil, err
	}
	var found []Quantile
	for _, m := range part.answers[0].measures {
		if len(m.points) > 0 {
			found = append(found, Quantile{m.variant, m.stat, m.points[0].V, m.lower, m.upper})
		}
	}
	return found, nil
}

// judgedStats are the quantiles that verdicts speak of.
func judgedStats() []string {
	var stats []string
	for _, q := range histo.JudgedQuantiles {
		stats = append(stats, model.QuantileStat(q))
	}
	return append(stats, model.QuantileStat(histo.FarTail))
}
