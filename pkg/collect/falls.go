package collect

import (
	"math"
)

// falls are the processes that lost series at a tick. Each process forgets at its own time: where
// many lose some at once, a part of all series is out of sight, however little each of them has of it.
type falls struct {
	// all is how many there are, now those of which all that was lost seems to have been idle.
	all int
	now []fall
	// usual is in which part of the processes there is one in a tick, learned over so many ticks.
	usual, learned float64
}

// fall is a process with its values, and the tick at which it was seen before.
type fall struct {
	process *process
	last    int
	values  [][]float64
}

func (f *falls) add(p *process, values [][]float64) {
	f.now = append(f.now, fall{p, p.last, cloned(values)})
}

// common tells whether far more of the processes that were seen lost series than usually do by chance.
func (f *falls) common(seen int) bool {
	expected := f.usual * float64(seen)
	return float64(f.all) > 2+expected+4*math.Sqrt(expected)
}

func (f *falls) learn(seen int) {
	if seen > 0 {
		f.learned = min(remember, f.learned+1)
		f.usual += (float64(f.all)/float64(seen) - f.usual) / f.learned
	}
	f.all, f.now = 0, f.now[:0]
}
