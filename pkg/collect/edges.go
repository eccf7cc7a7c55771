package collect

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/histogram"

	"github.com/flaglens/flaglens/pkg/histo"
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
	// window is the next one to look at; best is what the windows so far gave, seen how many observations it rests on.
	window int
	best   chosenEdges
	seen   float64
}

// chosenEdges are bounds of buckets, ascending, and for each the baseline's quantile that it was chosen for.
type chosenEdges struct{ bounds, quantiles []float64 }

// prepare chooses the edges of a histogram, once, from the baseline's distribution.
func (c *Collector) prepare(ctx context.Context, r *run, to time.Time) error {
	for !r.ready {
		if r.edges.window == len(edgeWindows) {
			return r.settle()
		}
		window := edgeWindows[r.edges.window]
		end := r.start.Add(window.end)
		if end.After(to) {
			// Not known yet. Fewer observations will do only once there is nothing better to wait for.
			return nil
		}
		tails, err := c.distribution(ctx, r, end, window.length)
		if err != nil {
			return err
		}
		r.edges.window++
		if tails.count > r.edges.seen {
			r.edges.best, r.edges.seen = tails.chosen(), tails.count
		}
		if r.edges.seen >= enough {
			return r.settle()
		}
	}
	return nil
}

// settle reads with the edges that were chosen. A baseline without observations leaves none to read.
func (r *run) settle() error {
	if len(r.edges.best.bounds) == 0 {
		r.notices = []string{fmt.Sprintf("%s: the baseline %q has no observations from which bucket edges could be chosen.",
			r.signal.Name, r.variants[0])}
	}
	return r.read(r.edges.best.bounds)
}

// tails is a distribution by its edges, ascending: how much lies above each.
type tails struct {
	edges, above []float64
	count        float64
}

// distribution reads the baseline's in a window.
func (c *Collector) distribution(ctx context.Context, r *run, end time.Time, window time.Duration) (tails, error) {
	scope := r.scope
	scope.Variants, scope.GroupBy = r.variants[:1], nil
	increase := promql.Func{Name: "increase", Window: window}
	var expr string
	var err error
	if r.native {
		expr, err = scope.Native(r.signal.Metric, increase)
	} else {
		expr, err = scope.RawAllBuckets(r.signal.Metric, increase)
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
	if r.native {
		return nativeTails(result.Series), nil
	}
	return classicTails(result.Series), nil
}

func classicTails(series []promapi.Series) tails {
	type bucket struct{ edge, below float64 }
	var buckets []bucket
	var t tails
	for _, s := range series {
		edge, err := strconv.ParseFloat(s.Labels.Get(promql.BucketLabel), 64)
		if err != nil || len(s.Floats) == 0 || !finite(s.Floats[0].V) {
			continue
		}
		if math.IsInf(edge, 1) {
			t.count += s.Floats[0].V
			continue
		}
		// One bound in two spellings is one bucket.
		if i := slices.IndexFunc(buckets, func(b bucket) bool { return b.edge == edge }); i >= 0 {
			buckets[i].below += s.Floats[0].V
			continue
		}
		buckets = append(buckets, bucket{edge, s.Floats[0].V})
	}
	slices.SortFunc(buckets, func(a, b bucket) int { return cmp.Compare(a.edge, b.edge) })
	for _, b := range buckets {
		t.edges = append(t.edges, b.edge)
		t.above = append(t.above, t.count-b.below)
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
