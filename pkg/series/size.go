package series

import (
	"context"
	"fmt"
	"time"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// What one query may compute and read. A dashboard's panel has 3 quantiles of 2 variants with difference and ratio at 1,000
// points: 12,000 values. With 50 groups it has 800,000, mean included, which is more lines than anybody can read.
const (
	// maxValues bounds the values in the frames of an answer. Each takes some 64 bytes until it is sent, so these take 77 MB.
	maxValues = 1_200_000
	// maxSamples bounds the samples that an answer is computed from, at 24 bytes each, on the way: 48 MB.
	maxSamples = 2_000_000
	// maxFrames bounds the series of an answer, or its rows. A frame takes some 3 KB beside its values.
	maxFrames = 10_000

	valueBytes, frameBytes = 64, 3 << 10

	// sizeTimes is at how many times of a range it is counted what there is to read.
	sizeTimes = 4
	// plenty is up to which number of samples nothing is counted, since the buckets of a histogram are the only thing not known.
	plenty = maxSamples / 4
)

// size is what the answer to a statement comes to.
type size struct {
	signals []model.Signal
	// groups are those of groupBy, arms the variants in them, series what is read; points is how many times there are.
	groups, arms, series, points int
	// stats is how many stats the signals have together, columns how many series of each group and stat are shown.
	stats, columns int
	// quantiles is how many stats of the first signal are quantiles.
	quantiles int
	// wide is set where each series that is read is shown too, as buckets are.
	wide bool
}

// samples is how many values are read.
func (s size) samples() int { return budget.Product(s.series, s.points) }

// frames is how many series are computed.
func (s size) frames() int {
	if s.wide {
		return max(s.series, budget.Product(s.arms, s.stats))
	}
	return budget.Product(s.stats, max(budget.Product(s.groups, s.columns), s.arms))
}

// values is how many values are computed: none where what is read is shown as it is.
func (s size) values() int {
	if s.wide {
		return 0
	}
	return budget.Product(s.frames(), s.points)
}

// weight is how many values an answer is as heavy as.
func (s size) weight() int {
	if s.wide {
		return s.samples() / 5 * 3
	}
	return s.values()
}

func (s size) bytes() int64 {
	return budget.Bytes(int64(s.samples()), budget.SampleBytes) + budget.Bytes(int64(s.weight()), valueBytes) +
		budget.Bytes(int64(s.frames()), frameBytes)
}

// sizeOf finds out what the answer to a statement comes to. Where there are groups, or much could be read, it is
// counted first, which costs the server a look at its index and reads one number.
func (p *Planner) sizeOf(ctx context.Context, r Request, st statement, at evaluation) (size, error) {
	result := size{signals: st.signals, points: at.grid.Len(), wide: r.Query.QueryType == model.QueryDistribution}
	variants := len(st.scope.Variants)
	if variants == 0 {
		variants = len(st.subject.Found)
	}
	result.stats, result.columns = p.statsOf(r.Query, st.signals), columnsOf(r.Query, st.subject)
	switch {
	case r.Query.Format == model.FormatShift:
		result.stats = len(r.Query.Quantiles)
	case result.wide:
		result.stats = 1
	}
	result.quantiles = p.quantilesOf(r.Query, st.signals[0])
	result.groups, result.arms = 1, max(variants, 1)
	result.series = budget.Product(result.arms, p.kindOf(st.signals[0]).Drawn.Series)
	if len(r.Query.GroupBy) == 0 && result.samples() <= plenty {
		return result, nil
	}
	return result, p.count(ctx, &result, st, at)
}

// count counts groups, arms and series, as many as there are at once. What comes and goes (pods) has values only while it is
// there.
func (p *Planner) count(ctx context.Context, into *size, st statement, at evaluation) error {
	metric, parts, more := p.kindOf(st.signals[0]).Drawn.Size(st.signals[0], st.counted)
	expr, err := st.scope.Size(metric, more...)
	if err != nil {
		return err
	}
	result, err := p.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: expr, Start: time.UnixMilli(at.grid.Start), End: time.UnixMilli(at.grid.End),
		Step: max(time.Duration(at.grid.End-at.grid.Start)*time.Millisecond/sizeTimes, time.Second).Round(time.Second),
	})
	if err != nil {
		return fmt.Errorf("count what there is to read: %w", err)
	}
	counted := map[string]int{}
	for _, series := range result.Series {
		for _, point := range series.Floats {
			counted[series.Labels.Get(promql.PartLabel)] = max(counted[series.Labels.Get(promql.PartLabel)], int(point.V))
		}
	}
	into.groups, into.arms = max(counted[promql.PartGroups], 1), max(counted[promql.PartArms], 1)
	into.series = budget.Product(max(counted[promql.PartSeries], 1), parts)
	return nil
}

// statsOf is how many stats of signals a query shows.
func (p *Planner) statsOf(query model.Query, signals []model.Signal) int {
	n := 0
	for _, signal := range signals {
		for _, stat := range p.kindOf(signal).Stats(query.Quantiles) {
			if query.WantsStat(stat) {
				n++
			}
		}
	}
	return n
}

// columnsOf is how many series of one group and stat a query shows: baseline and features, and how these differ.
func columnsOf(query model.Query, s survey.Subject) int {
	wanted := wantedRoles(query)
	if query.Format == model.FormatTable {
		return max(len(s.Features), 1)
	}
	n := 0
	if wanted(model.RoleBaseline) && s.Baseline != "" {
		n++
	}
	for _, role := range []model.Role{model.RoleFeature, model.RoleDifference, model.RoleRatio} {
		if wanted(role) {
			n += len(s.Features)
		}
	}
	return max(n, 1)
}

// checkArms rejects an answer that came out larger than what was counted: more groups appeared than there were at any of the
// times at which they were counted.
func checkArms(query model.Query, st statement, arms []*arm, stats, quantiles int, at evaluation) error {
	groups := map[string]bool{}
	for _, a := range arms {
		groups[a.key] = true
	}
	return checkSizes(query, []size{{
		signals: st.signals, groups: max(len(groups), 1), arms: len(arms), points: at.grid.Len(),
		stats: stats, columns: columnsOf(query, st.subject), quantiles: quantiles,
	}})
}

// widthOf is what the arms of an answer come to where each bucket is shown.
func widthOf(p planned, arms []*arm, at evaluation) size {
	result := p.size
	result.arms, result.points, result.series = max(len(arms), 1), at.grid.Len(), 0
	for _, a := range arms {
		result.series += max(len(a.buckets), min(len(a.natives), 1))
	}
	return result
}
