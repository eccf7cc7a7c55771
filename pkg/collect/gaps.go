package collect

import (
	"slices"
	"sort"

	"github.com/flaglens/flaglens/pkg/counts"
)

// gap is what is known to have been missed, found out at a tick: expected strata, and those of them that lack one arm
// only.
type gap struct {
	tick, process, length int
	// arm is the arm that was missing alone; wholeProcess where none of the process was counted.
	arm int
	// serving tells which arms the process had when it was counted last.
	serving []bool
}

const wholeProcess = -1

// gap keeps what was missed, but for what was missed before the run began.
func (l *ledger) gap(g gap) {
	if g.tick > 0 {
		g.length, g.serving = min(g.length, g.tick), l.processes[g.process-1].arrange()
		l.gaps = append(l.gaps, g)
	}
}

// serves tells whether an arm has series, or had some not long ago and was not taken away.
func (a *arm) serves(tick int) bool { return a.known && !a.gone && tick-a.at <= longestGap }

// works tells whether an arm counted something, and not long ago: many clients show the series of all variants from the start, at
// 0, and a process that never served a variant has them too. What is no counter is there where it is shown.
func (a *arm) works(tick int) bool {
	return len(a.rose) == 0 || a.base[0] > 0 && tick-a.rose[0] <= longestGap
}

// arrange tells which arms the process had when it was counted last. While they stay the same it is one slice.
func (p *process) arrange() []bool {
	serving := make([]bool, len(p.arms))
	for i := range p.arms {
		serving[i] = p.arms[i].serves(p.counted)
	}
	if !slices.Equal(serving, p.serving) {
		p.serving = serving
	}
	return p.serving
}

// gapsFrom are the gaps that were found out at a tick or later.
func (l *ledger) gapsFrom(tick int) []gap {
	return l.gaps[sort.Search(len(l.gaps), func(i int) bool { return l.gaps[i].tick >= tick }):]
}

// account counts a gap that was found out at a tick.
func (l *ledger) account(t *counts.Tick, g gap, variant int, together bool) {
	baseline, feature := g.serving[0], g.serving[variant]
	if g.arm == 0 || g.arm == wholeProcess && together && baseline && !feature {
		t.MissingA += g.length
	}
	if g.arm == variant || g.arm == wholeProcess && together && feature && !baseline {
		t.MissingB += g.length
	}
	if g.arm == wholeProcess && (baseline || feature) {
		t.Expected += g.length
	}
}
