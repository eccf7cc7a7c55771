package strata

import "math"

// Pooling adds up processes whose strata are so small that most lack an arm and would be skipped: those of a tick that have
// had few requests of either arm so far, and the arms in about the same proportion. Where the proportion is the same,
// neither a process whose requests fail more nor one that has more of them shifts what is bad of either arm. Who is added up
// follows from the ticks before, never from what is counted in the tick itself, and so is as good as settled beforehand.
type Pooling struct {
	past  map[int]*pastCounts
	ticks int
}

type pastCounts struct {
	a, b  float64
	first int
}

const (
	// sparse is the number of requests of an arm, process and tick on average, below which strata are added up.
	sparse = 5.0
	// knownFrom is the number of requests from which on the proportion of the arms is known.
	knownFrom = 40.0
	// alike is how far the logarithms of the proportions lie apart at most of what is added up.
	alike = 0.5
)

// Of is the key under which a process's counts of the next tick are added up: its own, or a negative one that it shares.
func (p *Pooling) Of(key int) int {
	c := p.past[key]
	if c == nil || c.a+c.b < knownFrom || !(c.a > 0 && c.b > 0) {
		return key
	}
	ticks := float64(p.ticks - c.first)
	if math.Min(c.a, c.b)/ticks >= sparse {
		return key
	}
	class := int(math.Round(math.Log(c.b/c.a) / alike))
	// 0 is what is added up where arms have processes of their own.
	return -1 - (class+maxClass)%(2*maxClass)
}

// maxClass is beyond every class that counts allow.
const maxClass = 128

// Count takes what a process counted of both arms in the tick.
func (p *Pooling) Count(key int, a, b float64) {
	if p.past == nil {
		p.past = map[int]*pastCounts{}
	}
	c := p.past[key]
	if c == nil {
		c = &pastCounts{first: p.ticks}
		p.past[key] = c
	}
	c.a, c.b = c.a+a, c.b+b
}

// Clone is a copy that goes its own way.
func (p *Pooling) Clone() Pooling {
	c := Pooling{ticks: p.ticks, past: make(map[int]*pastCounts, len(p.past))}
	for key, counted := range p.past {
		own := *counted
		c.past[key] = &own
	}
	return c
}

// Next ends the tick.
func (p *Pooling) Next() { p.ticks++ }
