package rollout

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// targeted is the share of targeted evaluations from which on a comparison is observational.
	targeted = 0.1
	// reasonsWindow is the most that is looked back over, reasonsAge how long the answer is believed: a badge need not be
	// younger.
	reasonsWindow, reasonsAge = 24 * time.Hour, 5 * time.Minute
)

// reasonsRead is what was last read of a flag's reasons.
type reasonsRead struct {
	at, start time.Time
	expr      string
	shares    map[string]float64
}

// reasons says how much of a rollout's evaluations were targeted. A rollout is worth having without it.
func (f *Finder) reasons(ctx context.Context, request Request, known *reasonsRead, r *Rollout, at time.Time) error {
	if f.settings.ReasonMetric == nil || r.Source == SourceNone || at.Sub(r.Start) < counts.Step {
		return nil
	}
	if age := at.Sub(known.at); known.at.IsZero() || age < 0 || age > reasonsAge || !known.start.Equal(r.Start) {
		read, err := f.readReasons(ctx, request, r.Start, at)
		var refused *promapi.Error
		if errors.As(err, &refused) && refused.Kind != promapi.KindCanceled {
			r.Notices = append(r.Notices, "Why variants were chosen is not known: "+refused.Error())
			return nil
		}
		if err != nil {
			return err
		}
		*known = read
	}
	if known.shares != nil {
		r.Reasons, r.Observational = known.shares, known.shares["TARGETING_MATCH"] >= targeted
		r.Exprs = append(r.Exprs, known.expr)
	}
	return nil
}

func (f *Finder) readReasons(ctx context.Context, request Request, start, at time.Time) (reasonsRead, error) {
	metric := f.settings.ReasonMetric
	// Durations in PromQL are whole here; four scrapes at least, so that there is an increase.
	least := time.Duration(math.Ceil((4 * request.Scrape).Seconds())) * time.Second
	window := max(min(at.Sub(start), reasonsWindow).Truncate(counts.Step), least)
	expr, err := promql.Reasons(metric.Metric, metric.FlagLabel, metric.ReasonLabel, request.Flag, promql.Func{Name: "increase", Window: window})
	if err != nil {
		return reasonsRead{}, err
	}
	result, err := f.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: at})
	if err != nil {
		return reasonsRead{}, fmt.Errorf("read the reasons of the evaluations: %w", err)
	}
	evaluations := map[string]float64{}
	for _, series := range result.Series {
		if len(series.Floats) > 0 && finite(series.Floats[0].V) && series.Floats[0].V > 0 {
			// Conventions write reasons in upper case or in lower.
			evaluations[strings.ToUpper(series.Labels.Get(metric.ReasonLabel))] += series.Floats[0].V
		}
	}
	read := reasonsRead{at: at, start: start, expr: expr}
	read.shares, _ = proportions(evaluations)
	return read, nil
}
