package collect

import (
	"math"
)

// pace is how fast something counts: how many increments were seen, and the most that one arm counted in a tick. Only what
// is certain to be an increment is learned from; what a restart or an absence brought is not.
type pace struct {
	steps   int
	largest float64
}

// tempo is how fast the processes of a run count: what one can have counted in some ticks, and what it cannot.
type tempo struct {
	layout layout
	// all is the pace of all processes together.
	all pace
}

// remember is how many ticks what is usual goes back.
const remember = 60

func (p *pace) learn(counted, span float64) {
	p.steps++
	p.largest = max(p.largest, counted/span)
}

// learn takes in the increments of an arm.
func (a *arm) learn(steps []float64, span float64) {
	if a.usual == nil {
		a.usual = make([]float64, len(steps))
	}
	a.learned += span
	weight := min(1, span/min(remember, a.learned))
	for k, step := range steps {
		a.usual[k] += (step/span - a.usual[k]) * weight
	}
}

// often is how much of a number is usually counted in a tick.
func (a *arm) often(k int) float64 {
	if a.usual == nil {
		return 0
	}
	return a.usual[k]
}

// few events tell nothing of a pace: it takes one request to count for the first time.
func (l layout) few() float64 {
	if l.kind.Real {
		return 0
	}
	return 10
}

// far is how many times what was most is far more than can be.
const far = 10

// hardly is how many increments are too few to know a process by.
const hardly = 6

// most is the most that an arm of a process counted in a tick; of one that was hardly seen yet, that of all processes.
func (t *tempo) most(p *process) float64 {
	most := max(t.layout.few(), p.pace.largest)
	if p.pace.steps < hardly {
		most = max(most, t.all.largest)
	}
	return most
}

// doubtful tells whether a process rose by what it cannot have counted in span ticks: far more than any did before, or what
// it owes. What came back is no longer owed.
func (t *tempo) doubtful(p *process, values [][]float64, span float64) bool {
	if p.reborn && p.rebornAt+longestGap < p.last {
		p.forgive()
	}
	if p.reborn && p.rebornAt+bridge < p.last {
		p.overlook(t.layout.few())
	}
	limit, owes := t.limit(p, span), p.owes()
	if owes {
		limit = min(limit, 2*(span+p.behind)*t.most(p))
	}
	doubt, all, some, largest := false, true, false, 0.0
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if math.IsNaN(now[0]) || a.gone {
			continue
		}
		base := 0.0
		if a.known {
			base = a.base[0]
		}
		largest = max(largest, now[0]-base)
		if a.owed != nil && a.known {
			came := t.layout.came(a, now, span, p.reborn)
			some, all = some || came, all && came
		}
	}
	if largest > limit {
		if doubt = true; !owes {
			p.odd = max(p.odd, min(largest/span, far*t.most(p)))
		}
	}
	doubt = doubt || some && (all || !p.reborn)
	if doubt && owes {
		p.pay(values)
	}
	return doubt
}

// limit is the most that an arm can be thought to have counted in span ticks: twice what it did before. A burst is larger
// when it comes for the first time, and is then known.
func (t *tempo) limit(p *process, span float64) float64 {
	switch {
	case p.pace.steps >= hardly:
		limit := max(2*t.layout.few(), t.most(p))
		if p.doubts == 0 {
			limit = max(limit, p.odd)
		}
		return 2 * (span + p.behind) * limit
	case t.all.largest > 0:
		return far * span * max(t.layout.few(), t.all.largest)
	}
	return math.Inf(1)
}

// late is by how many ticks the answers are behind after another one. A replica that lags, and a sender that does, catch up
// with what was counted in all the ticks that they were behind.
func (p *process) late(values [][]float64, span float64) float64 {
	if p.owes() && !p.reborn {
		// What is missing of what is usual is that which is away.
		return 0
	}
	counted, usual := 0.0, 0.0
	for i := range p.arms {
		a := &p.arms[i]
		if a.known && !a.gone && !math.IsNaN(values[i][0]) {
			counted += values[i][0] - a.base[0]
			usual += a.often(0)
		}
	}
	if !(usual > 0) {
		return 0
	}
	return min(bridge, max(0, p.behind+span-counted/usual))
}

// came tells whether an arm rose by all that it owes, and half of what is usual beside that.
func (l layout) came(a *arm, now []float64, span float64, reborn bool) bool {
	some := false
	for k, owed := range a.owed {
		if !(owed > 0) {
			continue
		}
		usual := a.often(k) * span
		step, beside := now[k]-a.base[k], usual/2
		if !l.kind.Real {
			// Of rare events none may have happened.
			beside = math.Floor(beside)
		}
		if !(step >= owed+beside) || reborn && k == 0 && step < 1.5*usual {
			return false
		}
		some = true
	}
	return some
}

func (p *process) owes() bool {
	for i := range p.arms {
		for _, owed := range p.arms[i].owed {
			if owed > 0 {
				return true
			}
		}
	}
	return false
}

// pay takes off what came back.
func (p *process) pay(values [][]float64) {
	for i := range p.arms {
		a := &p.arms[i]
		for k := range a.owed {
			if step := values[i][k] - a.base[k]; a.known && step > 0 {
				a.owed[k] = max(0, a.owed[k]-step)
			}
		}
	}
}

// overlook forgets what is owed of numbers that owe few: a first event would be taken for them.
func (p *process) overlook(few float64) {
	for i := range p.arms {
		for k, owed := range p.arms[i].owed {
			if owed <= few {
				p.arms[i].owed[k] = 0
			}
		}
	}
}

// forgive forgets what is owed.
func (p *process) forgive() {
	p.reborn, p.doubts = false, 0
	for i := range p.arms {
		p.arms[i].owed = nil
	}
}

// restarted tells a process that began anew: all that is there can have been counted from zero in span ticks, and every
// number that had counted more than a few fell from what it was; was are the highest values if nil.
func (t *tempo) restarted(p *process, was, values [][]float64, span float64) bool {
	fell := false
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if !a.known || a.gone || math.IsNaN(now[0]) {
			continue
		}
		before := a.base
		if was != nil {
			before = was[i]
		}
		for k := range before {
			if before[k] > t.layout.few() && now[k] >= before[k] {
				return false
			}
		}
		fell = fell || now[0] < before[0]
	}
	return fell && t.young(values, span, t.most(p))
}

// young tells whether so much can have been counted in span ticks by who counts most in each.
func (t *tempo) young(values [][]float64, span, most float64) bool {
	for _, now := range values {
		if now[0] > 2*span*most {
			return false
		}
	}
	return true
}

// steady tells whether a process that was doubted because nobody knew yet how fast it counts counted as fast all the time: what
// was left out was no more than that.
func (p *process) steady(tick int, values [][]float64) bool {
	if p.owes() || p.pace.steps >= hardly {
		return false
	}
	last, since := 0.0, 0.0
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if !a.known || math.IsNaN(now[0]) || math.IsNaN(p.doubted[i][0]) {
			continue
		}
		for k := range now {
			if !(now[k] >= p.doubted[i][k]) {
				return false
			}
		}
		last, since = last+now[0]-a.base[0], since+now[0]-p.doubted[i][0]
	}
	return since*float64(tick-p.counted) <= 2*last*float64(tick-p.doubtedAt)
}

// backTo goes on from values of before.
func (p *process) backTo(values [][]float64, tick int) {
	for i := range p.arms {
		if a := &p.arms[i]; a.known && !math.IsNaN(values[i][0]) {
			a.base = append(a.base[:0], values[i]...)
		}
	}
	p.counted = tick
}
