package collect

import (
	"math"
	"slices"
)

// bridge is the longest gap, in ticks, over which a counter is still differenced: as long as Prometheus itself takes a
// value for the present one. After a longer one a process may have restarted unseen, and begins anew.
const bridge = 5

// process is what is known of one process: its number and its arms.
type process struct {
	// id is the number by which strata name it, from 1 on in the order of appearance.
	id   int
	name string
	// first and last are the first and the latest tick at which any of its series was there, counted the tick up to which
	// its increments are accounted for.
	first, last, counted int
	arms                 []arm
	// pace is how fast it counts.
	pace pace
	// absence is set while a part of its series is missing.
	absence *absence
	// reborn is set while what it owes stems from a restart, or from a gap that may have held one, at tick rebornAt.
	reborn   bool
	rebornAt int
	// doubts is how many ticks in succession brought more than it can have counted, odd the most that one ever did.
	doubts int
	odd    float64
	// serving is what the latest gap knows of its arms.
	serving []bool
	// behind is by how many ticks its answers seem to be older than they should be.
	behind float64
}

// arm is one variant within one process.
type arm struct {
	// known is set once the arm had a value; base holds the highest values since the process began, at tick at.
	known bool
	at    int
	base  []float64
	// owed is what vanished from each number and would come back with the series that held it; nil for nothing.
	owed []float64
	// idle is set while the arm has no series because its process restarted and it counted nothing yet, gone while they
	// were taken away.
	idle, gone bool
	// group is the number from 1 on of the group that it is added up with, 0 as long as it counted nothing.
	group uint8
	// rose is the tick at which each number rose last.
	rose []int
	// usual is how much of each number is counted in a tick, learned over so many of them.
	usual   []float64
	learned float64
	// columns hold the increments (of a gauge, the values) by tick; the first holds the whole.
	columns []column
}

// faults count what could not be used.
type faults struct {
	// vanished: a part of the series was lost, or came back with what it had counted in all its life.
	vanished int
	// damaged: parts that exceed the whole, cumulative buckets that fall.
	damaged int
	// unlike: processes without one of the chosen bucket edges.
	unlike int
}

// longestGap is the longest gap, in ticks, that counts as missed scrapes; what was away for longer was taken away.
const longestGap = 60

// lead is how many ticks before the first one are read. They are not counted: they tell what series there were, and how
// fast they counted, so that what is missing when the run begins is not taken for newborn when it comes back.
const lead = longestGap

// observe takes the values of a process at a tick: for each arm its numbers, the first of which is none where the arm has
// no series.
func (r *run) observe(p *process, tick int, values [][]float64) {
	known := p.last != unseen
	missed := tick - p.last - 1
	if known && missed > 0 && missed <= longestGap {
		r.gap(gap{tick: tick, process: p.id, length: missed, arm: wholeProcess})
	}
	if !known {
		p.first = tick
	}
	switch {
	case r.layout.kind.Snapshot:
		r.snapshot(p, tick, values)
	case !known || missed > bridge:
		r.begin(p, tick, values, known)
	default:
		r.difference(p, tick, values)
	}
	p.last = tick
}

// unseen is the last tick of a process that was never there.
const unseen = math.MinInt32

func present(values [][]float64) bool {
	for _, v := range values {
		if !math.IsNaN(v[0]) {
			return true
		}
	}
	return false
}

// begin takes the values of a process that was not there, or not for long: it may have counted for long, and restarted
// unseen. What it counts from now on is known, what it counted so far is not.
func (r *run) begin(p *process, tick int, values [][]float64, known bool) {
	restarted := known && r.restarted(p, nil, values, float64(tick-p.last))
	if known && !restarted && fallen(p, values) {
		// Some of its series are back before others.
		p.absence, p.doubts = nil, 0
		r.suspend(p, tick, values)
		p.absence.old = true
		return
	}
	for i := range p.arms {
		a := &p.arms[i]
		switch {
		case !math.IsNaN(values[i][0]):
			a.anchor(tick, values[i])
		case a.known && restarted:
			a.owed = slices.Clone(a.base)
			a.base, a.idle = slices.Clone(r.nothing), true
		case a.known:
			a.gone = true
		}
	}
	p.absence, p.doubts, p.counted = nil, 0, tick
	p.reborn, p.rebornAt = known, tick
}

// difference turns values into increments, unless a part of the series is missing.
func (r *run) difference(p *process, tick int, values [][]float64) {
	fell, renamed := fallen(p, values), moved(p, values)
	if renamed {
		// What ended will not come back under this name: the rest is not waited for.
		for i := range p.arms {
			p.arms[i].gone = p.arms[i].gone || p.arms[i].known && math.IsNaN(values[i][0])
		}
		fell = fallen(p, values)
	}
	back := r.reappeared(p, values)
	if p.absence == nil && fell && !back && !r.restarted(p, nil, values, float64(tick-p.last)) {
		r.falls.all++
		if r.expired(p, values) {
			r.falls.add(p, values)
			return
		}
	}
	if p.absence != nil || fell || back {
		r.suspend(p, tick, values)
		p.absence.stale(back)
		return
	}
	r.rise(p, tick, values, renamed)
}

// rise records by how much each arm rose since the process was last counted.
func (r *run) rise(p *process, tick int, values [][]float64, renamed bool) {
	span := float64(tick - p.counted)
	if tick > 0 && p.counted < 0 {
		// A part of it was counted before the run began.
		r.omit(tick, 1)
		r.anchor(p, tick, values)
		return
	}
	if r.doubtful(p, values, span) {
		if p.doubts++; p.doubts <= bridge {
			r.omit(tick, 1)
			r.anchor(p, tick, values)
			return
		}
		// It goes on like that: it is how fast the process counts now.
		p.forgive()
	}
	p.doubts = 0
	behind := p.late(values, span)
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if math.IsNaN(now[0]) {
			continue
		}
		switch {
		case a.gone, !a.known && renamed:
			// One whose series changed their variant may have counted for long: what it counts from now on is known, what it
			// counted so far is not.
			if missed := tick - a.at - 1; a.known && missed <= longestGap {
				r.gap(gap{tick: tick, process: p.id, length: missed, arm: i})
			}
		case !a.known:
			// The process was there and the series was not: it began at zero.
			r.record(p, i, tick, r.nothing, now, span)
		default:
			r.record(p, i, tick, a.base, now, span)
		}
		a.anchor(tick, now)
	}
	p.counted, p.behind = tick, behind
}

// anchor makes values those that the next ones are differenced against.
func (r *run) anchor(p *process, tick int, values [][]float64) {
	for i := range p.arms {
		if !math.IsNaN(values[i][0]) {
			p.arms[i].anchor(tick, values[i])
		}
	}
	p.counted = tick
}

// anchor keeps what is lower than before as owed, and takes off what came back.
func (a *arm) anchor(tick int, now []float64) {
	if len(a.base) == 0 {
		a.base = append(a.base, now...)
	}
	if len(a.rose) == 0 {
		a.rose = slices.Repeat([]int{tick}, len(now))
	}
	for k, was := range a.base {
		if now[k] > was {
			a.rose[k] = tick
		}
		switch {
		case math.IsNaN(now[k]):
			if finite(was) {
				a.owe(k, was)
			}
		case math.IsNaN(was):
			a.owe(k, -now[k])
		case now[k] < was:
			a.owe(k, was-now[k])
		}
	}
	a.known, a.idle, a.gone, a.at = true, false, false, tick
	a.base = append(a.base[:0], now...)
}

// owe adds to what a number owes.
func (a *arm) owe(k int, more float64) {
	if a.owed == nil {
		if more <= 0 {
			return
		}
		a.owed = make([]float64, len(a.base))
	}
	a.owed[k] = max(0, a.owed[k]+more)
}

// moved tells a process of which one variant ended where another may begin: its series were renamed, not born.
func moved(p *process, values [][]float64) bool {
	ended, begun := false, false
	for i, a := range p.arms {
		here := !math.IsNaN(values[i][0])
		ended = ended || a.known && !a.gone && !a.idle && a.at == p.last && !here
		begun = begun || (!a.known || a.gone) && here
	}
	return ended && begun
}

// record writes the increments of an arm, unless they cannot be, and learns from them.
func (r *run) record(p *process, i, tick int, from, to []float64, span float64) {
	steps, ok := r.steps(tick, from, to)
	if !ok {
		return
	}
	a := &p.arms[i]
	a.learn(steps, span)
	if steps[0] > 0 {
		// Without a rise nothing may have happened, or no scrape: that tells of no pace.
		p.pace.learn(steps[0], span+p.behind)
		r.pace.learn(steps[0], span+p.behind)
	}
	r.write(a, tick, steps, span)
}

// steps are the increments from one set of numbers to the next; false where they cannot be.
func (r *run) steps(tick int, from, to []float64) ([]float64, bool) {
	steps := make([]float64, len(to))
	for k := range to {
		steps[k] = to[k] - from[k]
		if math.IsNaN(steps[k]) {
			if tick > 0 {
				r.faults.unlike++
			}
			return nil, false
		}
	}
	if can := r.layout.kind.Consistent; can != nil && !can(steps) {
		if tick > 0 {
			r.faults.damaged++
		}
		return nil, false
	}
	return steps, true
}

// write keeps the increments of a tick; those before the run began only teach.
func (r *run) write(a *arm, tick int, steps []float64, span float64) {
	if tick > 0 {
		if kept := r.layout.kind.Kept; kept != nil {
			steps = kept(steps, span)
		}
		a.write(tick, steps)
	}
}

// omit counts increments that were left out because of series that vanished.
func (r *run) omit(tick, n int) {
	if tick > 0 {
		r.faults.vanished += n
	}
}

// snapshot takes values as they are, but for those that are no numbers, and those of an arm that lacks some of its series:
// the mean of the rest is that of another set of series.
func (r *run) snapshot(p *process, tick int, values [][]float64) {
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if math.IsNaN(now[0]) {
			continue
		}
		if !finite(now[1]) {
			if tick > 0 {
				r.faults.damaged++
			}
			continue
		}
		if a.known && now[0] < a.base[0] && tick-a.at <= bridge {
			r.omit(tick, 1)
			continue
		}
		a.known, a.at, a.base = true, tick, append(a.base[:0], now...)
		// The values at the start tell of no tick.
		if tick > 0 {
			a.write(tick, now)
		}
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
