package compare

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// What one query may compute and read. A dashboard's panel has 3 quantiles of 2 variants with difference and ratio at 1,000
// points: 12,000 values. With 50 groups it has 800,000, mean included, which is more lines than anybody tells apart.
const (
	// maxValues bounds the values in the frames of an answer. Each takes some 64 bytes until it is sent, so these take 77 MB.
	maxValues = 1_200_000
	// maxSamples bounds the samples that an answer is computed from, at 24 bytes each, on the way: 48 MB.
	maxSamples = 2_000_000
	// maxFrames bounds the series of an answer, or its rows. A frame takes some 3 KB beside its values.
	maxFrames = 10_000

	valueBytes, sampleBytes, frameBytes = 64, 24, 3 << 10

	// sizeTimes is at how many times of a range it is counted what there is to read.
	sizeTimes = 4
	// usualBuckets is more than classic histograms have, and about what native ones take.
	usualBuckets = 64
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
	// wide is set where each series that is read is shown too, as buckets are.
	wide bool
}

// samples is how many values are read.
func (s size) samples() int { return product(s.series, s.points) }

// frames is how many series are computed.
func (s size) frames() int {
	if s.wide {
		return max(s.series, product(s.arms, s.stats))
	}
	return product(s.stats, max(product(s.groups, s.columns), s.arms))
}

// values is how many values are computed: none where what is read is shown as it is.
func (s size) values() int {
	if s.wide {
		return 0
	}
	return product(s.frames(), s.points)
}

// weight is how many values an answer is as heavy as.
func (s size) weight() int {
	if s.wide {
		return s.samples() / 5 * 3
	}
	return s.values()
}

func (s size) bytes() int64 {
	return budget.Bytes(int64(s.samples()), sampleBytes) + budget.Bytes(int64(s.weight()), valueBytes) +
		budget.Bytes(int64(s.frames()), frameBytes)
}

// product is that of numbers which are not negative, or as much as there can be.
func product(numbers ...int) int {
	result := 1
	for _, n := range numbers {
		if n > 0 && result > math.MaxInt32*1000/n {
			return math.MaxInt32 * 1000
		}
		result *= n
	}
	return result
}

// sizeOf finds out what the answer to a statement comes to. Where groups are told apart, or much could be read, it is
// counted first, which costs the server a look at its index and reads one number.
func (e *Engine) sizeOf(ctx context.Context, r Request, st statement, at evaluation) (size, error) {
	result := size{signals: st.signals, points: at.grid.Len(), wide: r.Query.QueryType == model.QueryDistribution}
	variants := len(st.scope.Variants)
	if variants == 0 {
		variants = len(st.subject.found)
	}
	result.stats, result.columns = e.statsOf(r.Query, st.signals), columnsOf(r.Query, st.subject)
	switch {
	case r.Query.Format == model.FormatShift:
		result.stats = len(r.Query.Quantiles)
	case result.wide:
		result.stats = 1
	}
	buckets := 2
	if st.signals[0].Kind == model.KindHistogram {
		buckets = usualBuckets
	}
	result.groups, result.arms, result.series = 1, max(variants, 1), product(max(variants, 1), buckets)
	if len(r.Query.GroupBy) == 0 && result.samples() <= plenty {
		return result, nil
	}
	return result, e.count(ctx, &result, st, at)
}

// count counts groups, arms and series, as many as there are at once. What comes and goes (pods) has values only while it is
// there.
func (e *Engine) count(ctx context.Context, into *size, st statement, at evaluation) error {
	metric, parts, more := countedOf(st)
	expr, err := st.scope.Size(metric, more...)
	if err != nil {
		return err
	}
	result, err := e.client.QueryRange(ctx, promapi.RangeQuery{
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
	into.series = product(max(counted[promql.PartSeries], 1), parts)
	return nil
}

// countedOf is the metric whose series stand for those of a statement, how many are read for each of them, and by which
// labels they are told apart.
func countedOf(st statement) (metric string, parts int, more []string) {
	signal := st.signals[0]
	switch {
	case signal.Kind == model.KindHistogram && st.classes.native && !st.classes.classic:
		return signal.Metric, usualBuckets, nil
	case signal.Kind == model.KindHistogram:
		return signal.Metric + "_bucket", 1, []string{promql.BucketLabel}
	case signal.Kind == model.KindMean:
		return signal.CountMetric, 2, nil
	default:
		return st.metric, 2, nil
	}
}

// statsOf is how many stats of signals a query shows.
func (e *Engine) statsOf(query model.Query, signals []model.Signal) int {
	n := 0
	for _, signal := range signals {
		for _, stat := range model.StatsOf(signal.Kind, query.Quantiles) {
			if query.WantsStat(stat) {
				n++
			}
		}
	}
	return n
}

// columnsOf is how many series of one group and stat a query shows: baseline and features, and how these differ.
func columnsOf(query model.Query, s subject) int {
	wanted := wantedRoles(query)
	if query.Format == model.FormatTable {
		return max(len(s.features), 1)
	}
	n := 0
	if wanted(model.RoleBaseline) && s.baseline != "" {
		n++
	}
	for _, role := range []model.Role{model.RoleFeature, model.RoleDifference, model.RoleRatio} {
		if wanted(role) {
			n += len(s.features)
		}
	}
	return max(n, 1)
}

// checkSizes refuses what would take too much memory, by the numbers that make it so.
func checkSizes(query model.Query, sizes []size) error {
	var values, samples, frames int
	for _, s := range sizes {
		values, samples, frames = values+s.values(), samples+s.samples(), frames+s.frames()
	}
	var message string
	switch {
	case values > maxValues:
		message = fmt.Sprintf("%s = %s values; at most %s are computed", largest(query, sizes, size.values), inWords(values), inWords(maxValues))
	case frames > maxFrames:
		message = fmt.Sprintf("%s = %s series; at most %s are computed", largest(query, sizes, size.frames), inWords(frames), inWords(maxFrames))
	case samples > maxSamples:
		message = fmt.Sprintf("%s = %s samples to read; at most %s are read", largest(query, sizes, size.samples), inWords(samples), inWords(maxSamples))
	default:
		return nil
	}
	return &model.InvalidError{Field: "query", Message: message + ". " + lessOf(query)}
}

// largest writes the product of the signal that has most of what is counted.
func largest(query model.Query, sizes []size, of func(size) int) string {
	most := slices.MaxFunc(sizes, func(a, b size) int { return of(a) - of(b) })
	var factors []string
	add := func(n int, what string) { factors = append(factors, fmt.Sprintf("%s %s", inWords(n), plural(n, what))) }
	reads := of(most) == most.samples() && (most.wide || most.samples() != most.values())
	switch {
	case reads:
		add(most.series, "series")
	case quantilesOf(query, most) == most.stats:
		add(most.stats, "quantile")
	default:
		add(most.stats, "stat")
	}
	if !reads {
		if len(query.GroupBy) > 0 {
			add(most.groups, "group")
		}
		if columns := most.frames() / max(product(most.stats, most.groups), 1); columns > 1 {
			add(columns, "variants and their comparisons")
		}
	}
	if of(most) != most.frames() || most.points > 1 && of(most) == most.values() {
		add(most.points, "point")
	}
	text := strings.Join(factors, " x ")
	if len(sizes) > 1 {
		text += fmt.Sprintf(" of %s, and %d more signals,", most.signals[0].ID, len(sizes)-1)
	}
	return text
}

// quantilesOf is how many of the stats are quantiles.
func quantilesOf(query model.Query, s size) int {
	n := 0
	for _, quantile := range query.Quantiles {
		if s.signals[0].Kind == model.KindHistogram && query.WantsStat(model.QuantileStat(quantile)) {
			n++
		}
	}
	return n
}

// lessOf says what to reduce, the most effective first.
func lessOf(query model.Query) string {
	var less []string
	if len(query.GroupBy) > 0 {
		less = append(less, "group by fewer labels", "add a filter")
	}
	if len(query.Quantiles) > len(model.DefaultQuantiles) && query.QueryType != model.QueryDistribution {
		less = append(less, "use fewer quantiles")
	}
	if len(query.Signals) > 1 {
		less = append(less, "choose fewer signals")
	}
	less = append(less, "choose fewer variants")
	if query.Format != model.FormatTable && query.Format != model.FormatAlert {
		less = append(less, "a shorter range", "or a larger step")
	}
	text := strings.Join(less, ", ")
	return strings.ToUpper(text[:1]) + text[1:]
}

func plural(n int, what string) string {
	if n == 1 || strings.HasSuffix(what, "s") {
		return what
	}
	return what + "s"
}

// inWords writes a number as people say it: 361, 29,200, 1.2 million.
func inWords(n int) string {
	switch {
	case n >= 1_000_000_000_000:
		return "over a trillion"
	case n >= 1_000_000_000:
		return fmt.Sprintf("%.3g billion", float64(n)/1e9)
	case n >= 1_000_000:
		return fmt.Sprintf("%.4g million", float64(n)/1e6)
	case n >= 10_000:
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	return fmt.Sprint(n)
}

// Allowance is what all queries of one request may come to, since their answers are sent together. It is safe for concurrent use.
type Allowance struct {
	mutex          sync.Mutex
	values, frames int
}

// take takes what one query comes to; it fails where nothing of it is left.
func (a *Allowance) take(query model.Query, sizes []size) error {
	if a == nil {
		return nil
	}
	values, frames := 0, 0
	for _, s := range sizes {
		values, frames = values+s.weight(), frames+s.frames()
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.values+values > maxValues || a.frames+frames > maxFrames {
		return &model.InvalidError{Field: "query", Message: fmt.Sprintf(
			"with the other queries of this request it would come to %s values in %s series; at most %s values in %s series are answered together. "+
				"Ask in fewer queries, or: %s", inWords(a.values+values), inWords(a.frames+frames), inWords(maxValues), inWords(maxFrames), lessOf(query))}
	}
	a.values, a.frames = a.values+values, a.frames+frames
	return nil
}

// room checks what the answers come to, and waits until there is memory for them all.
func (e *Engine) room(ctx context.Context, r Request, sizes []size) (release func(), err error) {
	if err := checkSizes(r.Query, sizes); err != nil {
		return nil, err
	}
	if err := r.Answer.take(r.Query, sizes); err != nil {
		return nil, err
	}
	total := int64(0)
	for _, s := range sizes {
		total += s.bytes()
	}
	return e.budget.Acquire(ctx, total)
}

// checkArms refuses an answer that came out larger than what was counted: more groups appeared than there were at any of the
// times at which they were counted.
func checkArms(query model.Query, st statement, arms []*arm, stats int, at evaluation) error {
	groups := map[string]bool{}
	for _, a := range arms {
		groups[a.key] = true
	}
	return checkSizes(query, []size{{
		signals: st.signals, groups: max(len(groups), 1), arms: len(arms), points: at.grid.Len(),
		stats: stats, columns: columnsOf(query, st.subject),
	}})
}

// widthOf is what the arms of an answer come to where each bucket is shown.
func widthOf(p planned, arms []*arm, at evaluation) size {
	result := p.size
	result.arms, result.points, result.series = max(len(arms), 1), at.grid.Len(), 0
	for _, a := range arms {
		result.series += max(len(a.bounds), min(len(a.natives), 1))
	}
	return result
}
