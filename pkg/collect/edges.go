package collect

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/histogram"

	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// enough observations to tell where a p95 lies, and about where a p99 does.
const enough = 200

// edgeWindows are where the edges are looked for, one after the other, until one has enough observations: in the hour
// before the rollout, then in what followed it. Each window ends at a fixed time, so that the choice is the same
// whenever it is made, and the evidence with it.
var edgeWindows = []struct{ end, length time.Duration }{
	{0, time.Hour},
	{10 * time.Minute, 10 * time.Minute},
	{time.Hour, time.Hour},
	{6 * time.Hour, 6 * time.Hour},
	{24 * time.Hour, 24 * time.Hour},
}

// edgeSchema is the finest resolution of native histograms whose bounds are chosen: four to a doubling. Histograms become
// coarser in a long life, and an edge that is no bound any more counts for nothing.
const edgeSchema = 2

// edgeChoice is how far the choice of a run's edges has come.
type edgeChoice struct {
	// window is how many were looked at; best is what they gave, seen how many observations it rests on.
	window int
	best   chosenEdges
	seen   float64
	// shapes is which bounds the series had then, left how many of them were left out because not all did.
	shapes map[string]shape
	left   int
	// all is the distribution that was chosen from.
	all tails
}

// chosenEdges are bounds of buckets, ascending, and for each the baseline's quantile that it was chosen for.
type chosenEdges struct{ bounds, quantiles []float64 }

// chooser chooses the edges of histograms.
type chooser struct{ *Collector }

// prepare chooses the edges of a histogram from the baseline's distribution.
func (c chooser) prepare(ctx context.Context, r *run, to time.Time) error {
	if r.lackAt() > 0 {
		if err := c.chooseAgain(ctx, r); err != nil {
			return err
		}
	}
	if r.ready {
		return nil
	}
	choice, made, err := c.choose(ctx, r, to)
	if err != nil {
		return err
	}
	if r.edges = choice; !made {
		return nil
	}
	return r.settle()
}

// choose looks for edges with what is there up to a time. It is not made while something better may come.
func (c chooser) choose(ctx context.Context, r *run, to time.Time) (choice edgeChoice, made bool, err error) {
	for ; choice.window < len(edgeWindows) && choice.seen < enough; choice.window++ {
		window := edgeWindows[choice.window]
		end := r.start.Add(window.end)
		if end.After(to) {
			// Not known yet. Fewer observations will do only once there is nothing better to wait for.
			return choice, false, nil
		}
		tails, err := c.distribution(ctx, r, end, window.length)
		if err != nil {
			return choice, false, err
		}
		shapes, err := c.shapes(ctx, r, end, window.length)
		if err != nil {
			return choice, false, err
		}
		r.noteUnreadable(tails.unreadable)
		if tails.count > choice.seen {
			common := r.common(tails, shapes)
			choice.best, choice.seen = common.chosen(), tails.count
			choice.shapes, choice.all, choice.left = shapes, tails, len(tails.edges)-len(common.edges)
		}
	}
	return choice, true, nil
}

// chosenAnew chooses again where ticks are read again from which edges were chosen, and tells whether others were: then
// nothing that was read holds any more.
func (c chooser) chosenAnew(ctx context.Context, r *run, from, last int) (bool, error) {
	if !r.kind.Edges || r.at(from-bridge).After(r.start.Add(edgeWindows[r.edges.window-1].end)) {
		return false, nil
	}
	choice, made, err := c.choose(ctx, r, r.at(last))
	if err != nil || made && slices.Equal(choice.best.bounds, r.edges.best.bounds) && slices.Equal(choice.best.quantiles, r.edges.best.quantiles) {
		return false, err
	}
	return true, c.beginAnew(ctx, r)
}

// beginAnew forgets all that was read.
func (c chooser) beginAnew(ctx context.Context, r *run) error {
	fresh, err := c.newRun(ctx, r.request)
	if err != nil {
		return err
	}
	copies := r.scope.Copies
	if *r = *fresh; len(copies) > len(r.scope.Copies) {
		r.scope.Copies = copies
		return r.anew()
	}
	return nil
}

// noteUnreadable says once which bounds are no numbers.
func (r *run) noteUnreadable(bounds []string) {
	if len(bounds) == 0 || r.unreadable {
		return
	}
	r.unreadable = true
	names.Sort(bounds)
	r.say("%s: %d series of %s_bucket of %q are left out, because their bounds are no numbers (%s): "+
		"how many requests lie below them cannot be known. Write bounds as numbers in the exporter.",
		r.signal.Name, len(bounds), r.signal.Metric, r.variants[0], names.Listed(names.Union(bounds)))
}

// say adds to what holds for the whole run.
func (r *run) say(format string, args ...any) {
	r.notices = append(r.notices, fmt.Sprintf(format, args...))
}

// settle reads with the edges that were chosen. A baseline without observations leaves none to read.
func (r *run) settle() error {
	r.uncommon = r.withoutCommon()
	switch {
	case r.uncommon != "":
		r.say("%s: %s.", r.signal.Name, r.uncommon)
	case r.edges.left > 0 && len(r.edges.best.bounds) > 0:
		how := ""
		if r.source.Beside != "" {
			how = " (some have classic buckets, others native histograms)"
		}
		r.say("%s: judged at bucket bounds that all series of %s have%s; %d bounds differ between them and are left out.",
			r.signal.Name, strings.Join(r.variants, " and "), how, r.edges.left)
	case len(r.edges.best.bounds) == 0:
		r.say("%s: the baseline %q has no observations from which bucket edges could be chosen.", r.signal.Name, r.variants[0])
	}
	return r.read(r.edges.best.bounds)
}

// tails is a distribution by its edges, ascending: how much lies above each.
type tails struct {
	edges, above []float64
	count        float64
	// unreadable are bounds that are no numbers.
	unreadable []string
}

// distribution reads the baseline's in a window.
func (c chooser) distribution(ctx context.Context, r *run, end time.Time, window time.Duration) (tails, error) {
	if r.source.Beside == "" {
		return c.distributionIn(ctx, r, r.source.Native, end, window)
	}
	// Of two classes that in which more was observed says where the edges are.
	buckets, err := c.distributionIn(ctx, r, false, end, window)
	if err != nil {
		return tails{}, err
	}
	natives, err := c.distributionIn(ctx, r, true, end, window)
	if err != nil || natives.count <= buckets.count {
		return buckets, err
	}
	return natives, nil
}

// distributionIn reads it in buckets, or in native histograms.
func (c chooser) distributionIn(ctx context.Context, r *run, native bool, end time.Time, window time.Duration) (tails, error) {
	scope := r.scope
	scope.Variants, scope.GroupBy = r.variants[:1], nil
	increase := promql.Func{Name: "increase", Window: window, Whole: true}
	var expr string
	var err error
	if native {
		expr, err = scope.Native(r.signal.Metric, increase)
	} else {
		expr, err = scope.Raw().AllBuckets(r.source.Buckets(), increase)
	}
	if err != nil {
		return tails{}, err
	}
	result, err := c.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: end})
	if err != nil {
		return tails{}, fmt.Errorf("choose bucket edges for %s: %w", r.signal.ID, err)
	}
	if result.Partial {
		return tails{}, notWhole(r.signal, result.Warnings)
	}
	if native {
		return nativeTails(result.Series), nil
	}
	return bucketTails(result.Series, r.source.Form.Countable()), nil
}

// bucketTails is the distribution of buckets. Edges are bounds that are found again however they are spelled. Where a counter
// stands for the bucket +Inf that some lack, countable is set.
func bucketTails(series []promapi.Series, countable bool) tails {
	var buckets []histo.Bucket
	var ranges []histo.Bin
	var t tails
	counted := 0.0
	for _, s := range series {
		if len(s.Floats) == 0 || !finite(s.Floats[0].V) {
			continue
		}
		n, text := s.Floats[0].V, s.Labels.Get(promql.BucketLabel)
		if between := s.Labels.Get(promql.RangeLabel); between != "" {
			lower, upper, ok := promql.Range(between)
			if ok {
				ranges = append(ranges, histo.Bin{Lower: lower, Upper: upper, Count: n})
			} else {
				t.unreadable = append(t.unreadable, between)
			}
			continue
		}
		bound, ok := promql.Bound(text)
		switch {
		case text == "":
			counted += n
		case !ok:
			t.unreadable = append(t.unreadable, text)
		case math.IsInf(bound, 1):
			t.count += n
		case promql.Spelled(text):
			buckets = append(buckets, histo.Bucket{UpperBound: bound, Count: n})
		}
	}
	if t.count == 0 || countable && counted > 0 {
		t.count = counted
	}
	for _, b := range histo.Cumulative(append(buckets, histo.Joined(ranges)...)) {
		if finite(b.UpperBound) {
			t.edges = append(t.edges, b.UpperBound)
			t.above = append(t.above, t.count-b.Count)
		}
	}
	return t
}

func nativeTails(series []promapi.Series) tails {
	var t tails
	for _, s := range series {
		if len(s.Histograms) == 0 {
			continue
		}
		h := s.Histograms[0].H
		if !h.UsesCustomBuckets() && h.Schema > edgeSchema {
			h = h.CopyToSchema(edgeSchema)
		}
		t.count = h.Count
		below := 0.0
		for bucket := range bucketsOf(h) {
			below += bucket.Count
			if finite(bucket.Upper) {
				t.edges = append(t.edges, bucket.Upper)
				t.above = append(t.above, h.Count-below)
			}
		}
		t.beyond(h)
	}
	return t
}

// beyond adds edges above which nothing lies yet, up to twice the highest bucket that there is: a native histogram has no
// others, and what goes wrong may well end there. They are bounds in every schema that the histogram may be merged to.
func (t *tails) beyond(h *histogram.FloatHistogram) {
	last := len(t.edges) - 1
	if h.UsesCustomBuckets() || last < 0 || !(t.edges[last] > 0) {
		return
	}
	growth := math.Exp2(math.Max(0, float64(-h.Schema)))
	power := math.Ceil(math.Log2(t.edges[last])/growth + 1e-9)
	for range 2 {
		if edge := math.Exp2(power * growth); edge > t.edges[last] && finite(edge) {
			t.edges, t.above = append(t.edges, edge), append(t.above, 0)
		}
		power++
	}
}

// chosen are the edges that are judged.
func (t tails) chosen() chosenEdges {
	var chosen chosenEdges
	for _, e := range histo.NearestEdges(t.edges, t.above, t.count) {
		chosen.bounds = append(chosen.bounds, t.edges[e.Index])
		chosen.quantiles = append(chosen.quantiles, e.Quantile)
	}
	return chosen
}

// bucketsOf lists the buckets of a native histogram from the lowest up.
func bucketsOf(h *histogram.FloatHistogram) func(yield func(histogram.Bucket[float64]) bool) {
	return func(yield func(histogram.Bucket[float64]) bool) {
		for it := h.AllBucketIterator(); it.Next(); {
			if !yield(it.At()) {
				return
			}
		}
	}
}
