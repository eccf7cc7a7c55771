package collect

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// What a process counts between the last sample before it restarts and the restart is in no sample, and what it counts while
// parts of its series come and go is left out. How much that is follows from how much it usually counts. A handful of restarts is
// what every deployment brings and is no loss to speak of; of a process that restarts again and again all of it is.

// handful is how many times a process restarts, or loses increments, before what it loses is held against the counts.
const handful = 3

// restlessBelow is up to which time between its restarts it is said that a process restarts again and again.
const restlessBelow = 30 * time.Minute

// unseenCount is about how much an arm of a process counted, up to a tick, that is not among its increments, in the unit of an arm's N.
type unseenCount struct {
	tick, arm int
	n         float64
	restarts  int
}

// lost are the losses of a process that were not held against the counts yet, by arm, and how often it restarted or lost some.
type lost struct {
	pending          []float64
	restarts, leaves int
	// said is how many of the restarts were held against the counts.
	said []int
}

func (l lost) often() bool { return l.restarts+l.leaves >= handful }

// lose takes note of what a process lost at a tick; each says of an arm how much.
func (l *ledger) lose(p *process, tick int, restarted bool, each func(i int, a *arm) float64) {
	if tick <= 0 || l.layout.kind.Snapshot {
		return
	}
	if restarted {
		p.lost.restarts++
	} else {
		p.lost.leaves++
	}
	if p.lost.pending == nil {
		p.lost.pending, p.lost.said = make([]float64, len(p.arms)), make([]int, len(p.arms))
	}
	for i := range p.arms {
		a := &p.arms[i]
		if n := each(i, a); a.known && n > 0 {
			p.lost.pending[i] += l.inN(a, n)
		}
		if p.lost.pending[i] > 0 && p.lost.often() {
			l.losses = append(l.losses, unseenCount{tick, i, p.lost.pending[i], p.lost.restarts - p.lost.said[i]})
			p.lost.pending[i], p.lost.said[i] = 0, p.lost.restarts
		}
	}
}

// inN is how much of an arm's N goes with so much of its whole.
func (l *ledger) inN(a *arm, n float64) float64 {
	if kept := l.layout.kind.Kept; kept != nil {
		usual := a.often(0)
		if !(usual > 0) {
			return 0
		}
		return kept([]float64{usual}, 1)[0] * n / usual
	}
	return n
}

// loseUsual takes note of a time, in ticks, of which nothing is known.
func (l *ledger) loseUsual(p *process, tick int, span float64) {
	l.lose(p, tick, false, func(_ int, a *arm) float64 {
		if a.gone {
			return 0
		}
		return a.often(0) * span
	})
}

// loseRestart takes note of a restart, after which a process shows these values: the rest of what it usually counts in the time.
// One that never lived long enough to tell how much that is lost half as much as it shows.
func (l *ledger) loseRestart(p *process, tick int, values [][]float64) {
	span := float64(tick - p.counted)
	l.lose(p, tick, true, func(i int, a *arm) float64 {
		now := values[i][0]
		if math.IsNaN(now) {
			now = 0
		}
		if a.gone {
			return 0
		}
		if a.usual == nil {
			return now / 2
		}
		return a.often(0)*span - now
	})
}

// loseAll takes note of a restart during a long absence: what it shows was counted since, and is not known to be of the time.
func (l *ledger) loseAll(p *process, tick int, values [][]float64) {
	l.lose(p, tick, true, func(i int, _ *arm) float64 { return values[i][0] })
}

// lossesFrom are the losses that were found out at a tick or later.
func (l *ledger) lossesFrom(tick int) []unseenCount {
	return l.losses[sort.Search(len(l.losses), func(i int) bool { return l.losses[i].tick >= tick }):]
}

// bear adds a loss to a tick of a feature.
func (m unseenCount) bear(t *counts.Tick, variant int) {
	switch m.arm {
	case 0:
		t.LostA, t.RestartsA = t.LostA+m.n, t.RestartsA+m.restarts
	case variant:
		t.LostB, t.RestartsB = t.LostB+m.n, t.RestartsB+m.restarts
	}
}

// restlessNotice says which process restarts again and again, the one that does most, and how often; none where none does.
func restlessNotice(r *run) []string {
	var worst *process
	others := 0
	for _, p := range r.counting.ledger.processes {
		if p.lost.restarts < handful {
			continue
		}
		if others++; worst == nil || p.lost.restarts > worst.lost.restarts {
			worst = p
		}
	}
	if worst == nil {
		return nil
	}
	every := time.Duration(worst.last-max(worst.first, 0)) * counts.Step / time.Duration(worst.lost.restarts)
	if every > restlessBelow {
		return nil
	}
	text := fmt.Sprintf("%s: %s restarts every %s or so (%d times)", r.signal.Name, worst.text(r.scope.GroupBy), numbers.Length(every), worst.lost.restarts)
	if others > 1 {
		text += ", and so do others"
	}
	return []string{text + ". What it counts between the last sample and a restart is left out."}
}

// text names a process by the labels that it has.
func (p *process) text(by []string) string {
	var parts []string
	for i, value := range strings.Split(p.name, "\x00\x00") {
		if value != "" && i < len(by) {
			parts = append(parts, fmt.Sprintf("%s %.60s", by[i], value))
		}
	}
	if len(parts) == 0 {
		return "a process"
	}
	return strings.Join(parts, ", ")
}
