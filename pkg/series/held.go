package series

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// heldTimes is at how many times of a range it is looked which series hold which bounds, and fewest at how many where there
// are so many series that heldSamples would be exceeded. It costs the server a look at its newest samples each, and no rate.
const (
	heldTimes, fewestTimes = 24, 4
	heldSamples            = 250_000
)

// heldBounds is which bounds the series of each arm held, at the times of a grid.
type heldBounds struct {
	grid frames.Grid
	arms map[string]*histo.Held
	// natives is how many native histograms of each arm there were beside.
	natives map[string][]float64
	// unreadable is how many series have a bound that is no number, by that.
	unreadable map[string]float64
}

// classic tells whether a statement adds up buckets of classic histograms.
func (st statement) classic(d *reader) bool {
	return d.planner.kindOf(st.signals[0]).Drawn.Distribution && !st.counted.Native && !st.counted.Buckets().Ranges
}

// evaluate asks a statement, and beside it whether what it adds up has the same bounds.
func (d *reader) evaluate(ctx context.Context, p planned, at evaluation) ([]*arm, *promapi.Result, []data.Notice, error) {
	st := p.statement
	var result *promapi.Result
	held := heldBounds{unreadable: map[string]float64{}}
	tasks := []func() error{func() (err error) {
		result, err = d.asked(ctx, st, at)
		return err
	}}
	if st.classic(d) {
		tasks = append(tasks, func() (err error) {
			held, err = d.held(ctx, p, at)
			return err
		})
	}
	failures := make([]error, len(tasks))
	err := parallel.Do(len(tasks), func(i int) error {
		failures[i] = tasks[i]()
		return nil
	})
	for _, failure := range append(failures, err) {
		if failure != nil {
			return nil, nil, nil, failure
		}
	}
	said := frames.Notices(result.Warnings, result.Infos)
	if at.piecewise(st.counted) {
		if err := whole(result, at, d.planner.hasShares(st.signals[0])); err != nil {
			return nil, nil, nil, err
		}
	}
	arms := armsOf(result, st.scope, at.grid)
	if d.planner.kindOf(st.signals[0]).Drawn.Distribution {
		name, metric := st.signals[0].Name, st.counted.Signal.Metric
		said = append(said, held.left(name, metric, arms)...)
		said = append(said, uncovered(name, metric, arms)...)
		if st.counted.Form.Countable() {
			countOpen(arms)
		}
	}
	if st.classic(d) {
		name := st.signals[0].Name
		said = append(said, held.keepCommon(name, arms, at)...)
		said = append(said, falling(name, arms, at)...)
		if st.counted.Beside != "" {
			said = append(said, sideBySide(name, st.counted.Beside, held.grid, arms, held)...)
		}
	}
	return arms, result, said, nil
}

// held reads which bounds the series of each arm hold, from where the first window begins to the end.
func (d *reader) held(ctx context.Context, p planned, at evaluation) (heldBounds, error) {
	st := p.statement
	expr, err := st.scope.Held(st.counted.Buckets(), at.lately)
	if err != nil {
		return heldBounds{}, err
	}
	window := at.fn.Window.Milliseconds()
	times := int64(min(max(heldSamples/max(p.size.series, 1), fewestTimes), heldTimes))
	grid := frames.Grid{End: at.grid.End, Step: max((at.grid.End-at.grid.Start+window)/times/1000*1000, 1000)}
	grid.Start = grid.End - (at.grid.End-at.grid.Start+window)/grid.Step*grid.Step
	result, err := d.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: expr, Start: time.UnixMilli(grid.Start), End: time.UnixMilli(grid.End), Step: time.Duration(grid.Step) * time.Millisecond,
	})
	if err != nil {
		return heldBounds{}, fmt.Errorf("find out which bounds the series hold: %w", err)
	}
	held := heldBounds{grid: grid, arms: map[string]*histo.Held{}, natives: map[string][]float64{}, unreadable: map[string]float64{}}
	for _, series := range result.Series {
		id, _, _ := identify(series.Labels, st.scope)
		if series.Labels.Get(promql.PartLabel) == promql.PartNative {
			held.natives[id] = onGrid(series.Floats, grid)
			continue
		}
		bound, ok := promql.Bound(series.Labels.Get(promql.BucketLabel))
		if !ok {
			most := 0.0
			for _, point := range series.Floats {
				most = max(most, point.V)
			}
			held.unreadable[series.Labels.Get(promql.BucketLabel)] += most
			continue
		}
		arm := held.arms[id]
		if arm == nil {
			arm = histo.NewHeld(grid.Len())
			held.arms[id] = arm
		}
		counts := onGrid(series.Floats, grid)
		for i, n := range counts {
			if isAbsent(n) {
				counts[i] = 0
			}
		}
		arm.Add(bound, counts)
	}
	return held, nil
}

// keepCommon leaves the sums of those bounds alone that all series of an arm held, and says what was left out.
func (h heldBounds) keepCommon(signal string, arms []*arm, at evaluation) []data.Notice {
	variants := map[string][]string{}
	var order []string
	for _, a := range arms {
		held := h.arms[a.id]
		if held == nil {
			continue
		}
		out := map[float64]bool{}
		for i := range at.grid.Len() {
			from, to := h.around(at, i)
			for _, b := range a.buckets {
				if !isAbsent(b.values[i]) && !held.Common(b.upper, from, to) {
					b.values[i] = absent
					out[b.upper] = true
				}
			}
		}
		if len(out) == 0 {
			continue
		}
		how := h.differ(held, out, at.grid.Len() > 1)
		if _, known := variants[how]; !known {
			order = append(order, how)
		}
		variants[how] = names.Union(variants[how], []string{a.variant})
	}
	var said []data.Notice
	for _, how := range order {
		said = append(said, notices.Warn("%s: the bucket bounds of %s differ %s", signal, names.Listed(variants[how]), how))
	}
	return said
}

// left says which series were left out because their bounds are no numbers.
func (h heldBounds) left(signal, metric string, arms []*arm) []data.Notice {
	series := 0.0
	for _, a := range arms {
		for _, text := range a.unreadable {
			// Those of ranges were not counted; each arm has one at least.
			h.unreadable[text] = max(h.unreadable[text], 1)
		}
	}
	for _, n := range h.unreadable {
		series += n
	}
	if series == 0 {
		return nil
	}
	bounds := slices.Collect(maps.Keys(h.unreadable))
	names.Sort(bounds)
	return []data.Notice{notices.Warn("%s: %.0f series of %s_bucket are left out, because their bounds are no numbers (%s): what lies "+
		"around them cannot be told. Write bounds as numbers in the exporter.", signal, series, metric, names.Listed(bounds))}
}

// around are the times that tell which bounds were held in the window of a time on the grid: those in it, and one on either
// side, since what was held between two times is known by both.
func (h heldBounds) around(at evaluation, i int) (from, to int) {
	end := at.grid.At(i)
	start := end - at.fn.Window.Milliseconds()
	return int(max(start-h.grid.Start, 0) / h.grid.Step), int((end - h.grid.Start + h.grid.Step - 1) / h.grid.Step)
}

// differ says in which bounds series differ, since when, and what can be told all the same.
func (h heldBounds) differ(held *histo.Held, out map[float64]bool, drawn bool) string {
	since := ""
	if i, changed := held.Changed(); changed {
		since = " since about " + moment(h.grid, i)
	}
	var kept, left []string
	for _, bound := range held.Bounds() {
		text := strconv.FormatFloat(bound, 'g', -1, 64)
		if out[bound] {
			left = append(left, text)
		} else {
			kept = append(kept, text)
		}
	}
	told := "No other than +Inf is held by all, so quantiles cannot be told; counts and means can"
	switch {
	case drawn:
		told = "At each time quantiles rest on those that all have then, and where that is +Inf alone there are none"
	case len(kept) > 0:
		told = "Quantiles rest on those that all have: " + names.Listed(kept)
	}
	return fmt.Sprintf("between the series that are added up%s: some lack %s. %s. Give every process the same buckets.",
		since, names.Listed(left), told)
}

// falling says that the counts of buckets fall from one bound to the next, which they cannot.
func falling(signal string, arms []*arm, at evaluation) []data.Notice {
	var variants []string
	times := 0
	for _, a := range arms {
		fell := false
		for i := range at.grid.Len() {
			if buckets, ok := a.distribution(i).(histo.Classic); ok && !histo.Rising(buckets) {
				fell = true
				times++
			}
		}
		if fell && !slices.Contains(variants, a.variant) {
			variants = append(variants, a.variant)
		}
	}
	if len(variants) == 0 {
		return nil
	}
	of := ""
	if at.grid.Len() > 1 {
		of = fmt.Sprintf(", at %d of %d points", times, at.grid.Len()*len(arms))
	}
	return []data.Notice{notices.Warn("%s: the buckets of %s are not monotonic%s: higher bounds count less than lower ones. They were made to rise "+
		"before quantiles were computed, as Prometheus does, so these are rough. Look for processes that share one series, or that were not read whole.",
		signal, names.Listed(variants), of)}
}
