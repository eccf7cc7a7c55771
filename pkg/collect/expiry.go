package collect

import (
	"math"
	"slices"
)

// Exporters forget series that nothing updated for some minutes (statsd_exporter, clients that remove what is idle), and
// begin them again at zero. What they forget was at rest: the process counts on as it did, and is not waited for.

const (
	// rest is how many ticks in succession without a rise tell of something idle: exporters wait for five minutes or more.
	rest = bridge - 1
	// slight is the share of a kind of events that may be missing: far less than what a verdict tells apart.
	slight = 0.05
	// sure is by how many standard errors what is counted must differ from what would be, were it that which is missing.
	sure = 3
	// precise is how many events tell whether the rest of the series keeps the proportions that all of them had: a quarter of
	// a number that is missing then shows as more than chance.
	precise = 400
)

// expiry goes on without the series that exporters forgot.
type expiry struct {
	ledger *ledger
	tempo  *tempo
}

// expired tells a fall for which no one has to wait: what is missing was idle, or is a small part of what is counted.
// An answer that is older has all of it lower, and none higher.
func (e expiry) expired(p *process, values [][]float64) bool {
	fell, rose := false, false
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		if !a.known || a.gone || a.idle {
			continue
		}
		if math.IsNaN(now[0]) {
			if !a.rested(0, p.last) {
				return false
			}
			continue
		}
		lost := make([]float64, len(a.base))
		for k, was := range a.base {
			if math.IsNaN(was) != math.IsNaN(now[k]) {
				return false
			}
			fell, rose = fell || now[k] < was, rose || now[k] > was
			if lost[k] = max(0, was-now[k]); now[k] == 0 && a.rested(k, p.last) {
				lost[k] = 0
			}
		}
		if !e.ledger.layout.spared(a, lost, e.ledger.nothing, 0) {
			return false
		}
	}
	return rose || !fell
}

// rested tells whether a number did not rise for so long that it is idle.
func (a *arm) rested(k, last int) bool { return last-a.rose[k] >= rest }

// expire goes on without the series that were forgotten. By how much the others rose in this tick is not known.
func (e expiry) expire(p *process, tick int, values [][]float64) {
	for i := range p.arms {
		a, now := &p.arms[i], values[i]
		switch {
		case !a.known || a.gone || a.idle:
		case math.IsNaN(now[0]):
			a.restarts()
			p.reborn, p.rebornAt = true, tick
		default:
			for k, was := range a.base {
				if lost := was - now[k]; lost > e.ledger.layout.few() || lost > 0 && lost > e.ledger.layout.most(a.often(k)*bridge) {
					p.reborn, p.rebornAt = true, tick
				} else if lost > 0 {
					// So few may return; more would be lost if every event after them were taken for them.
					a.base[k] = now[k]
				}
			}
		}
	}
	e.ledger.omit(tick, 1)
	e.ledger.loseUsual(p, tick, float64(tick-p.counted))
	p.anchor(tick, values)
}

// restarts lets an arm count from zero when it is there again; what it had is remembered, for the case that it comes back.
func (a *arm) restarts() {
	a.owed = slices.Clone(a.base)
	for k := range a.base {
		a.base[k] = 0
	}
	a.idle, a.gone = true, false
}

// spared tells whether the rest of an arm can be taken for the whole: of each kind of events that lost some, little is
// missing, or the rest counted in some ticks what all of them did.
func (l layout) spared(a *arm, lost, counted []float64, ticks float64) bool {
	if a.usual == nil {
		return !slices.ContainsFunc(lost, func(lost float64) bool { return lost > 0 })
	}
	aged := a.base[0] >= 4*bridge*a.usual[0]
	missing, seen := l.kinds(a.base, lost), l.kinds(a.usual, counted)
	for i, kind := range seen {
		had, lost := missing[i].usual, missing[i].counted
		expected := kind.usual * ticks
		share := min(1, lost/had)
		switch {
		case !(lost > 0), lost <= slight*had, kind.usual*longestGap < 0.5:
		case lost <= l.most((bridge+ticks)*kind.usual) && (aged || lost <= l.few()):
			// It is no more than what is counted in some minutes: it began not long ago, or is a small part.
		case l.kind.Real && ticks > 0, expected >= precise:
		case expected*share*share >= sure*sure && kind.counted >= (1-share/2)*expected:
		default:
			return false
		}
	}
	return true
}

// most is the most that is counted where so much is expected: four standard errors more, of events.
func (l layout) most(expected float64) float64 {
	if l.kind.Real {
		return expected
	}
	return expected + 4*math.Sqrt(expected)
}

// reappeared tells whether an arm that was taken for gone is there again with a part of what it had.
func (e expiry) reappeared(p *process, values [][]float64) bool {
	some := false
	for i := range p.arms {
		a := &p.arms[i]
		if !a.gone || math.IsNaN(values[i][0]) {
			continue
		}
		if e.tempo.renewed(p, i, values[i]) {
			a.restarts()
			p.reborn, p.rebornAt = true, p.last
			continue
		}
		for k, was := range a.base {
			if values[i][k] < was {
				a.gone, some = false, true
			}
		}
	}
	return some
}

// renewed tells whether an arm that was taken for gone begins at zero: nothing of it is what it was, and it has no more than
// can have been counted since it was not there.
func (t *tempo) renewed(p *process, i int, now []float64) bool {
	a := &p.arms[i]
	for k, was := range a.base {
		if !(now[k] < was) && was > t.layout.few() {
			return false
		}
	}
	return now[0] < a.base[0] && now[0] <= 2*t.most(p)
}
