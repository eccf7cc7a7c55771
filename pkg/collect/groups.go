package collect

import (
	"slices"

	"github.com/flaglens/flaglens/pkg/counts"
)

// Where the processes of each arm are added up, evidence has to hold without any one of them: groups of them are counted
// by themselves, each process a group of its own as long as there are no more than counts.MaxGroups.

// group puts each arm that is seen for the first time into the group that fewest of those seen have: what takes the place
// of a process that has ended takes its group, too. Where the arm's number is the same, so is everything else.
func (l *ledger) group(tick int, seen []*process) {
	for v := range l.arms {
		if !slices.ContainsFunc(seen, func(p *process) bool { return p.arms[v].group == 0 && p.arms[v].counted(tick) }) {
			continue
		}
		var sizes [counts.MaxGroups]int
		for _, p := range seen {
			if a := &p.arms[v]; a.group > 0 && a.counted(tick) {
				sizes[a.group-1]++
			}
		}
		for _, p := range seen {
			a := &p.arms[v]
			if a.group > 0 || !a.counted(tick) {
				continue
			}
			least := 0
			for i, n := range sizes {
				if n < sizes[least] {
					least = i
				}
			}
			sizes[least]++
			a.group = uint8(least + 1)
		}
	}
}

// counted says whether an arm counted anything at a tick.
func (a *arm) counted(tick int) bool { return a.columns != nil && a.columns[0].at(tick) > 0 }

// groups adds up an arm by group; the first is what no group has: arms of which nothing was ever placed.
type groups [1 + counts.MaxGroups]*counts.Part

func (g *groups) add(group uint8, arm counts.Arm) {
	if g[group] == nil {
		g[group] = &counts.Part{Group: int(group) - 1, Arm: arm}
		return
	}
	g[group].Add(arm)
}

// sum is the whole, in numbers of its own, and its parts. One of which nothing can be judged is none: without it, what is
// left is as much as before.
func (b *builder) sum(g groups) (whole counts.Arm, parts []counts.Part) {
	whole.Above = b.zeros()
	for group, part := range g {
		if part == nil {
			continue
		}
		whole.Add(part.Arm)
		if group > 0 && part.N > 0 {
			parts = append(parts, *part)
		}
	}
	return whole, parts
}
