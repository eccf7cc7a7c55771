package series

import (
	"math"

	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// measure is one stat of one variant within one group.
type measure struct {
	variant string
	group   map[string]string
	key     string
	stat    string
	unit    string
	points  []promapi.FloatPoint
	// lower and upper bound the bucket that the last point lies in; NaN where it comes from none.
	lower, upper float64
	held         held
}

// measures computes the stats of a signal from the arms of an answer, in the order of stats.
func measures(signal model.Signal, of kind.Kind, query model.Query, arms []*arm, at evaluation) []measure {
	var out []measure
	for _, stat := range of.Stats(query.Quantiles) {
		if !query.WantsStat(stat) {
			continue
		}
		totals := map[string][]float64{}
		if stat == model.StatShare {
			totals = totalRates(arms, at)
		}
		for _, a := range arms {
			m := measure{
				variant: a.variant, group: a.group, key: a.key, stat: stat, unit: unitOf(signal, stat),
				lower: math.NaN(), upper: math.NaN(),
			}
			r := reading{a, at, totals[a.key]}
			m.compute(of, signal, r)
			if query.Threshold != nil {
				m.hold(of, r)
			}
			if len(m.points) > 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

func unitOf(signal model.Signal, stat string) string {
	if stat == model.StatShare {
		return "percentunit"
	}
	return signal.Unit
}

// compute folds the answer into points.
func (m *measure) compute(of kind.Kind, signal model.Signal, r reading) {
	fold := of.Drawn.Fold(signal, m.stat)
	times := r.at.grid.Len()
	m.points = make([]promapi.FloatPoint, 0, times)
	for i := range times {
		if p := fold(r, i); p.OK {
			m.points = append(m.points, promapi.FloatPoint{T: r.at.grid.At(i), V: p.Value})
			m.lower, m.upper = p.Lower, p.Upper
		}
	}
}

// reading is an arm as the kinds of signals read it; total is the traffic of all variants, where it is known.
type reading struct {
	arm   *arm
	at    evaluation
	total []float64
}

// Whole implements kind.Answer.
func (r reading) Whole(i int) (float64, bool) { return r.arm.whole(i) }

// Rate implements kind.Answer.
func (r reading) Rate(i int) (float64, bool) { return r.arm.rate(i, r.at) }

// Share implements kind.Answer.
func (r reading) Share(i int) (float64, bool) {
	value, ok := r.arm.rate(i, r.at)
	if !ok || r.total == nil {
		return 0, false
	}
	return value / r.total[i], true
}

// Quotient implements kind.Answer.
func (r reading) Quotient(part string, i int, zero bool) (float64, bool) {
	return r.arm.quotient(part, i, zero)
}

// Quantile implements kind.Answer.
func (r reading) Quantile(q float64, i int) (value, lower, upper float64, ok bool) {
	d := r.arm.distribution(i)
	if d == nil {
		return 0, 0, 0, false
	}
	value, lower, upper = d.Quantile(q)
	return value, lower, upper, true
}

// Mean implements kind.Answer.
func (r reading) Mean(i int) (float64, bool) {
	sum, count, ok := r.arm.sumAndCount(i)
	if !ok {
		return 0, false
	}
	return histo.Mean(sum, count), true
}

// whole is the value of the series that is no part of another.
func (a *arm) whole(i int) (float64, bool) { return a.part("", i) }

// rate is events a second: of a counter, else of a histogram's observations.
func (a *arm) rate(i int, at evaluation) (float64, bool) {
	count, ok := a.whole(i)
	if _, counter := a.parts[""]; !counter {
		count, ok = a.count(i)
	}
	return count / at.seconds(), ok
}

// quotient is a part over the whole. A numerator without series is 0 where the whole has one: no failure was ever
// counted. A whole of 0 makes NaN, which is no value.
func (a *arm) quotient(part string, i int, zero bool) (float64, bool) {
	whole, ok := a.whole(i)
	if !ok {
		return 0, false
	}
	value, found := a.part(part, i)
	if !found && !zero {
		return 0, false
	}
	return value / whole, true
}

// totalRates is the traffic of all variants of each group: what was read as such, else the sum of what was read.
func totalRates(arms []*arm, at evaluation) map[string][]float64 {
	totals := map[string][]float64{}
	for _, a := range arms {
		if all, ok := a.parts[promql.PartAll]; ok {
			totals[a.key] = make([]float64, len(all))
			for i := range all {
				totals[a.key][i] = all[i] / at.seconds()
			}
		}
	}
	if len(totals) > 0 {
		return totals
	}
	for _, a := range arms {
		if totals[a.key] == nil {
			totals[a.key] = make([]float64, at.grid.Len())
		}
		for i := range totals[a.key] {
			if rate, ok := a.rate(i, at); ok && !math.IsNaN(rate) {
				totals[a.key][i] += rate
			}
		}
	}
	return totals
}
