package collect

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/histogram"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// heldTimes is at how many times of a window it is looked which series hold which bounds.
	heldTimes = 12
	// common is the part of the series of an arm that must hold a bound which is judged: of the others the requests are
	// counted, and no more.
	common = 0.95
	// maxChoices bounds how often other edges are chosen because some series lack those that were.
	maxChoices = 4
)

// shape is at which bounds the observations of a variant can be parted: those that its classic histograms hold, and those
// that lie between buckets of its native ones.
type shape struct {
	held   *histo.Held
	native *histogram.FloatHistogram
}

// parts tells whether observations can be parted at an edge.
func (s shape) parts(edge float64) bool {
	if s.held != nil && s.held.Seen() && s.held.Share(edge) < common {
		return false
	}
	return s.native == nil || parted(s.native, edge)
}

// parted tells whether no bucket with observations lies on both sides of an edge.
func parted(h *histogram.FloatHistogram, edge float64) bool {
	found := false
	belowEdges(h, []float64{edge}, func(int, float64) { found = true })
	return found
}

// shapes reads how the observations of each variant can be parted, in a window.
func (c chooser) shapes(ctx context.Context, r *run, end time.Time, window time.Duration) (map[string]shape, error) {
	found := map[string]shape{}
	if r.source.Form.Buckets() && !r.source.Native && !r.source.Form.Ranges || r.source.Form.Absent() && !r.source.Native {
		held, err := c.held(ctx, r, end, window)
		if err != nil {
			return nil, err
		}
		for variant, h := range held {
			found[variant] = shape{held: h}
		}
	}
	if !r.source.Native && r.source.Beside == "" {
		return found, nil
	}
	scope := r.scope
	scope.GroupBy = nil
	expr, err := scope.Native(r.signal.Metric, promql.Func{})
	if err != nil {
		return nil, err
	}
	result, err := c.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: end})
	if err != nil {
		return nil, fmt.Errorf("find out how fine the native histograms of %s are: %w", r.signal.ID, err)
	}
	for _, series := range result.Series {
		if len(series.Histograms) > 0 {
			variant := series.Labels.Get(scope.VariantLabel())
			of := found[variant]
			of.native = series.Histograms[0].H
			found[variant] = of
		}
	}
	return found, nil
}

// held reads which bounds the series of each variant hold, at some times of a window. Edges must be among those that all have.
func (c chooser) held(ctx context.Context, r *run, end time.Time, window time.Duration) (map[string]*histo.Held, error) {
	scope := r.scope
	scope.GroupBy = nil
	expr, err := scope.Held(r.source.Buckets(), max(2*c.settings.ScrapeInterval(), counts.Step))
	if err != nil {
		return nil, err
	}
	step := max(window/heldTimes, counts.Step)
	start := end.Add(-window.Truncate(step))
	result, err := c.client.QueryRange(ctx, promapi.RangeQuery{Expr: expr, Start: start, End: end, Step: step})
	if err != nil {
		return nil, fmt.Errorf("find out which bucket bounds of %s all series have: %w", r.signal.ID, err)
	}
	if result.Partial {
		return nil, notWhole(r.signal, result.Warnings)
	}
	held := map[string]*histo.Held{}
	times := int(window/step) + 1
	for _, series := range result.Series {
		bound, ok := promql.Bound(series.Labels.Get(promql.BucketLabel))
		if !ok {
			continue
		}
		variant := series.Labels.Get(scope.VariantLabel())
		if held[variant] == nil {
			held[variant] = histo.NewHeld(times)
		}
		counted := make([]float64, times)
		for _, point := range series.Floats {
			if i := (point.T - start.UnixMilli()) / step.Milliseconds(); i >= 0 && i < int64(times) {
				counted[i] = point.V
			}
		}
		held[variant].Add(bound, counted)
	}
	return held, nil
}

// common leaves of a distribution the edges at which the observations of all variants can be parted, those of features that
// have some by then too.
func (r *run) common(t tails, shapes map[string]shape) tails {
	kept := tails{count: t.count}
	for i, edge := range t.edges {
		fails := func(of map[string]shape) bool {
			for _, s := range of {
				if !s.parts(edge) {
					return true
				}
			}
			return false
		}
		if !fails(shapes) && !slices.ContainsFunc(r.limits, fails) {
			kept.edges, kept.above = append(kept.edges, edge), append(kept.above, t.above[i])
		}
	}
	return kept
}

// withoutCommon says why no edge could be chosen though there are observations; empty where one was, or there are none.
func (r *run) withoutCommon() string {
	if len(r.edges.best.bounds) > 0 || !(r.edges.seen > 0) {
		return ""
	}
	// The newest look knows most.
	looks := append([]map[string]shape{r.edges.shapes}, r.limits...)
	var have []string
	for _, variant := range r.variants {
		newest, known := shape{}, false
		for _, look := range looks {
			if s, ok := look[variant]; ok {
				newest, known = s, true
			}
		}
		if known {
			have = append(have, newest.holding(variant))
		}
	}
	return fmt.Sprintf("the series of %s have no bucket bound in common but +Inf, so it cannot be counted how many requests take longer than "+
		"some bound (%s); give every process the same buckets", names.Listed(r.variants), strings.Join(have, "; "))
}

// holding says which bounds the series of a variant have.
func (s shape) holding(variant string) string {
	var texts []string
	if s.held != nil && s.held.Seen() {
		all := s.held.Bounds()
		shared := slices.DeleteFunc(slices.Clone(all), func(bound float64) bool { return s.held.Share(bound) < common })
		switch {
		case len(shared) == len(all):
			texts = append(texts, "has "+names.Listed(boundTexts(all)))
		case len(shared) == 0:
			texts = append(texts, "has some with others: "+names.Listed(boundTexts(all)))
		default:
			texts = append(texts, "has some with others: "+names.Listed(boundTexts(all))+", of which all have "+names.Listed(boundTexts(shared)))
		}
	}
	switch {
	case s.native == nil:
	case s.native.UsesCustomBuckets():
		texts = append(texts, "has native histograms with custom buckets")
	default:
		texts = append(texts, fmt.Sprintf("has native histograms with %g buckets to a doubling", perDoubling(s.native.Schema)))
	}
	return variant + " " + strings.Join(texts, " and ")
}

// perDoubling is how many buckets of a schema lie between a value and twice that.
func perDoubling(schema int32) float64 { return math.Pow(2, float64(schema)) }

func boundTexts(bounds []float64) []string {
	var all []string
	for _, bound := range bounds {
		all = append(all, strconv.FormatFloat(bound, 'g', -1, 64))
	}
	return all
}

// chooseAgain begins anew with the bounds that series held at the tick at which some lacked those that were chosen. Which
// tick that is follows from the data, so that whoever begins later chooses the same.
func (c chooser) chooseAgain(ctx context.Context, r *run) error {
	shapes, err := c.shapes(ctx, r, r.at(r.lackAt()), 0)
	if err != nil {
		return err
	}
	chosen := tails{edges: r.layout.edges, above: make([]float64, len(r.layout.edges))}
	r.limits = append(r.limits, shapes)
	r.counting.ledger.aside.lackAt = 0
	switch {
	case len(r.common(chosen, shapes).edges) == len(chosen.edges):
		// Something was missing for a moment, and no bound.
		return nil
	case slices.Contains(r.counting.ledger.aside.placed, true) && len(r.common(r.edges.all, r.edges.shapes).edges) == 0:
		// What was judged so far stays; from now on nothing is in common.
		return nil
	}
	r.ready, r.edges, r.texts = false, edgeChoice{}, map[cell]*spellings{}
	r.begin(nil)
	return nil
}

// lackAt is the first tick at which an arm that never had all numbers lacks some, if other edges can be chosen for that; else 0.
func (r *run) lackAt() int {
	if len(r.limits) >= maxChoices {
		return 0
	}
	return r.counting.ledger.aside.lackAt
}
