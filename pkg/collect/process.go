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
	// target is what it stands behind with others; empty where it is a target by itself.
	target string
	// first and last are the first and the latest tick at which any of its series was there, counted the tick up to which
	// its increments are accounted for.
	first, last, counted int
	// before is the tick at which it was seen before the last one.
	before int
	arms   []arm
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
	// doubted are the values at the first of them, at tick doubtedAt.
	doubted   [][]float64
	doubtedAt int
	// lost is what it counted that is not known.
	lost lost
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
	// aside holds the observations of which it is not known on which side of the edges they lie; nil for none.
	aside *column
}

// longestGap is the longest gap, in ticks, that counts as missed scrapes; what was away for longer was taken away.
const longestGap = 60

// lead is how many ticks before the first one are read. They are not counted: they tell what series there were, and how
// fast they counted, so that what is missing when the run begins is not taken for newborn when it comes back.
const lead = longestGap

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

// anchor makes values those that the next ones are differenced against.
func (p *process) anchor(tick int, values [][]float64) {
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

func (a *arm) write(tick int, numbers []float64) {
	if a.columns == nil {
		a.columns = make([]column, len(numbers))
	}
	for k, number := range numbers {
		a.columns[k].set(tick, number)
	}
}

// size is about the room that a process takes, in bytes; with its columns or without.
func (p *process) size(columns bool) int64 {
	const perProcess, perArm = 256, 160
	size := int64(perProcess + len(p.name)*2)
	for _, a := range p.arms {
		size += int64(perArm + 8*(cap(a.base)+cap(a.owed)+cap(a.usual)+cap(a.rose)))
		for i := range a.columns {
			if columns {
				size += a.columns[i].bytes()
			}
		}
		if columns && a.aside != nil {
			size += a.aside.bytes()
		}
	}
	return size
}
