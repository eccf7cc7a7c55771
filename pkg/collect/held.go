package collect

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

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

// held reads which bounds the series of each variant hold, at some times of a window. Edges must be among those that all have.
func (c *Collector) held(ctx context.Context, r *run, end time.Time, window time.Duration) (map[string]*histo.Held, error) {
	if r.source.Native || r.source.Form.Ranges {
		return nil, nil
	}
	scope := r.scope
	scope.GroupBy = nil
	expr, err := scope.Held(r.source.Buckets(), max(2*c.settings.ScrapeInterval(), counts.Step))
	if err != nil {
		return nil, err
	}
	step := max(window/heldTimes, counts.Step)
	start := end.Add(-(window / step) * step)
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

// common leaves of a distribution the edges that all series hold, those of features that have some by then too.
func (r *run) common(t tails, held map[string]*histo.Held) tails {
	kept := tails{count: t.count}
	for i, edge := range t.edges {
		lacks := func(of map[string]*histo.Held) bool {
			for _, series := range of {
				if series.Seen() && series.Share(edge) < common {
					return true
				}
			}
			return false
		}
		if !lacks(held) && !slices.ContainsFunc(r.limits, lacks) {
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
	looks := append([]map[string]*histo.Held{r.edges.held}, r.limits...)
	var have []string
	for _, variant := range r.variants {
		var newest *histo.Held
		for _, look := range looks {
			if held := look[variant]; held != nil && held.Seen() {
				newest = held
			}
		}
		if newest != nil {
			have = append(have, holding(variant, newest))
		}
	}
	return fmt.Sprintf("the series of %s have no bucket bound in common but +Inf, so it cannot be counted how many requests take longer than "+
		"some bound (%s); give every process the same buckets", names.Listed(r.variants), strings.Join(have, "; "))
}

// holding says which bounds the series of a variant have.
func holding(variant string, held *histo.Held) string {
	all := held.Bounds()
	common := slices.DeleteFunc(slices.Clone(all), func(bound float64) bool { return held.Share(bound) < common })
	if len(common) == len(all) {
		return variant + " has " + names.Listed(boundTexts(all))
	}
	text := fmt.Sprintf("those of %s differ among themselves: %s", variant, names.Listed(boundTexts(all)))
	if len(common) > 0 {
		text += ", of which all have " + names.Listed(boundTexts(common))
	}
	return text
}

func boundTexts(bounds []float64) []string {
	var all []string
	for _, bound := range bounds {
		all = append(all, strconv.FormatFloat(bound, 'g', -1, 64))
	}
	return all
}

// setAside counts the observations of an arm that lacks a number at an edge: they are requests, and cannot be judged. Where
// the arm never had all numbers, other edges are chosen.
func (r *run) setAside(p *process, i, tick int, from, to []float64, span float64) {
	n, lacks := to[0]-from[0], false
	for k := range to {
		lacks = lacks || math.IsNaN(to[k]-from[k])
	}
	if tick <= 0 || !lacks || !r.layout.kind.Edges || !(n >= 0) {
		return
	}
	a := &p.arms[i]
	if a.aside == nil {
		a.aside = &column{}
	}
	a.aside.set(tick, n)
	f := &r.faults
	if f.aside++; f.asideFrom == 0 {
		f.asideFrom = tick
	}
	f.asideArms = names.Union(f.asideArms, r.variants[i:i+1])
	if n > 0 {
		p.pace.learn(n, span+p.behind)
		r.pace.learn(n, span+p.behind)
	}
	if !r.placed[i] && r.lackAt == 0 && len(r.limits) < maxChoices {
		r.lackAt = tick
	}
}

// unplaced is what was set aside at a tick; false where nothing was.
func (a *arm) unplaced(tick int) (float64, bool) {
	if a.aside == nil {
		return 0, false
	}
	n := a.aside.at(tick)
	if math.IsNaN(n) {
		return 0, false
	}
	return n, true
}

// chooseAgain begins anew with the bounds that series held at the tick at which some lacked those that were chosen. Which
// tick that is follows from the data, so that whoever begins later chooses the same.
func (c *Collector) chooseAgain(ctx context.Context, r *run) error {
	held, err := c.held(ctx, r, r.at(r.lackAt), 0)
	if err != nil {
		return err
	}
	chosen := tails{edges: r.layout.edges, above: make([]float64, len(r.layout.edges))}
	r.limits, r.lackAt = append(r.limits, held), 0
	if len(r.common(chosen, held).edges) == len(chosen.edges) {
		// Something was missing for a moment, and no bound.
		return nil
	}
	r.ready, r.edges, r.done = false, edgeChoice{}, -lead-1
	r.processes, r.byName, r.gaps, r.texts = nil, map[string]*process{}, nil, map[cell]*spellings{}
	r.faults, r.pace, r.falls = faults{}, pace{}, falls{}
	r.strata, r.placed = make([]pooling, len(r.variants)), make([]bool, len(r.variants))
	return nil
}
