package collect

import (
	"math"
	"sort"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
)

// pooling says for one feature what its strata are. Where both arms run in the same processes each process is a stratum.
// Where they do not (a canary deployment, a flag that is read at start), the minute is all that they share, and the
// processes of each arm are added up. What holds at a tick follows from the traffic up to it and is never changed: most of
// the feature's traffic lies in processes that serve the baseline at the same time, or does not: one that was upgraded in
// place served it before.
type pooling struct {
	// shared and all are the feature's traffic so far: in processes while they serve the baseline, and in all.
	shared, all float64
	// turns are the ticks from which on the answer is another; at first, strata are processes.
	turns []int
}

// weigh takes in the traffic of a tick, in the processes that were seen at it.
func (l *ledger) weigh(tick int, seen []*process) {
	for v := 1; v < l.arms; v++ {
		pool := &l.strata[v]
		for _, p := range seen {
			if p.arms[v].columns == nil {
				continue
			}
			n := p.arms[v].columns[0].at(tick)
			if math.IsNaN(n) {
				continue
			}
			pool.all += n
			if p.arms[0].serves(tick) && p.arms[0].works(tick) {
				pool.shared += n
			}
		}
		if together := 2*pool.shared < pool.all; together != (len(pool.turns)%2 == 1) {
			pool.turns = append(pool.turns, tick)
		}
	}
}

// together tells whether the processes are added up at a tick.
func (p pooling) together(tick int) bool { return sort.SearchInts(p.turns, tick+1)%2 == 1 }

// ticks lays out the ticks of one feature since a start, from tick from up to to.
func (l *ledger) ticks(start time.Time, variant, from, to int) []counts.Tick {
	if to < from {
		return nil
	}
	ticks := make([]counts.Tick, 0, to-from+1)
	gaps, losses := l.gapsFrom(from), l.lossesFrom(from)
	builder := builder{layout: l.layout}
	for tick := from; tick <= to; tick++ {
		t := counts.Tick{End: tickEnd(start, tick).Unix()}
		together := l.strata[variant].together(tick)
		t.Strata, t.Expected = builder.strata(l.processes, variant, tick, together)
		for ; len(gaps) > 0 && gaps[0].tick <= tick; gaps = gaps[1:] {
			l.account(&t, gaps[0], variant, together)
		}
		for ; len(losses) > 0 && losses[0].tick <= tick; losses = losses[1:] {
			losses[0].bear(&t, variant)
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// builder lays out strata; the numbers of many arms share one array.
type builder struct {
	layout layout
	above  []float64
	// kept is what an arm counted, while it is read.
	kept []float64
	// usual is how many strata the tick before had.
	usual int
}

// strata are those of a tick, and how many there should be.
func (b *builder) strata(processes []*process, variant, tick int, together bool) (strata []counts.Stratum, expected int) {
	var groupsA, groupsB groups
	for _, p := range processes {
		if tick < p.first || tick > p.last {
			continue
		}
		baseline, inA := b.arm(&p.arms[0], tick)
		feature, inB := b.arm(&p.arms[variant], tick)
		if !inA && !inB {
			continue
		}
		expected++
		if together {
			groupsA.add(p.arms[0].group, baseline)
			groupsB.add(p.arms[variant].group, feature)
			continue
		}
		if baseline.Requests() > 0 || feature.Requests() > 0 {
			if strata == nil {
				strata = make([]counts.Stratum, 0, b.usual+1)
			}
			strata = append(strata, counts.Stratum{Key: p.id, A: baseline, B: feature})
		}
	}
	b.usual = len(strata)
	if !together {
		return strata, expected
	}
	var pooled counts.Stratum
	pooled.A, pooled.PartsA = b.sum(groupsA)
	pooled.B, pooled.PartsB = b.sum(groupsB)
	if pooled.A.Requests() > 0 || pooled.B.Requests() > 0 {
		strata = []counts.Stratum{pooled}
	}
	return strata, expected
}

// arm reads what an arm counted at a tick; false where it was not counted.
func (b *builder) arm(a *arm, tick int) (counts.Arm, bool) {
	if a.columns == nil || math.IsNaN(a.columns[0].at(tick)) {
		unplaced, ok := a.unplaced(tick)
		return counts.Arm{Above: b.zeros(), Unplaced: unplaced}, ok
	}
	b.kept = b.kept[:0]
	for k := range a.columns {
		b.kept = append(b.kept, a.columns[k].at(tick))
	}
	return b.layout.kind.Arm(b.kept, b.zeros()), true
}

// zeros is a slice with a place for each edge; nil without edges.
func (b *builder) zeros() []float64 {
	edges := len(b.layout.edges)
	if edges == 0 {
		return nil
	}
	if len(b.above) < edges {
		b.above = make([]float64, 4096*edges)
	}
	slice := b.above[:edges:edges]
	b.above = b.above[edges:]
	return slice
}
