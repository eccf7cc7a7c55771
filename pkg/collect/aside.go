package collect

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/names"
)

// asides are the observations of arms that lack a number at an edge: they are requests, and cannot be judged.
type asides struct {
	// placed tells which arms ever had all numbers.
	placed []bool
	// lackAt is the first tick at which an arm lacks some that never had them, or any arm where classes may change; else 0.
	lackAt int
	// classes may change: what has classic buckets now can have native histograms later.
	classes bool
	// ticks is how often something was set aside, from tick from on, of the arms that are listed.
	ticks, from int
	arms        []int
}

// place notes that an arm has all numbers.
func (s *asides) place(i, tick int) { s.placed[i] = s.placed[i] || tick > 0 }

// setAside counts the observations of an arm that lacks a number at an edge.
func (f *follower) setAside(p *process, i, tick int, from, to []float64, span float64) {
	n, lacks := to[0]-from[0], false
	for k := range to {
		lacks = lacks || math.IsNaN(to[k]-from[k])
	}
	if tick <= 0 || !lacks || !f.ledger.layout.kind.Edges || !(n >= 0) {
		return
	}
	a := &p.arms[i]
	if a.aside == nil {
		a.aside = &column{}
	}
	a.aside.set(tick, n)
	if n > 0 {
		p.pace.learn(n, span+p.behind)
		f.tempo.all.learn(n, span+p.behind)
	}
	s := &f.ledger.aside
	if s.ticks++; s.from == 0 {
		s.from = tick
	}
	if !slices.Contains(s.arms, i) {
		s.arms = append(s.arms, i)
	}
	if (s.classes || !s.placed[i]) && s.lackAt == 0 {
		s.lackAt = tick
	}
}

// unplaced is what was set aside at a tick; false where nothing was.
func (a *arm) unplaced(tick int) (float64, bool) {
	if a.aside == nil {
		return 0, false
	}
	n := a.aside.at(tick)
	if math.IsNaN(n) {
		return 0, false
	}
	return n, true
}

// asideNotices say what is counted and not judged, and since when.
func asideNotices(r *run) []string {
	s := r.counting.ledger.aside
	if s.ticks == 0 {
		return nil
	}
	var variants []string
	for _, i := range s.arms {
		variants = append(variants, r.variants[i])
	}
	names.Sort(variants)
	return []string{fmt.Sprintf("%s: since %s, %d minutes of processes with %s are counted as requests and not judged: they lack some of the "+
		"bucket bounds that latency is judged at (%s).", r.signal.Name, r.at(s.from-1).UTC().Format("2006-01-02 15:04 UTC"), s.ticks,
		strings.Join(variants, ", "), names.Listed(boundTexts(r.layout.edges)))}
}
