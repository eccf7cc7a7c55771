package collect

import (
	"hash/maphash"
	"math"
	"slices"
	"sync/atomic"
)

// Samples come late: a remote write lags, a link breaks and what was kept is sent when it is there again, a store is
// backfilled. What was read before they came is read again, so that who looked early and who begins anew say the same: the
// newest ticks at each look, those before them that lacked something too, and the older the more seldom. Where something is
// another one, what was known before it holds, and the rest is taken in anew.

const (
	// newest is how many ticks are read again at each look, at least.
	newest = 2 * bridge
	// oldest is how far back, in ticks, something is looked for at all that came late: a day.
	oldest = 24 * 60
	// certain is how many ticks must be as they were before the first that is not, so that none before them is looked at.
	certain = bridge
)

// again is what a run has to know for what it reads again.
type again struct {
	// hashes are of the values of each tick, from the lead on.
	hashes []uint64
	seed   maphash.Seed
	// checkpoints are in the order of their ticks.
	checkpoints []checkpoint
	// read holds, for each age that is twice the one before, the newest tick when all up to twice that age was read last.
	read []int
	// window is how many ticks are read again at each look: it grows with what is seen to come late, and shrinks with each
	// look that finds nothing.
	window int
	// revisions say from which tick on something is another since. numbers counts all that a collector ever had, so that those
	// of a run that was given up are not those of a new one.
	revisions []revision
	numbers   *atomic.Int64
}

// revision is one of what was handed over before: from a tick on it is another.
type revision struct {
	number int64
	tick   int
}

// newAgain is for a run of which nothing was read. What was handed over before is all another. How late samples come is not
// known yet: as late as an hour, unless there is much to read.
func newAgain(much bool, numbers *atomic.Int64) again {
	a := again{seed: maphash.MakeSeed(), window: longestGap, numbers: numbers}
	if much {
		a.window = newest
	}
	a.revise(math.MinInt32)
	return a
}

// revise says that all from a tick on is another.
func (a *again) revise(tick int) {
	// What is before it holds for who knows of an older one alone.
	a.revisions = slices.DeleteFunc(a.revisions, func(r revision) bool { return r.tick >= tick })
	a.revisions = append(a.revisions, revision{a.numbers.Add(1), tick})
}

// revision is the number of the latest.
func (a *again) revision() int64 { return a.revisions[len(a.revisions)-1].number }

// holds tells whether all up to a tick is as it was at a revision.
func (a *again) holds(number int64, tick int) bool {
	for _, r := range a.revisions {
		if r.number > number && r.tick <= tick {
			return false
		}
	}
	return true
}

// first is the first tick that is another than at a revision.
func (a *again) first(number int64) int {
	first := math.MaxInt
	for _, r := range a.revisions {
		if r.number > number {
			first = min(first, r.tick)
		}
	}
	return first
}

// hash adds what a process has at each tick, as its series have it, to the hashes of those ticks. In which order does not
// matter.
func (a *again) hash(hashes []uint64, name string, m *matrix) {
	of := maphash.String(a.seed, name)
	for variant, numbers := range m.read {
		for k, all := range numbers {
			for _, one := range all {
				add(hashes, of^maphash.String(a.seed, one.text)+uint64(variant<<16+k), one.values)
			}
		}
	}
	for variant, numbers := range m.natives {
		for k, values := range numbers {
			add(hashes, ^of+uint64(variant<<16+k), values)
		}
	}
}

func add(hashes []uint64, series uint64, values []float64) {
	const golden = 0x9e3779b97f4a7c15
	for i, value := range values {
		if !math.IsNaN(value) {
			h := (series*golden ^ math.Float64bits(value)) * golden
			hashes[i] += (h ^ h>>29) * golden
		}
	}
}

// from is the first tick that is read when all up to done was read, and the newest tick is last. missing is the first tick
// that lacked something.
func (a *again) from(done, last, missing int) int {
	back := a.window
	for level, age := 0, newest; age < oldest; level, age = level+1, 2*age {
		if level == len(a.read) {
			a.read = append(a.read, done)
		}
		if last-a.read[level] >= age {
			back = max(back, 2*age)
		}
	}
	return a.begin(min(done+1-min(back, oldest), missing-bridge))
}

// begin is the tick after the newest checkpoint before a tick: that at which reading begins.
func (a *again) begin(tick int) int {
	for i := len(a.checkpoints) - 1; i >= 0; i-- {
		if a.checkpoints[i].tick < tick {
			return a.checkpoints[i].tick + 1
		}
	}
	return -lead
}

// deeper is where reading begins when what differs lies too near to where it began.
func (a *again) deeper(from, done int) int {
	return a.begin(done + 1 - 2*(done+1-from))
}

// found takes note of how much came late at a look: the age of the oldest tick that is another, 0 for none.
func (a *again) found(age int) {
	if age > 0 {
		a.window = min(max(a.window, 2*age), oldest)
	} else {
		a.window = max(a.window-1, newest)
	}
}

// looked takes note that all from a tick up to the newest was read.
func (a *again) looked(from, last int) {
	for level, age := 0, newest; level < len(a.read); level, age = level+1, 2*age {
		if last-from+1 >= 2*age || from <= -lead {
			a.read[level] = last
		}
	}
}

// changed tells whether the values of a tick that was read before are others.
func (a *again) changed(tick int, hash uint64) bool { return a.hashes[tick+lead] != hash }

// keep takes note of a tick that was taken in.
func (a *again) keep(tick int, hash uint64) { a.hashes = append(a.hashes[:tick+lead], hash) }

// checkpointed keeps what is known after a tick, and gives up checkpoints that are too close together for their age.
func (a *again) checkpointed(f *follower, d doubts, tick, last int) {
	if n := len(a.checkpoints); n > 0 && a.checkpoints[n-1].tick >= tick {
		return
	}
	a.checkpoints = slices.DeleteFunc(a.checkpoints, func(c checkpoint) bool { return !keeps(c.tick, last) })
	a.checkpoints = append(a.checkpoints, f.checkpoint(tick, d))
}

// back is the newest checkpoint before a tick, after which none is left; nil where there is none.
func (a *again) back(tick int) *checkpoint {
	for n := len(a.checkpoints); n > 0; n-- {
		if c := &a.checkpoints[n-1]; c.tick < tick {
			a.checkpoints = a.checkpoints[:n]
			return c
		}
	}
	a.checkpoints = nil
	return nil
}

// size is about the room that it takes, in bytes.
func (a *again) size() int64 {
	size := int64(8*cap(a.hashes) + 16*cap(a.revisions))
	for i := range a.checkpoints {
		size += a.checkpoints[i].size()
	}
	return size
}

// missing is the first tick not long ago at which something of the processes was missing, as far as is known after a tick;
// the one that follows where nothing was.
func (l *ledger) missing(done int) int {
	first := done + 1
	for _, p := range l.processes {
		switch {
		case p.absence != nil:
			first = min(first, p.absence.from+1)
		case done-p.last <= longestGap:
			first = min(first, p.last+1)
		}
	}
	for i := len(l.gaps) - 1; i >= 0; i-- {
		g := l.gaps[i]
		if begin := g.tick - g.length; done-begin <= longestGap {
			first = min(first, begin)
		} else if done-g.tick > longestGap {
			break
		}
	}
	return first
}
