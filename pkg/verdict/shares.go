package verdict

import (
	"errors"
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/stats/confseq"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// shareTest judges parts of a whole: the bad events among all, or the observations above bucket edges. It is
// append-only.
type shareTest struct {
	options Options
	// swapped is set where higher is better: then the baseline's wanted events must not exceed the feature's.
	swapped bool
	// edges are those judged, each by a test of its own; noEdge for a ratio.
	edges []histo.Edge
	tests []*confseq.Comparison
}

// noEdge stands for what is bad by itself.
var noEdge = histo.Edge{Index: -1}

// newShareTest starts the tests, one an edge. Each has its part of alpha, so that the interval of the edge that is shown
// holds although it was chosen for being the worst.
func newShareTest(o Options, start, step int64, edges []histo.Edge) (*shareTest, error) {
	t := &shareTest{options: o, swapped: o.Signal.Direction == model.HigherIsBetter, edges: edges}
	for _, edge := range edges {
		params := shareParams(o, toleratedAt(o.Margin, edge.Quantile), start, step)
		params.Alpha /= float64(len(edges))
		test, err := confseq.NewComparison(params)
		if err != nil {
			return nil, fmt.Errorf("judge %s: %w", o.Signal.ID, err)
		}
		t.tests = append(t.tests, test)
	}
	return t, nil
}

// farTolerated is the share of requests by which the far tail may grow at least: of next to nothing, next to nothing is a
// multiple.
const farTolerated = 0.0001

// toleratedAt is the margin at the edge of a quantile.
func toleratedAt(m model.Margin, quantile float64) model.Margin {
	if quantile >= histo.FarTail {
		m.Absolute = math.Max(m.Absolute, farTolerated)
	}
	return m
}

// shareParams are those of a test with all of alpha.
func shareParams(o Options, m model.Margin, start, step int64) eprocess.Params {
	relative, absolute := m.Relative, math.Min(m.Absolute, 0.999)
	if o.Signal.Direction == model.HigherIsBetter {
		// Worse is p_B < (1 - m) p_A - d, which is p_A > p_B / (1 - m) + d / (1 - m).
		kept := 1 - math.Min(relative, 0.99)
		relative, absolute = 1/kept-1, math.Min(absolute/kept, 0.999)
	}
	return eprocess.Params{
		Alpha: o.Alpha, AlphaWithin: o.AlphaWithin, Relative: relative, Absolute: absolute, Step: step, Start: start,
		Profile: eprocess.Profile(o.Profile), Frequent: o.Judged.Form == counts.FormTails,
		Daily: o.Daily,
	}
}

// sideBySide is from how many ticks on the edges are fed at once: a week of ticks keeps a processor busy for a while.
const sideBySide = 500

// add hands ticks to the tests, which know nothing of each other.
func (t *shareTest) add(ticks []counts.Tick) error {
	limit := len(t.edges)
	if len(ticks) < sideBySide {
		limit = 1
	}
	for _, err := range parallel.Each(limit, len(t.edges), func(i int) error { return t.feedEdge(i, ticks) }) {
		var fault *parallel.Panic
		if errors.As(err, &fault) {
			return fmt.Errorf("judge %s: %v\n%s", t.options.Signal.ID, fault.Cause, fault.Stack)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *shareTest) feedEdge(i int, ticks []counts.Tick) error {
	var shared []strata.Stratum
	for _, tick := range ticks {
		shared = shared[:0]
		for _, s := range tick.Strata {
			edge := t.edges[i].Index
			one := strata.Stratum{
				Key: s.Key, A: countsOf(s.A, edge), B: countsOf(s.B, edge), PartsA: partsOf(s.PartsA, edge), PartsB: partsOf(s.PartsB, edge),
			}
			if t.swapped {
				one.A, one.B, one.PartsA, one.PartsB = one.B, one.A, one.PartsB, one.PartsA
			}
			shared = append(shared, one)
		}
		if err := t.tests[i].Add(strata.Tick{End: tick.End, Strata: shared}); err != nil {
			return fmt.Errorf("judge %s: tick at %d: %w", t.options.Signal.ID, tick.End, err)
		}
	}
	return nil
}

// countsOf is what an arm counted of all and of bad ones; edge is the index of a bucket edge, or -1.
func countsOf(arm counts.Arm, edge int) strata.Counts {
	switch {
	case edge < 0:
		return strata.Counts{N: arm.N, X: arm.X}
	case edge < len(arm.Above):
		return strata.Counts{N: arm.N, X: arm.Above[edge]}
	}
	return strata.Counts{}
}

// partsOf is countsOf of each group of processes.
func partsOf(parts []counts.Part, edge int) []strata.Part {
	if len(parts) == 0 {
		return nil
	}
	of := make([]strata.Part, len(parts))
	for i, p := range parts {
		of[i] = strata.Part{Group: p.Group, Counts: countsOf(p.Arm, edge)}
	}
	return of
}

// finding says what the edges together prove: worse or better where one of them does, within the margin where all are.
func (t *shareTest) finding() (finding, error) {
	f := finding{p: 1, evidence: math.Inf(-1), logE: math.Inf(-1)}
	regressed, within, proven := false, true, false
	worst, best := 0, -1
	for i, test := range t.tests {
		worse, better := test.Worse(), test.Better()
		within, proven = within && t.tolerable(i), proven || test.Within().Live()
		f.evidence = math.Max(f.evidence, worse.Ratio())
		f.peak = math.Max(f.peak, worse.PeakRatio())
		// The largest of k e-values is at most k times their average, which is one.
		f.logE = math.Max(f.logE, worse.Log-math.Log(float64(len(t.tests))))
		if worse.Fired() && (f.firedAt == 0 || worse.FiredAt < f.firedAt) {
			f.firedAt = worse.FiredAt
		}
		regressed = regressed || worse.Live()
		if better.Live() && (best < 0 || better.Ratio() > t.tests[best].Better().Ratio()) {
			best = i
		}
		if worse.Ratio() > t.tests[worst].Worse().Ratio() {
			worst = i
		}
	}
	f.live = liveState(regressed, best >= 0, within && proven)
	shown := worst
	if f.live == Improved {
		shown = best
	}
	switch {
	case f.live == Inconclusive && t.tests[worst].Within().Live():
		shown = t.leastWithin()
	case f.live == WithinMargin && !t.tests[worst].Within().Live():
		shown = t.worstWithin()
	}
	if f.latched() {
		shown = t.strongest()
	}
	return t.about(f, shown)
}

// tolerable says that an edge keeps nothing from being within the margin. The far tail does so only while the latest minutes
// lie beyond it: to prove that next to nothing has grown by next to nothing takes more requests than many have in a day.
func (t *shareTest) tolerable(i int) bool {
	within := t.tests[i].Within()
	return within.Live() || t.far(i) && !(within.Beyond > eprocess.TooFarBeyond)
}

func (t *shareTest) far(i int) bool { return t.edges[i].Quantile >= histo.FarTail }

// leastWithin is the edge that keeps the whole from being within its margin.
func (t *shareTest) leastWithin() int {
	least, fewest := 0, math.Inf(1)
	for i, test := range t.tests {
		if within := test.Within(); !t.tolerable(i) && within.Log < fewest {
			least, fewest = i, within.Log
		}
	}
	return least
}

// worstWithin is the worst of the edges that are proven to be within their margin.
func (t *shareTest) worstWithin() int {
	worst := -1
	for i, test := range t.tests {
		if test.Within().Live() && (worst < 0 || test.Worse().Ratio() > t.tests[worst].Worse().Ratio()) {
			worst = i
		}
	}
	return worst
}

// strongest is the edge that fired with the most evidence.
func (t *shareTest) strongest() int {
	most := 0
	for i, test := range t.tests {
		if test.Worse().PeakRatio() > t.tests[most].Worse().PeakRatio() {
			most = i
		}
	}
	return most
}

// about fills in what concerns the edge that is shown.
func (t *shareTest) about(f finding, shown int) (finding, error) {
	test := t.tests[shown]
	worse := test.Worse()
	f.edge, f.stat = t.edges[shown].Index, t.options.Judged.Stat
	if f.edge >= 0 {
		f.stat = model.QuantileStat(t.edges[shown].Quantile)
	}
	f.dispersion = math.Max(worse.Phi, 1)
	better, within := test.Better(), test.Within()
	f.within = within.Ratio()
	f.turned = f.live == Inconclusive && (better.Log >= better.Threshold || within.Log >= within.Threshold)
	for i := range t.tests {
		f.p = math.Min(f.p, float64(len(t.tests))*t.tests[i].Worse().P())
	}
	interval := test.Interval()
	if f.latched() {
		f.until = worse.PeakAt
		var err error
		if interval, err = test.IntervalThen(worse.PeakAt); err != nil {
			return finding{}, fmt.Errorf("interval of %s: %w", t.options.Signal.ID, err)
		}
	}
	f.bounds = func(estimated arms) bounds { return boundsOf(interval, estimated, t.swapped) }
	return f, nil
}

// unbounded is the interval of what nothing is known of.
var unbounded = bounds{lower: math.Inf(-1), upper: math.Inf(1), ratioLower: 0, ratioUpper: math.Inf(1), level: math.NaN()}

// boundsOf turns an interval of effects into differences and ratios at the baseline's estimated share.
func boundsOf(i confseq.Interval, estimated arms, swapped bool) bounds {
	var b bounds
	if swapped {
		b = bounds{
			lower: turned(i.Upper, estimated.a), upper: turned(i.Lower, estimated.a), margin: turned(i.Margin, estimated.a),
			level: i.Level,
		}
		b.ratioLower, b.ratioUpper = (estimated.a+b.lower)/estimated.a, (estimated.a+b.upper)/estimated.a
		if !(estimated.a > 0) {
			b.ratioLower, b.ratioUpper = 0, math.Inf(1)
		}
	} else {
		b = bounds{
			lower: i.Lower.Difference(estimated.a), upper: i.Upper.Difference(estimated.a),
			margin:     i.Margin.Difference(estimated.a),
			ratioLower: i.Lower.RatioAt(estimated.a), ratioUpper: i.Upper.RatioAt(estimated.a),
			level: i.Level,
		}
	}
	return b.open(i, swapped)
}

// open drops the bounds that are none: where the baseline has no bad ones (or nothing else), every ratio comes to the same
// difference, and a bound that lies short of the margin would lie at it.
func (b bounds) open(i confseq.Interval, swapped bool) bounds {
	short := i.Lower.Ratio < i.Margin.Ratio || i.Lower.Shift < i.Margin.Shift
	beyond := i.Upper.Ratio > i.Margin.Ratio || i.Upper.Shift > i.Margin.Shift
	if swapped {
		if short && b.upper <= b.margin {
			b.upper, b.ratioUpper = math.Inf(1), math.Inf(1)
		}
		if beyond && b.lower >= b.margin {
			b.lower, b.ratioLower = math.Inf(-1), 0
		}
		return b
	}
	if short && b.lower >= b.margin {
		b.lower, b.ratioLower = math.Inf(-1), 0
		if math.IsInf(i.Upper.Ratio, 1) {
			b.upper = math.Inf(1)
		}
	}
	if beyond && b.upper <= b.margin {
		b.upper, b.ratioUpper = math.Inf(1), math.Inf(1)
	}
	return b
}

// turned is the difference of the feature to the baseline where the effect is the baseline's over the feature: the
// feature's share is (baseline - Shift) / Ratio.
func turned(e confseq.Effect, baseline float64) float64 {
	feature := 1.0
	switch {
	case math.IsInf(e.Ratio, 1):
		feature = 0
	case e.Ratio > 0:
		feature = math.Min(math.Max((baseline-e.Shift)/e.Ratio, 0), 1)
	}
	return feature - baseline
}
