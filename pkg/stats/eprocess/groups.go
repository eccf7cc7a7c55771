package eprocess

import (
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// Where each arm has processes of its own, the minute is all that they share, and one odd process passes for its arm. So
// evidence has to hold with any one group of either arm's processes left out: it is the least of what all of them and all
// but one say. Of an arm with a single group that cannot be done.

// pooled is a stratum with what each group has of A, then of B.
type pooled struct {
	a, b  strata.Counts
	parts [2][]strata.Part
}

func newPooled(s strata.Stratum) pooled {
	return pooled{a: s.A, b: s.B, parts: [2][]strata.Part{slices.Clone(s.PartsA), slices.Clone(s.PartsB)}}
}

// without are its arms without a part of one; false where nothing is left of that.
func (p *pooled) without(arm int, part strata.Counts) (a, b strata.Counts, left bool) {
	a, b = p.a, p.b
	of := &a
	if arm == 1 {
		of = &b
	}
	// Sums of fractions may miss the whole by a rounding.
	if left = of.N-part.N > 1e-9*of.N && of.N-part.N >= likelihood.LeastRequests; left {
		of.N, of.X = of.N-part.N, min(max(of.X-part.X, 0), of.N-part.N)
	}
	return a, b, left
}

// processGroup is what a claim's evidence is short of without one group of processes.
type processGroup struct {
	// sum is what it has of the gains since the first tick, base the same before each start.
	sum   likelihood.Gains
	base  []likelihood.Gains
	score score
}

// gain is what the group has of the gains since a start; nothing, of no group.
func (g *processGroup) gain(j, k int) float64 {
	if g == nil {
		return 0
	}
	return g.sum[k] - g.base[j][k]
}

// leave takes the groups' parts of a tick.
func (e *Engine) leave(tick int) {
	var sums [2][strata.MaxGroups]strata.TickSums
	for arm := range sums {
		for i := range sums[arm] {
			sums[arm][i] = *e.h.sums.At(tick)
		}
	}
	together := *e.h.pooled.At(tick)
	for i := range together {
		p := &together[i]
		whole := e.gains(p.a, p.b)
		var wholeSums strata.TickSums
		wholeSums.Add(p.a, p.b)
		for arm, parts := range p.parts {
			for _, part := range parts {
				g, sum := e.group(arm, part.Group), &sums[arm][part.Group]
				a, b, left := p.without(arm, part.Counts)
				var rest likelihood.Gains
				sum.Leave(wholeSums)
				if left {
					rest = e.gains(a, b)
					sum.Add(a, b)
				}
				for k := range whole {
					g.sum[k] += whole[k] - rest[k]
				}
			}
		}
	}
	for arm, groups := range e.groups {
		for i, g := range groups {
			g.score.follow(&sums[arm][i], e.Ticks)
		}
	}
}

// gains are those of one stratum.
func (e *Engine) gains(a, b strata.Counts) (gains likelihood.Gains) {
	logW := math.Log(b.N / a.N)
	one := likelihood.Cell{At: likelihood.CellOf(logW)}
	one.Add(likelihood.Stratum{NA: a.N, NB: b.N, XA: a.X, XB: b.X}, logW, e.c.Shift != 0)
	e.series(one.At).Gains(&one, e.c, gains[:e.k])
	return gains
}

// group is a group of an arm by its number. What was before it came is the same with and without it.
func (e *Engine) group(arm, number int) *processGroup {
	for len(e.groups[arm]) <= number {
		e.groups[arm] = append(e.groups[arm], &processGroup{base: make([]likelihood.Gains, len(e.base)), score: e.score.clone()})
	}
	return e.groups[arm][number]
}

// value is E after the ticks followed, and its parts, once it is known to be above a limit; else it is something at most
// that. Of daily evidence, it is that of the day with the larger E.
func (e *Engine) value(limit float64) (float64, parts) {
	var first *processGroup
	if limit > 0 {
		// The group that was in the way before is likely to be so again.
		first = e.inTheWay
	}
	least, found := e.work(true, first)
	if first != nil && least > limit {
		if v, p := e.work(true, nil); v < least {
			least, found = v, p
		}
	}
	for _, groups := range e.groups {
		if len(groups) < 2 {
			continue
		}
		for _, g := range groups {
			if least <= limit {
				return least, found
			}
			if g == first {
				continue
			}
			if v, p := e.work(true, g); v < least {
				least, found, e.inTheWay = v, p, g
			}
		}
	}
	return least, found
}
