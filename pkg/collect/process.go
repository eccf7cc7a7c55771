package collect

import (
	"math"

	"github.com/flaglens/flaglens/pkg/model"
)

// bridge is the longest gap, in ticks, over which a counter is still differenced: as long as Prometheus itself takes a
// value for the present one. After a longer one a process may have restarted unseen, and begins anew.
const bridge = 5

// process is what is known of one process: its number and its arms.
type process struct {
	// id is the number by which strata name it, from 1 on in the order of appearance.
	id   int
	name string
	// first and last are the first and the latest tick at which any of its series was there.
	first, last int
	arms        []arm
}

// arm is one variant within one process.
type arm struct {
	// known is set once the arm had a value; base holds the latest values, at tick at.
	known bool
	at    int
	base  []float64
	// idle is set while the arm has no series because its process restarted and it counted nothing yet.
	idle bool
	// columns hold the increments (of a gauge, the values) by tick; the first holds the whole.
	columns []column
}

// faults count what could not be used.
type faults struct {
	// vanished: the whole fell by less than a restart explains, or was born with more than a tick can hold.
	vanished int
	// damaged: parts that exceed the whole, cumulative buckets that fall.
	damaged int
	// unlike: processes without one of the chosen bucket edges.
	unlike int
}

// gap is what is known to have been missed, found out at a tick: expected strata, and those of them that lack one arm
// only.
type gap struct {
	tick, process, length int
	// arm is the arm that was missing alone; wholeProcess where none of the process was scraped.
	arm int
}

const wholeProcess = -1

// longestGap is the longest gap, in ticks, that counts as missed scrapes; what was away for longer was taken away.
const longestGap = 60

// observe takes the values of a process at a tick: for each arm its numbers, the first of which is none where the arm has
// no series.
func (r *run) observe(p *process, tick int, values [][]float64) {
	known := p.last >= 0
	missed := tick - p.last - 1
	if known && missed > 0 && missed <= longestGap {
		r.gaps = append(r.gaps, gap{tick: tick, process: p.id, length: missed, arm: wholeProcess})
	}
	if !known {
		p.first = tick
	}
	if r.layout.snapshot {
		r.snapshot(p, tick, values)
	} else {
		r.difference(p, tick, values, !known || missed > bridge)
	}
	p.last = tick
}

func present(values [][]float64) bool {
	for _, v := range values {
		if !math.IsNaN(v[0]) {
			return true
		}
	}
	return false
}

// difference turns values into increments. anew says that there is nothing to difference against.
func (r *run) difference(p *process, tick int, values [][]float64, anew bool) {
	span := float64(tick - p.last)
	restarted := !anew && r.restarted(p, values, span)
	moved := !anew && !restarted && moved(p, values)
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if math.IsNaN(now[0]) {
			if restarted && a.known {
				// It will count from zero again.
				a.base, a.idle = make([]float64, len(now)), true
			}
			continue
		}
		var from []float64
		switch {
		case anew, !a.known && moved:
			// A process that was not there before may have counted for long, and one whose series changed their variant has:
			// what it counts from now on is known, what it counted so far is not.
		case !a.known:
			// The process was there and the series was not: it began at zero.
			from = make([]float64, len(now))
		case restarted && r.plausible(now[0], span):
			from = make([]float64, len(now))
		default:
			from = a.base
		}
		if from != nil {
			if missed := tick - a.at - 1; a.known && !a.idle && a.at < p.last && missed <= longestGap {
				r.gaps = append(r.gaps, gap{tick: tick, process: p.id, length: missed, arm: i})
			}
			r.record(p, i, tick, from, now, span)
		}
		a.known, a.idle, a.at, a.base = true, false, tick, append(a.base[:0], now...)
	}
}

// restarted tells a process that began anew by the fall of the whole of one of its arms.
func (r *run) restarted(p *process, values [][]float64, span float64) bool {
	for i, a := range p.arms {
		now := values[i][0]
		if a.known && now < a.base[0] && r.plausible(now, span) && !r.slipped(a.base[0], now, span) {
			return true
		}
	}
	return false
}

// slipped tells a counter that fell by little from a restart: another replica that scraped earlier answers, or one of its
// series was removed.
func (r *run) slipped(was, now, span float64) bool {
	return was-now < was/10 && was > 3*span*r.largest && r.largest > 0
}

// plausible tells whether so much can have been counted in span ticks. What is far above all that was counted before is
// the sum of a long life: of a process that lost only some of its series, or of one that was told by another name.
func (r *run) plausible(counted, span float64) bool {
	const far, few = 10, 10
	return r.largest == 0 || counted <= far*span*max(few, r.largest)
}

// moved tells a process of which one variant ended where another may begin: its series were renamed, not born.
func moved(p *process, values [][]float64) bool {
	for i, a := range p.arms {
		if a.known && a.at == p.last && math.IsNaN(values[i][0]) {
			return true
		}
	}
	return false
}

// record writes the increments of an arm, unless they cannot be.
func (r *run) record(p *process, i, tick int, from, to []float64, span float64) {
	a := &p.arms[i]
	whole := to[0] - from[0]
	if whole < 0 || !a.known && !r.plausible(whole, span) {
		r.faults.vanished++
		return
	}
	steps := make([]float64, len(to))
	for k := range to {
		steps[k] = to[k] - from[k]
		if math.IsNaN(steps[k]) {
			r.faults.unlike++
			return
		}
	}
	if !r.layout.consistent(steps) {
		r.faults.damaged++
		return
	}
	r.largest = max(r.largest, whole/span)
	a.write(tick, r.layout.counted(steps, span))
}

// consistent tells whether increments can be true: no part is negative, bad events are events, and cumulative buckets
// rise up to the count.
func (l layout) consistent(steps []float64) bool {
	switch l.kind {
	case model.KindRatio:
		return steps[1] >= 0 && steps[1] <= steps[0]
	case model.KindHistogram:
		below := 0.0
		for _, step := range steps[1:] {
			if step < below {
				return false
			}
			below = step
		}
		return below <= steps[0]
	case model.KindMean:
		return steps[1] >= 0
	}
	return true
}

// counted is what is kept of increments: of buckets what lies above their edges, of a counter the seconds it took.
func (l layout) counted(steps []float64, span float64) []float64 {
	switch l.kind {
	case model.KindHistogram:
		for k := range steps[1:] {
			steps[k+1] = steps[0] - steps[k+1]
		}
	case model.KindRate:
		return []float64{span * Step.Seconds(), steps[0]}
	}
	return steps
}

// snapshot takes values as they are, but for those that are no numbers.
func (r *run) snapshot(p *process, tick int, values [][]float64) {
	if tick == 0 {
		// It tells of no tick.
		return
	}
	for i := range p.arms {
		now := values[i]
		if math.IsNaN(now[0]) {
			continue
		}
		if !finite(now[1]) {
			r.faults.damaged++
			continue
		}
		p.arms[i].known, p.arms[i].at = true, tick
		p.arms[i].write(tick, now)
	}
}

func (a *arm) write(tick int, numbers []float64) {
	if a.columns == nil {
		a.columns = make([]column, len(numbers))
	}
	for k, number := range numbers {
		a.columns[k].set(tick, number)
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
