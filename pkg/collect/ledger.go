package collect

import (
	"fmt"
	"math"
	"slices"
)

// ledger is what the processes of a run counted, and what is known to be missing from it.
type ledger struct {
	layout layout
	// arms is how many each process has: the baseline, and the features.
	arms      int
	processes []*process
	byName    map[string]*process
	// gaps are in the order of the ticks at which they were found out.
	gaps []gap
	// losses are in the order of the ticks at which they were found out.
	losses []unseenCount
	faults faults
	// aside is what was counted of arms that lack a number at an edge.
	aside asides
	// strata says, for each feature, from which tick on strata are processes, or all of them together.
	strata []pooling
	// nothing is an arm that counted nothing yet.
	nothing []float64
	// scratch holds increments while they are looked at.
	scratch []float64
}

func newLedger(l layout, arms int) *ledger {
	return &ledger{
		layout: l, arms: arms, byName: map[string]*process{}, strata: make([]pooling, arms),
		nothing: make([]float64, l.width()), scratch: make([]float64, l.width()), aside: asides{placed: make([]bool, arms)},
	}
}

// faults count what could not be used.
type faults struct {
	// vanished: a part of the series was lost, or came back with what it had counted in all its life.
	vanished int
	// damaged: parts that exceed the whole, cumulative buckets that fall.
	damaged int
	// unlike: processes without a part of the metric.
	unlike int
}

// process finds a process by its name; what is seen for the first time gets the next number.
func (l *ledger) process(name, target string) *process {
	p := l.byName[name]
	if p == nil {
		p = &process{id: len(l.processes) + 1, name: name, target: target, last: unseen, before: unseen, arms: make([]arm, l.arms)}
		l.byName[name] = p
		l.processes = append(l.processes, p)
	}
	return p
}

// scraped tells whether the target that a process stands behind was scraped at the tick before, with others.
func (l *ledger) scraped(p *process, tick int) bool {
	return p.target != "" && slices.ContainsFunc(l.processes, func(other *process) bool {
		return other.target == p.target && (other.last == tick-1 || other.last == tick && other.before == tick-1)
	})
}

// steps are the increments from one set of numbers to the next, valid until it is called again; false where they cannot be.
func (l *ledger) steps(tick int, from, to []float64) ([]float64, bool) {
	steps := l.scratch
	for k := range to {
		steps[k] = to[k] - from[k]
		if math.IsNaN(steps[k]) {
			if tick > 0 && (!l.layout.kind.Edges || k == 0) {
				l.faults.unlike++
			}
			return nil, false
		}
	}
	if can := l.layout.kind.Consistent; can != nil && !can(steps) {
		if tick > 0 {
			l.faults.damaged++
		}
		return nil, false
	}
	return steps, true
}

// omit counts increments that were left out because of series that vanished.
func (l *ledger) omit(tick, n int) {
	if tick > 0 {
		l.faults.vanished += n
	}
}

// write keeps the increments of a tick; those before the run began only teach.
func (l *ledger) write(a *arm, tick int, steps []float64, span float64) {
	if tick > 0 {
		if kept := l.layout.kind.Kept; kept != nil {
			steps = kept(steps, span)
		}
		a.write(tick, steps)
	}
}

// size is about the room that the ledger takes, in bytes.
func (l *ledger) size() int64 {
	size := int64(len(l.gaps)*64 + len(l.losses)*32)
	for _, p := range l.processes {
		size += p.size(true)
	}
	return size
}

// notices say of what is named what could not be used, up to a tick.
func (l *ledger) notices(name string, done int) []string {
	var notices []string
	add := func(n int, format string) {
		if n > 0 {
			notices = append(notices, fmt.Sprintf("%s: "+format, name, n))
		}
	}
	add(l.faults.vanished, "%d increments were left out: a process lost a part of its series without restarting, or they came back.")
	missing := 0
	for _, p := range l.processes {
		if p.absence != nil && p.last == done {
			missing++
		}
	}
	add(missing, "%d processes are not counted at present: a part of their series is missing.")
	add(l.faults.damaged, "%d increments were left out: their parts exceed the whole.")
	add(l.faults.unlike, "%d increments were left out: their process lacks a part of the metric.")
	return notices
}
