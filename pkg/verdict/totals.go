package verdict

import (
	"math"
	"math/bits"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/histo"
)

// arms holds one number of the baseline and the same of the feature.
type arms struct{ a, b float64 }

// weighted sums shares over the strata that both arms have in common, each stratum with the weight
// n_A n_B / (n_A + n_B) of Mantel and Haenszel 1959. While the allocation changes, plain sums would compare the
// baseline's mornings with the feature's afternoons (Simpson's paradox); these do not.
type weighted struct {
	weight float64
	shares arms
}

func (w *weighted) add(a, b, nA, nB float64) {
	weight := nA * nB / (nA + nB)
	w.weight += weight
	w.shares.a += weight * a / nA
	w.shares.b += weight * b / nB
}

// values are the two shares; NaN where no stratum had both arms.
func (w weighted) values() arms { return arms{w.shares.a / w.weight, w.shares.b / w.weight} }

// totals is what a series sums up to: what a verdict rests on.
type totals struct {
	// n and bad are plain sums over all ticks.
	n, bad   arms
	above    []arms
	unplaced unplaced
	lost     lost
	// ticks counts those with traffic on both arms, seen those of each arm alone.
	ticks, seenA, seenB int
	// all counts ticks, strata those in them.
	all, strata int
	processes   map[int]bool
	// groupsA and groupsB are the groups of processes that either arm has of its own, as bits.
	groupsA, groupsB uint
	// expected, missingA and missingB are sums over ticks.
	expected, missingA, missingB int
	firstEnd, lastEnd            int64
	// heardEnd is the end of the newest tick in which anything of the flag was scraped.
	heardEnd int64
}

func newTotals(edges int) totals {
	return totals{above: make([]arms, edges), processes: map[int]bool{}}
}

func (t *totals) add(tick counts.Tick) {
	if t.firstEnd == 0 {
		t.firstEnd = tick.End
	}
	t.lastEnd = tick.End
	if heard(tick) {
		t.heardEnd = tick.End
	}
	t.all++
	t.strata += len(tick.Strata)
	t.expected += tick.Expected
	t.missingA += tick.MissingA
	t.missingB += tick.MissingB
	t.unplaced.add(tick)
	t.lost.add(tick)
	var hasA, hasB, both bool
	for _, s := range tick.Strata {
		hasA, hasB = hasA || s.A.Requests() > 0, hasB || s.B.Requests() > 0
		t.n.a, t.n.b = t.n.a+s.A.N, t.n.b+s.B.N
		t.bad.a, t.bad.b = t.bad.a+s.A.X, t.bad.b+s.B.X
		for i := range min(len(t.above), len(s.A.Above)) {
			t.above[i].a += s.A.Above[i]
		}
		for i := range min(len(t.above), len(s.B.Above)) {
			t.above[i].b += s.B.Above[i]
		}
		t.groupsA |= groupsOf(s.PartsA)
		t.groupsB |= groupsOf(s.PartsB)
		if !(s.A.N > 0 && s.B.N > 0) {
			continue
		}
		both = true
		t.processes[s.Key] = true
	}
	// An arm of the strata that are not shared still has traffic.
	if hasA {
		t.seenA++
	}
	if hasB {
		t.seenB++
	}
	if both {
		t.ticks++
	}
}

func groupsOf(parts []counts.Part) (set uint) {
	for _, p := range parts {
		set |= 1 << p.Group
	}
	return set
}

// alone says of each arm whether it has one process of its own and no more, so that evidence cannot be held against the
// others of them.
func (t *totals) alone() (a, b bool) {
	return bits.OnesCount(t.groupsA) == 1, bits.OnesCount(t.groupsB) == 1
}

// missing is the part of the strata that lacks one arm alone, the larger of both arms'.
func (t totals) missing() float64 {
	if t.expected == 0 {
		return 0
	}
	return float64(max(t.missingA, t.missingB)) / float64(t.expected)
}

// estimate is a quantile with the bounds of the bucket that it lies in: Upper is +Inf in the last one.
type estimate struct{ value, lower, upper float64 }

func quantileOf(q float64, edges []float64, tail []weighted, above func(weighted) float64) estimate {
	buckets := make(histo.Classic, 0, len(edges)+1)
	for i, edge := range edges {
		buckets = append(buckets, histo.Bucket{UpperBound: edge, Count: 1 - above(tail[i])})
	}
	buckets = append(buckets, histo.Bucket{UpperBound: math.Inf(1), Count: 1})
	value, lower, upper := buckets.Quantile(q)
	return estimate{value, lower, upper}
}
