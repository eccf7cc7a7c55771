package collect

import (
	"slices"
)

// checkpoint is all that is known after a tick, but for what was counted up to it: that is cut where it is returned to.
type checkpoint struct {
	tick      int
	all       pace
	falls     falls
	faults    faults
	gaps      int
	losses    int
	strata    []pooling
	processes []process
	aside     asides
	// doubts say how much was left out; what was looked at is looked at again where it is another.
	odd, vanished int
}

// keepsEvery says how many ticks lie between two checkpoints of an age, in ticks; 0 where none is kept. Who goes back further
// reads a little more than needed.
func keepsEvery(age int) int {
	for every := 5; every <= 320; every *= 4 {
		if age <= 8*every {
			return every
		}
	}
	return 0
}

// keeps tells whether what is known after a tick is kept when the newest tick is last.
func keeps(tick, last int) bool {
	every := keepsEvery(last - tick)
	return every > 0 && tick%every == 0
}

// checkpoint keeps what is known after a tick.
func (f *follower) checkpoint(tick int, d doubts) checkpoint {
	c := checkpoint{
		tick: tick, all: f.tempo.all, falls: falls{usual: f.falls.usual, learned: f.falls.learned}, faults: f.ledger.faults,
		gaps: len(f.ledger.gaps), losses: len(f.ledger.losses), strata: clonedPooling(f.ledger.strata), processes: make([]process, len(f.ledger.processes)),
		aside: f.ledger.aside.clone(), odd: len(d.odd), vanished: d.vanished,
	}
	for i, p := range f.ledger.processes {
		c.processes[i] = p.state()
	}
	return c
}

// restore goes back to a checkpoint: what was counted after it is forgotten.
func (f *follower) restore(c *checkpoint) {
	l := f.ledger
	f.tempo.all, f.falls, l.faults, l.gaps = c.all, c.falls, c.faults, l.gaps[:c.gaps]
	l.losses = l.losses[:c.losses]
	l.strata, l.aside = clonedPooling(c.strata), c.aside.clone()
	for _, p := range l.processes[len(c.processes):] {
		delete(l.byName, p.name)
	}
	l.processes = l.processes[:len(c.processes)]
	for i, p := range l.processes {
		p.restore(&c.processes[i], c.tick)
	}
}

func (s asides) clone() asides {
	s.placed, s.arms = slices.Clone(s.placed), slices.Clone(s.arms)
	return s
}

// rewind forgets what was found out of windows that end after a tick, or at one.
func (d *doubts) rewind(tick, odd, vanished int) {
	d.looked = slices.DeleteFunc(d.looked, func(l looked) bool { return l.tick >= tick })
	d.odd, d.vanished = d.odd[:odd], vanished
}

func clonedPooling(all []pooling) []pooling {
	cloned := slices.Clone(all)
	for i := range cloned {
		cloned[i].turns = slices.Clone(cloned[i].turns)
	}
	return cloned
}

// state is a copy of what is known of a process. It shares the columns, which are cut where it is restored.
func (p *process) state() process {
	s := *p
	s.absence = p.absence.clone()
	s.lost.pending, s.lost.said = slices.Clone(p.lost.pending), slices.Clone(p.lost.said)
	s.arms = slices.Clone(p.arms)
	for i := range s.arms {
		a := &s.arms[i]
		a.base, a.owed, a.usual, a.rose = slices.Clone(a.base), slices.Clone(a.owed), slices.Clone(a.usual), slices.Clone(a.rose)
	}
	return s
}

// restore goes back to a state that was kept after a tick.
func (p *process) restore(s *process, tick int) {
	arms := p.arms
	*p = s.state()
	for i := range arms {
		if p.arms[i].aside != nil {
			p.arms[i].aside.cut(tick)
		}
		if p.arms[i].columns != nil {
			p.arms[i].columns = arms[i].columns
			for k := range arms[i].columns {
				arms[i].columns[k].cut(tick)
			}
		}
	}
}

func (m *absence) clone() *absence {
	if m == nil {
		return nil
	}
	c := *m
	c.first, c.last, c.rest = cloned(m.first), cloned(m.last), cloned(m.rest)
	return &c
}

func cloned(values [][]float64) [][]float64 {
	kept := make([][]float64, len(values))
	for i, numbers := range values {
		kept[i] = slices.Clone(numbers)
	}
	return kept
}

// size is about the room that a checkpoint takes, in bytes.
func (c *checkpoint) size() int64 {
	size := int64(256)
	for i := range c.processes {
		size += c.processes[i].size(false)
	}
	return size
}
