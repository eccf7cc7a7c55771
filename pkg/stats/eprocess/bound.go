package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// bound keeps what E can be at most cheaply, so that only ticks at which it could be news are worked out.
type bound struct {
	fresh bool
	// sum are the gains at the last refresh.
	sum likelihood.Gains
	// weight is, for each alternative, the sum over the starts of prior times weight times the larger of 1 and the
	// tempered likelihood ratio without any window left out; most the largest logarithm among them; phi the least
	// dispersion.
	weight, most likelihood.Gains
	phi          float64
	// lively is the first of the starts whose dispersion may change before the next refresh: they are not in the sums.
	lively int
}

// ceiling is a number that E does not exceed after the ticks followed.
func (e *Engine) ceiling() float64 {
	if e.within {
		v, _ := e.work(true, nil)
		return v
	}
	for k := range e.k {
		if !e.events.idle(e, k) {
			v, _ := e.work(false, nil)
			return v * (1 + 1e-9)
		}
	}
	b := &e.bound
	if !b.fresh || e.Ticks%e.h.Clock.Five == 0 {
		e.refresh()
	}
	windows := 1.0 // what has not started yet
	for k, w := range b.weight {
		if rise := e.sum[k] - b.sum[k]; rise > 0 && b.most[k]+rise > 0 {
			w *= expOf(math.Min(rise, b.most[k]+rise) / b.phi)
		}
		windows += w
	}
	for j := b.lively; j < len(e.base); j++ {
		if j > 0 {
			windows += e.h.starts[j].prior * untouched(e, j)
		}
	}
	if e.firstAlive() == 0 {
		windows += e.h.starts[0].prior * e.windows.at(e, 0, e.phi(0), negligible, nil)
	}
	score := e.score.value(e.Ticks, e.today())
	return (min(windows, expMaxLog)/2 + 0.25 + max(score[0], score[1])/4) * (1 + 1e-9)
}

// untouched is a start's e-value with no window left out, and no term below its weight.
func untouched(e *Engine, j int) float64 {
	phi := e.h.starts[j].phi[e.c.Arm]
	base := &e.base[j]
	total := 0.0
	for k, w := range likelihood.Effects.Weight {
		if x := e.sum[k] - base[k]; x > 0 {
			w *= expOf(x / phi)
		}
		total += w
	}
	return total
}

func (e *Engine) today() int64 {
	_, today := e.days()
	return today
}

// refresh works out the sums of a bound.
func (e *Engine) refresh() {
	b := &e.bound
	*b = bound{fresh: true, sum: e.sum, phi: math.Inf(1)}
	for k := range b.most {
		b.most[k] = math.Inf(-1)
	}
	j := e.firstAlive()
	for ; j < len(e.base) && e.Ticks-e.h.starts[j].tick > e.h.Clock.Hour+e.h.Clock.Five; j++ {
		if j == 0 {
			continue // it has half of the prior, and is worked out at each tick
		}
		s := &e.h.starts[j]
		phi := s.phi[e.c.Arm]
		b.phi = min(b.phi, phi)
		base := &e.base[j]
		for k, w := range likelihood.Effects.Weight {
			x := e.sum[k] - base[k]
			if x > b.most[k] {
				b.most[k] = x
			}
			if x > 0 {
				w *= expOf(x / phi)
			}
			b.weight[k] += s.prior * w
		}
	}
	b.lively = j
}
