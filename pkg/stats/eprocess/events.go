package eprocess

import (
	"math"

	"github.com/flaglens/flaglens/pkg/stats/likelihood"
)

// events is the part of the evidence without a number of bad events and without the process that says most: it finds
// large damage at high traffic within minutes, and neither a burst of fewer events than that nor one bad process
// counts.
type events struct {
	// without is, for each start, what its events can add at most: their number times ln c_B at the smallest w of its
	// strata with a bad event of the tested arm, where one adds most. mostW is the largest w of the run.
	without []without
	mostW   float64
	// least is what every start is without at least, at mostW.
	least likelihood.Gains
	// processes are the gains of each process; made when they are first needed.
	processes *processes
}

type without struct {
	leastW float64
	// at is the w that gains holds for; 0 where it holds for none yet.
	at    float64
	gains likelihood.Gains
}

func (v *events) begin() {
	v.without = append(v.without, without{leastW: math.Inf(1)})
}

func (v *events) follow(e *Engine, tick int) {
	w := e.h.extremes.At(tick)[e.c.Arm]
	if w.most > v.mostW {
		v.mostW = w.most
		number := float64(eventsStrict)
		if e.h.Params.Profile == Brisk {
			number = eventsBrisk
		}
		for k := range v.least {
			v.least[k] = number * e.c.LogFeature(w.most, k)
		}
	}
	// Older starts have seen all that younger ones have: their least is never larger.
	for j := len(v.without) - 1; j >= 0 && v.without[j].leastW > w.least; j-- {
		v.without[j].leastW = w.least
	}
	if v.processes != nil {
		v.processes.follow(e, tick)
	}
}

// idle says that no term of any start can reach 1, without looking at each.
func (v *events) idle(e *Engine, k int) bool {
	gain := e.sum[k] - e.lowest[k]
	return gain <= 0 || gain <= v.least[k]
}

// add adds each start's e-value, without a group of processes or with all, to the day's. Terms below 1 are left out: they could only make up for others. Without
// regard for processes, it is what they can be at most.
func (v *events) add(e *Engine, today int64, both *[2]parts, byProcess bool, out *processGroup) {
	known, logKnown := 1.0, 0.0
	byProcess = byProcess && len(e.h.processes) >= processesToCompare
	for k := range e.k {
		if out == nil && v.idle(e, k) {
			continue
		}
		for j := e.firstAlive(); j < len(e.base); j++ {
			x := e.sum[k] - e.base[j][k] - out.gain(j, k)
			if x <= 0 {
				continue
			}
			if x -= v.left(e, j, k); x <= 0 {
				continue
			}
			s := &e.h.starts[j]
			day := &both[today-s.day]
			phi := e.phi(j)
			if s.logPrior+x/phi < logKnown-irrelevant {
				continue
			}
			if byProcess {
				if v.processes == nil {
					v.processes = newProcesses(e)
				}
				x -= v.processes.largest(j, k)
			}
			day.events += s.prior * likelihood.Effects.Weight[k] * expOf(x/phi)
			if day.events > 2*known {
				if day.events > expMaxLog {
					return
				}
				known = day.events
				logKnown = math.Log(known)
			}
		}
	}
}

// left is what a start must do without for an alternative.
func (v *events) left(e *Engine, j, k int) float64 {
	o := &v.without[j]
	if math.IsInf(o.leastW, 1) {
		return 0
	}
	if o.at != o.leastW {
		o.at = o.leastW
		for i := range o.gains {
			o.gains[i] = e.h.starts[j].events * e.c.LogFeature(o.leastW, i)
		}
	}
	return o.gains[k]
}

// processes are the gains of each process by itself, now and before each start.
type processes struct {
	sum  []likelihood.Gains
	base [][]likelihood.Gains
}

func newProcesses(e *Engine) *processes {
	p := &processes{base: [][]likelihood.Gains{nil}}
	for tick := range e.Ticks {
		p.follow(e, tick)
	}
	return p
}

func (p *processes) follow(e *Engine, tick int) {
	for _, s := range e.h.strataOf(tick) {
		for int(s.Process) >= len(p.sum) {
			p.sum = append(p.sum, likelihood.Gains{})
		}
		logW := math.Log(s.NB / s.NA)
		one := likelihood.Cell{At: likelihood.CellOf(logW)}
		one.Add(s, logW, e.c.Shift != 0)
		e.series(one.At).Gains(&one, e.c, p.sum[s.Process][:e.k])
	}
	if (tick+1)%e.h.Clock.Quarter == 0 {
		p.base = append(p.base, append([]likelihood.Gains(nil), p.sum...))
	}
}

// largest is the largest gain of any one process since a start, at least 0.
func (p *processes) largest(j, k int) float64 {
	largest := 0.0
	base := p.base[j]
	for i := range p.sum {
		x := p.sum[i][k]
		if i < len(base) {
			x -= base[i][k]
		}
		largest = max(largest, x)
	}
	return largest
}
