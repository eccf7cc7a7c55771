package collect

import (
	"math"
	"slices"
)

// absence is a time over which a part of a process's series is missing: a store that does not answer, a client that removed
// idle series, or the first ticks after a restart. While it lasts none of the process's arms is counted, so that both are
// judged over the same time and no arm has its bad events without its requests.
type absence struct {
	// since is the first tick of it, from the last one seen before its latest fall.
	since, from int
	// small says that all that is left can have been counted from zero since then; first is what that was.
	small bool
	first [][]float64
	// old says that something had been missing for long before: what was counted meanwhile is left out.
	old bool
	// last holds the latest values, rest what was counted in ticks without a fall, over so many ticks.
	last, rest [][]float64
	ticks      float64
	// seen is how many ticks were not counted so far, falls how many of them brought a fall.
	seen, falls int
}

// fallen tells whether some number of a process is lower than before, or one of its arms has no series.
func fallen(p *process, values [][]float64) bool {
	for i := range p.arms {
		a := &p.arms[i]
		if !a.known || a.gone {
			continue
		}
		if math.IsNaN(values[i][0]) {
			if !a.idle {
				return true
			}
			continue
		}
		for k, was := range a.base {
			if values[i][k] < was {
				return true
			}
		}
	}
	return false
}

// back tells whether all that was there is there again.
func back(p *process, values [][]float64) bool {
	for i := range p.arms {
		a := &p.arms[i]
		for k, was := range a.base {
			if a.known && !a.gone && !a.idle && !math.IsNaN(was) && !(values[i][k] >= was) {
				return false
			}
		}
	}
	return true
}

// absences follows the processes of which something is missing.
type absences struct {
	ledger *ledger
	tempo  *tempo
}

// suspend follows a process of which something is missing: until it is back, until it turns out to have restarted, or until
// the rest can be taken for the whole. It is true where all is back so soon that what was counted meanwhile is known.
func (s absences) suspend(p *process, tick int, values [][]float64) (rose bool) {
	missing := p.absence
	switch {
	case missing == nil:
		missing = &absence{since: tick, from: p.last, falls: 1, small: s.tempo.restarted(p, nil, values, float64(tick-p.last))}
		for _, now := range values {
			missing.first = append(missing.first, slices.Clone(now))
			missing.last = append(missing.last, slices.Clone(now))
			missing.rest = append(missing.rest, make([]float64, len(now)))
		}
		p.absence = missing
	case back(p, values):
		return s.resume(p, tick, values)
	default:
		s.follow(p, tick, values)
	}
	switch {
	case missing.small && s.serves(p, values):
		s.restart(p, tick, values)
	case tick-missing.since >= bridge && s.settled(p, tick, values):
		s.accept(p, tick, values)
	default:
		missing.seen++
	}
	return false
}

// end ends an absence; the ticks that it took are as if they had not been scraped.
func (s absences) end(p *process, tick int) {
	if p.absence.seen > 0 {
		s.ledger.gap(gap{tick: tick, process: p.id, length: min(p.absence.seen, longestGap), arm: wholeProcess})
	}
	p.absence = nil
}

// resume goes on when everything is back: what was counted meanwhile is the difference from the highest values. It is false
// where that is left out.
func (s absences) resume(p *process, tick int, values [][]float64) bool {
	missing := p.absence
	s.end(p, tick)
	if tick-missing.since <= bridge && !missing.old {
		return true
	}
	s.ledger.omit(tick, missing.seen+1)
	s.ledger.loseUsual(p, tick, float64(tick-p.counted))
	p.anchor(tick, values)
	return false
}

// follow takes in a tick of an absence: what the rest of the series counted, unless more vanished or some came back.
func (s absences) follow(p *process, tick int, values [][]float64) {
	missing := p.absence
	span := float64(tick - p.last)
	limit := 2 * span * s.tempo.most(p)
	jumped := false
	for i := range p.arms {
		a, was, now, rest := &p.arms[i], missing.last[i], values[i], missing.rest[i]
		if math.IsNaN(was[0]) != math.IsNaN(now[0]) || now[0]-was[0] > limit {
			jumped = true
			continue
		}
		for k := range a.base {
			step, out := now[k]-was[k], a.base[k]+rest[k]-was[k]
			jumped = jumped || step < 0 || out > 0 && step >= out+a.often(k)*span/2
		}
	}
	switch {
	case jumped:
		missing.falls++
		if s.tempo.restarted(p, missing.last, values, span) {
			missing.small, missing.from = true, p.last
			for i, now := range values {
				copy(missing.first[i], now)
				clear(missing.rest[i])
			}
			missing.ticks = 0
		} else if !missing.small || !s.tempo.young(values, float64(tick-missing.from), s.tempo.most(p)) {
			missing.small = false
		}
	default:
		missing.ticks += span
		for i, rest := range missing.rest {
			for k := range rest {
				if step := values[i][k] - missing.last[i][k]; !math.IsNaN(step) {
					rest[k] += step
				}
			}
		}
	}
	for i, now := range values {
		copy(missing.last[i], now)
	}
}

// serves tells whether a process that restarted counts again as it did: the first that it counted is in proportion to what it
// usually counts, or to what follows. One series of many that is left over is not.
func (s absences) serves(p *process, values [][]float64) bool {
	missing := p.absence
	counted, usual := 0.0, 0.0
	for i := range p.arms {
		a, first := &p.arms[i], missing.first[i]
		usual += a.often(0)
		if !math.IsNaN(values[i][0]) {
			counted += values[i][0]
		}
		for k := range first {
			likely := max(s.ledger.layout.few(), 1.5*a.often(k))
			if missing.ticks > 0 {
				likely = max(likely, missing.rest[i][k]/missing.ticks)
			}
			if first[k] > 2*likely*float64(missing.fell()) {
				return false
			}
		}
	}
	return counted >= usual/10
}

// fell is how many ticks the latest fall took.
func (m *absence) fell() int { return max(1, m.since-m.from) }

// stale marks an absence of something that was away for long before.
func (m *absence) stale(old bool) {
	if m != nil && old {
		m.old = true
	}
}

// restart counts a process from zero in all its series. What it was before is remembered, for the case that it comes back.
func (s absences) restart(p *process, tick int, values [][]float64) {
	from := p.absence.from
	s.end(p, tick)
	s.ledger.loseRestart(p, tick, values)
	p.reborn, p.rebornAt = true, tick
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if a.known {
			a.owed = slices.Clone(a.base)
		}
		switch {
		case !math.IsNaN(now[0]):
			// What was counted before the run began is none of it.
			if steps, ok := s.ledger.steps(tick, s.ledger.nothing, now); ok && from >= 0 {
				s.ledger.write(a, tick, steps, float64(tick-from))
			}
			a.known, a.idle, a.gone, a.at, a.base = true, false, false, tick, append(a.base[:0], now...)
			a.rose = slices.Repeat([]int{tick}, len(now))
		case a.known:
			// It will count from zero again.
			a.base, a.idle, a.gone = slices.Clone(s.ledger.nothing), true, false
		}
	}
	p.counted = tick
}

// accept takes the rest of a process's series for the whole.
func (s absences) accept(p *process, tick int, values [][]float64) {
	missing := p.absence
	s.ledger.omit(tick, missing.falls)
	s.ledger.loseUsual(p, tick, float64(missing.falls))
	s.end(p, tick)
	p.reborn = false
	for i := range p.arms {
		a, now, rest := &p.arms[i], values[i], missing.rest[i]
		switch {
		case math.IsNaN(now[0]):
			a.gone = a.gone || a.known && !a.idle
			continue
		case a.known && !a.gone && missing.ticks > 0:
			if steps, ok := s.ledger.steps(tick, s.ledger.nothing, rest); ok && missing.since >= 0 {
				s.ledger.write(a, tick, steps, missing.ticks)
			}
			// What the rest counted is counted: only what vanished may come back.
			for k := range a.base {
				a.base[k] += rest[k]
			}
		}
		a.anchor(tick, now)
	}
	p.counted = tick
}

// settled tells whether the rest of the series can be taken for the whole: those that vanished were idle, or were a part
// that had its own of everything. Where those that are missing held more of one number than of another, the rest is none.
func (s absences) settled(p *process, tick int, values [][]float64) bool {
	missing := p.absence
	known := tick-missing.since >= longestGap
	for i := range p.arms {
		a := &p.arms[i]
		if !a.known || a.gone || a.idle || math.IsNaN(values[i][0]) || !missing.lacks(a, i) {
			continue
		}
		if a.usual == nil {
			a.usual = slices.Clone(s.ledger.nothing)
		}
		even := s.ledger.layout.even(a.usual, missing.rest[i], missing.ticks)
		if !even || !known && !s.ledger.layout.spared(a, missing.lost(a, i), missing.rest[i], missing.ticks) {
			return false
		}
	}
	return true
}

// lacks tells whether an arm lacks some of its series.
func (m *absence) lacks(a *arm, i int) bool {
	return slices.ContainsFunc(m.lost(a, i), func(lost float64) bool { return lost > 0 })
}

// lost is how much of each number of an arm is held by the series that are missing.
func (m *absence) lost(a *arm, i int) []float64 {
	lost := make([]float64, len(a.base))
	for k := range lost {
		lost[k] = max(0, a.base[k]+m.rest[i][k]-m.last[i][k])
	}
	return lost
}

// even tells whether numbers that were counted in some ticks keep the proportions that they usually have. One that rises
// beyond what is usual is no sign: it is there.
func (l layout) even(usual, counted []float64, ticks float64) bool {
	kinds := l.kinds(usual, counted)
	most := 0.0
	for _, kind := range kinds {
		if kind.usual > 0 {
			most = max(most, kind.counted/(kind.usual*ticks))
		}
	}
	for _, kind := range kinds {
		expected := kind.usual * ticks
		switch {
		case kind.usual*longestGap < 0.5:
			// It hardly ever happened.
		case l.kind.Real:
			if kind.counted < 0.75*expected*min(1, most) || len(kinds) == 1 && kind.counted < 0.75*expected {
				return false
			}
		case kind.counted < 0.9*expected*min(1, most)-3*math.Sqrt(expected*min(1, most)):
			return false
		}
	}
	return true
}

// eventKind is one kind of events: how many there usually are in a tick, and were.
type eventKind struct{ usual, counted float64 }

// kinds are the events that the numbers of an arm tell apart: the bad ones and the others, those below an edge and above.
func (l layout) kinds(usual, counted []float64) []eventKind {
	all := eventKind{usual[0], counted[0]}
	if l.kind.Real || len(usual) == 1 {
		kinds := []eventKind{all}
		for k := 1; k < len(usual); k++ {
			kinds = append(kinds, eventKind{usual[k], counted[k]})
		}
		return kinds
	}
	var kinds []eventKind
	for k := 1; k < len(usual); k++ {
		part := eventKind{usual[k], counted[k]}
		kinds = append(kinds, part, eventKind{all.usual - part.usual, all.counted - part.counted})
	}
	return kinds
}
