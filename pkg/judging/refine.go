package judging

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/series"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// quantileWindow bounds the time that the quantiles beside a verdict are about: all buckets of a week take long to read.
const quantileWindow = time.Hour

// refiner reads the quantiles that are shown beside verdicts.
type refiner struct {
	quantiles interface {
		Over(ctx context.Context, c series.Compared, signal model.Signal, from, until time.Time) ([]series.Quantile, error)
	}
}

// refine reads all buckets for the quantiles that are shown beside verdicts; those were counted at a few edges alone. What
// cannot be read leaves the rough ones, and a notice.
func (f *refiner) refine(ctx context.Context, query model.Query, signal model.Signal, rows []verdict.Verdict) []data.Notice {
	type window struct{ from, until int64 }
	byWindow := map[window][]series.Quantile{}
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
		found, known := byWindow[w]
		if !known {
			var err error
			compared := series.Compared{
				Flag: query.Flag, Baseline: v.Options.Baseline, Features: features, Filters: query.Filters,
			}
			if found, err = f.quantiles.Over(ctx, compared, signal, time.Unix(w.from, 0), time.Unix(w.until, 0)); err != nil {
				return []data.Notice{notices.Warn("%s: the quantiles are rough, because the buckets could not be read: %v", signal.Name, err)}
			}
			byWindow[w] = found
		}
		baseline, okBaseline := estimateOf(found, v.Options.Baseline, v.Stat)
		feature, okFeature := estimateOf(found, v.Options.Variant, v.Stat)
		if okBaseline && okFeature {
			v.Refine(baseline, feature, w.from)
		}
	}
	return nil
}

func estimateOf(quantiles []series.Quantile, variant, stat string) (verdict.Estimate, bool) {
	i := slices.IndexFunc(quantiles, func(q series.Quantile) bool { return q.Variant == variant && q.Stat == stat })
	if i < 0 {
		return verdict.Estimate{}, false
	}
	return verdict.Estimate{Value: quantiles[i].Value, Lower: quantiles[i].Lower, Upper: quantiles[i].Upper}, true
}
