package collect

import (
	"math"
	"slices"
)

// follower follows the processes of a run tick by tick: what each of them counted since the tick before, or why that is not
// known.
type follower struct {
	ledger   *ledger
	tempo    *tempo
	absences absences
	expiry   expiry
	// falls are what processes lost at the tick that is being taken in.
	falls falls
}

// newFollower follows processes of so many arms, whose numbers are laid out so.
func newFollower(l layout, arms int) *follower {
	ledger, tempo := newLedger(l, arms), &tempo{layout: l}
	return &follower{ledger: ledger, tempo: tempo, absences: absences{ledger, tempo}, expiry: expiry{ledger, tempo}}
}

// observe takes the values of a process at a tick: for each arm its numbers, the first of which is none where the arm has
// no series.
func (f *follower) observe(p *process, tick int, values [][]float64) {
	known := p.last != unseen
	missed := tick - p.last - 1
	if known && missed > 0 && missed <= longestGap {
		f.ledger.gap(gap{tick: tick, process: p.id, length: missed, arm: wholeProcess})
	}
	if !known {
		p.first = tick
	}
	switch {
	case f.ledger.layout.kind.Snapshot:
		f.snapshot(p, tick, values)
	case !known && tick > -lead && f.ledger.scraped(p, tick):
		// The target was scraped and the process was not there: it began at zero.
		p.last, p.counted = tick-1, tick-1
		f.difference(p, tick, values)
	case !known || missed > bridge:
		f.begin(p, tick, values, known)
	default:
		f.difference(p, tick, values)
	}
	p.before, p.last = p.last, tick
}

// begin takes the values of a process that was not there, or not for long: it may have counted for long, and restarted
// unseen. What it counts from now on is known, what it counted so far is not.
func (f *follower) begin(p *process, tick int, values [][]float64, known bool) {
	restarted := known && f.tempo.restarted(p, nil, values, float64(tick-p.last))
	if restarted {
		f.ledger.loseAll(p, tick, values)
	}
	if known && !restarted && fallen(p, values) {
		// Some of its series are back before others.
		p.absence, p.doubts = nil, 0
		f.suspend(p, tick, values)
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
			a.base, a.idle = slices.Clone(f.ledger.nothing), true
		case a.known:
			a.gone = true
		}
	}
	p.absence, p.doubts, p.counted = nil, 0, tick
	p.reborn, p.rebornAt = known, tick
}

// difference turns values into increments, unless a part of the series is missing.
func (f *follower) difference(p *process, tick int, values [][]float64) {
	fell, renamed := fallen(p, values), moved(p, values)
	if renamed {
		// What ended will not come back under this name: the rest is not waited for.
		for i := range p.arms {
			p.arms[i].gone = p.arms[i].gone || p.arms[i].known && math.IsNaN(values[i][0])
		}
		fell = fallen(p, values)
	}
	back := f.expiry.reappeared(p, values)
	if p.absence == nil && fell && !back && !f.tempo.restarted(p, nil, values, float64(tick-p.last)) {
		f.falls.all++
		if f.expiry.expired(p, values) {
			f.falls.add(p, values)
			return
		}
	}
	if p.absence != nil || fell || back {
		f.suspend(p, tick, values)
		p.absence.stale(back)
		return
	}
	f.rise(p, tick, values, renamed)
}

// suspend follows a process of which something is missing.
func (f *follower) suspend(p *process, tick int, values [][]float64) {
	if f.absences.suspend(p, tick, values) {
		f.rise(p, tick, values, false)
	}
}

// rise records by how much each arm rose since the process was last counted.
func (f *follower) rise(p *process, tick int, values [][]float64, renamed bool) {
	span := float64(tick - p.counted)
	if tick > 0 && p.counted < 0 {
		// A part of it was counted before the run began.
		f.ledger.omit(tick, 1)
		f.ledger.loseUsual(p, tick, float64(tick))
		p.anchor(tick, values)
		return
	}
	if f.tempo.doubtful(p, values, span) {
		if p.doubts++; p.doubts == 1 {
			p.doubted, p.doubtedAt = cloned(values), tick
		}
		if p.doubts <= bridge {
			f.ledger.omit(tick, 1)
			f.ledger.loseUsual(p, tick, span)
			p.anchor(tick, values)
			return
		}
		// It goes on like that: it is how fast the process counts now.
		if p.steady(tick, values) {
			p.backTo(p.doubted, p.doubtedAt)
			span = float64(tick - p.counted)
		}
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
				f.ledger.gap(gap{tick: tick, process: p.id, length: missed, arm: i})
			}
		case !a.known:
			// The process was there and the series was not: it began at zero.
			f.record(p, i, tick, f.ledger.nothing, now, span)
		default:
			f.record(p, i, tick, a.base, now, span)
		}
		a.anchor(tick, now)
	}
	p.counted, p.behind = tick, behind
}

// record writes the increments of an arm, unless they cannot be, and learns from them.
func (f *follower) record(p *process, i, tick int, from, to []float64, span float64) {
	steps, ok := f.ledger.steps(tick, from, to)
	if !ok {
		f.setAside(p, i, tick, from, to, span)
		return
	}
	a := &p.arms[i]
	f.ledger.aside.place(i, tick)
	a.learn(steps, span)
	if steps[0] > 0 {
		// Without a rise nothing may have happened, or no scrape: that tells of no pace.
		p.pace.learn(steps[0], span+p.behind)
		f.tempo.all.learn(steps[0], span+p.behind)
	}
	if f.ledger.layout.kind.Kept != nil && to[0] == 0 {
		// Seconds in which an arm could not be served are none of its time.
		return
	}
	f.ledger.write(a, tick, steps, span)
}

// snapshot takes values as they are, but for those that are no numbers, and those of an arm that lacks some of its series:
// the mean of the rest is that of another set of series.
func (f *follower) snapshot(p *process, tick int, values [][]float64) {
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if math.IsNaN(now[0]) {
			continue
		}
		if !finite(now[1]) {
			if tick > 0 {
				f.ledger.faults.damaged++
			}
			continue
		}
		if a.known && now[0] < a.base[0] && tick-a.at <= bridge {
			f.ledger.omit(tick, 1)
			continue
		}
		a.known, a.at, a.base = true, tick, append(a.base[:0], now...)
		// The values at the start tell of no tick.
		if tick > 0 {
			a.write(tick, now)
		}
	}
}

// conclude decides on what processes lost at a tick, once all of them were seen.
func (f *follower) conclude(tick, seen int) {
	common := f.falls.common(seen)
	for _, fall := range f.falls.now {
		fall.process.last = fall.last
		if common {
			f.suspend(fall.process, tick, fall.values)
		} else {
			f.expiry.expire(fall.process, tick, fall.values)
		}
		fall.process.last = tick
	}
	f.falls.learn(seen)
}
