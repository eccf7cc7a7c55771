package verdict

import (
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/histo"
)

// chosenAfter is after how many ticks with both arms edges are chosen where nobody has chosen them before. They stay the
// same for the rollout: edges that moved with the data would choose what they then prove.
const chosenAfter = minTicks

// usualTail is the quantile that stands for a latency of which nothing is known yet.
const usualTail = 0.95

// unchosen judges a histogram of which all edges were counted, and none was chosen: it chooses by the baseline's first
// ticks, and judges those again. It is append-only.
type unchosen struct {
	options     Options
	start, step int64
	edges       []float64
	// pending holds the ticks before the choice; test judges them all from then on.
	pending []counts.Tick
	both    int
	test    *shareTest
}

// newUnchosen starts one. It errs on options that make no test.
func newUnchosen(o Options, series counts.Series) (*unchosen, error) {
	start, step := series.Start, series.Step
	if _, err := newShareTest(o, start, step, []histo.Edge{noEdge}); err != nil {
		return nil, err
	}
	return &unchosen{options: o, start: start, step: step, edges: series.Edges}, nil
}

func (u *unchosen) add(ticks []counts.Tick) error {
	for i, tick := range ticks {
		if u.test != nil {
			return u.test.add(ticks[i:])
		}
		u.pending = append(u.pending, tick)
		if hasBothArms(tick) {
			u.both++
		}
		if u.both < chosenAfter {
			continue
		}
		if err := u.choose(); err != nil {
			return err
		}
	}
	return nil
}

// choose begins the test, if edges can be chosen by now.
func (u *unchosen) choose() error {
	above, n := baselineTails(u.pending)
	edges := histo.NearestEdges(u.edges, above[:min(len(above), len(u.edges))], n)
	if len(edges) == 0 {
		return nil
	}
	test, err := newShareTest(u.options, u.start, u.step, edges)
	if err != nil {
		return err
	}
	pending := u.pending
	u.test, u.pending = test, nil
	return test.add(pending)
}

func (u *unchosen) finding() (finding, error) {
	if u.test == nil {
		return finding{
			live: Inconclusive, p: 1, dispersion: 1, edge: -1,
			bounds: func(arms) bounds { return unbounded },
		}, nil
	}
	return u.test.finding()
}

func hasBothArms(tick counts.Tick) bool {
	for _, s := range tick.Strata {
		if s.A.N > 0 && s.B.N > 0 {
			return true
		}
	}
	return false
}

// baselineTails is how many observations of the baseline lie above each edge, and how many there are.
func baselineTails(ticks []counts.Tick) (above []float64, n float64) {
	for _, tick := range ticks {
		for _, s := range tick.Strata {
			n += s.A.N
			if above == nil {
				above = make([]float64, len(s.A.Above))
			}
			for i := range min(len(above), len(s.A.Above)) {
				above[i] += s.A.Above[i]
			}
		}
	}
	return above, n
}

// edgesOf are those that were chosen for a series; nil where nobody chose.
func edgesOf(series counts.Series) []histo.Edge {
	if len(series.Quantiles) != len(series.Edges) {
		return nil
	}
	var edges []histo.Edge
	for i, quantile := range series.Quantiles {
		edges = append(edges, histo.Edge{Index: i, Quantile: quantile})
	}
	return edges
}
