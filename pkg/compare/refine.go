package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// quantileWindow bounds the time that the quantiles beside a verdict are about: all buckets of a week take long to read.
const quantileWindow = time.Hour

// refine reads all buckets for the quantiles that are shown beside verdicts; those were counted at a few edges alone. What
// cannot be read leaves the rough ones, and a notice.
func (e *Engine) refine(ctx context.Context, o occasion, signal model.Signal, rows []verdict.Verdict) []data.Notice {
	type window struct{ from, until int64 }
	byWindow := map[window][]measure{}
	var features []string
	for _, row := range rows {
		features = append(features, row.Options.Variant)
	}
	for i := range rows {
		v := &rows[i]
		if v.Until == 0 || v.State == verdict.Insufficient || v.State == verdict.NoData {
			continue
		}
		w := window{max(v.Since, v.Until-int64(quantileWindow.Seconds())), v.Until}
		measures, known := byWindow[w]
		if !known {
			var err error
			if measures, err = e.quantiles(ctx, o, signal, v.Options.Baseline, features, time.Unix(w.from, 0), time.Unix(w.until, 0)); err != nil {
				return []data.Notice{warn("%s: the quantiles are rough, because the buckets could not be read: %v", signal.Name, err)}
			}
			byWindow[w] = measures
		}
		baseline, okBaseline := estimateOf(measures, v.Options.Baseline, v.Stat)
		feature, okFeature := estimateOf(measures, v.Options.Variant, v.Stat)
		if okBaseline && okFeature {
			v.Refine(baseline, feature, w.from)
		}
	}
	return nil
}

// quantiles are those of the baseline and of features of a signal over a time.
func (e *Engine) quantiles(
	ctx context.Context, o occasion, signal model.Signal, baseline string, features []string, from, until time.Time,
) ([]measure, error) {
	query, err := model.Query{
		QueryType: model.QueryCompare, Format: model.FormatTable, Flag: o.query.Flag, Baseline: baseline, Variants: features,
		Signals: []string{signal.ID}, Filters: o.query.Filters,
		Stats: []string{"p50", "p95", "p99"},
	}.Validate()
	if err != nil {
		return nil, fmt.Errorf("read the quantiles: %w", err)
	}
	s := stretchOf(from, until, e.settings.ScrapeInterval())
	at := evaluationOf(model.FormatTable, s)
	r := Request{Query: query}
	part, err := e.read(ctx, r, e.plan(ctx, r, []model.Signal{signal}, s, at), at)
	defer part.done()
	if err = errors.Join(err, part.err); err != nil || len(part.answers) == 0 {
		return nil, err
	}
	return part.answers[0].measures, nil
}

func estimateOf(measures []measure, variant, stat string) (verdict.Estimate, bool) {
	i := slices.IndexFunc(measures, func(m measure) bool {
		return m.variant == variant && m.stat == stat && len(m.points) > 0
	})
	if i < 0 {
		return verdict.Estimate{}, false
	}
	m := measures[i]
	return verdict.Estimate{Value: m.points[0].V, Lower: m.lower, Upper: m.upper}, true
}
