package verdict

import (
	"errors"
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/model"
)

// tester is what judges a series: shareTest, unchosen or meanTest.
type tester interface {
	add(ticks []counts.Tick) error
	finding() (finding, error)
	// clone is a copy that goes its own way.
	clone() tester
	// bytes is about the room that it takes; with own, without what copies share.
	bytes(own bool) int64
}

// Judge judges one comparison, tick by tick. It is append-only: whether ticks come one by one or all at once, what it
// says after the last one is the same, to the bit. It is not safe for concurrent use.
type Judge struct {
	options  Options
	series   counts.Series
	test     tester
	totals   totals
	windows  windows
	requests requestCounts
	sparse   pooling
}

// ErrNeutral says that a signal has no better direction, so that there is nothing to judge.
var ErrNeutral = errors.New("the signal has no better direction: it is shown, not judged")

// NewJudge starts to judge. Of series only the signal, the edges with their quantiles, the step and the start are read;
// its ticks are added with Add. The error is ErrNeutral, or says which option makes no test.
func NewJudge(o Options, series counts.Series) (*Judge, error) {
	if o.Signal.Direction == model.Neutral || o.Signal.Direction == "" {
		return nil, ErrNeutral
	}
	if o.Weight == 0 {
		o.Weight = 1
	}
	if o.AlphaWithin == 0 {
		o.AlphaWithin = alphaWithin
	}
	if !(o.Alpha > 0 && o.Alpha < 0.5) || !(o.AlphaWithin > 0 && o.AlphaWithin < 0.5) || !(o.Weight > 0 && o.Weight <= 1) || series.Step <= 0 {
		return nil, fmt.Errorf("judge %s: alpha %v, weight %v, step %d s", o.Signal.ID, o.Alpha, o.Weight, series.Step)
	}
	series.Ticks = nil
	j := &Judge{
		options: o, series: series, totals: newTotals(len(series.Edges)),
		windows:  windows{start: series.Start, edges: len(series.Edges)},
		requests: requestCounts{start: series.Start},
	}
	var err error
	if j.test, err = newTester(o, series); err != nil {
		return nil, err
	}
	return j, nil
}

// newTester is the test of what is counted of a signal.
func newTester(o Options, series counts.Series) (tester, error) {
	edges := edgesOf(series)
	switch form := o.Judged.Form; {
	case form == counts.FormShare:
		return newShareTest(o, series.Start, series.Step, []histo.Edge{noEdge})
	case form == counts.FormTails && len(edges) > 0:
		return newShareTest(o, series.Start, series.Step, edges)
	case form == counts.FormTails:
		return newUnchosen(o, series)
	case form == counts.FormMean:
		return newMeanTest(o, series.Start, series.Step), nil
	}
	return nil, fmt.Errorf("judge %s: nobody knows how to judge the form %q", o.Signal.ID, o.Judged.Form)
}

// Last is the end of the newest tick that was added; 0 without one.
func (j *Judge) Last() int64 { return j.totals.lastEnd }

// Add takes further ticks, in order.
func (j *Judge) Add(ticks ...counts.Tick) error {
	last := max(j.totals.lastEnd, j.series.Start)
	for _, tick := range ticks {
		if tick.End <= last {
			return fmt.Errorf("judge %s: the tick at %d does not follow that at %d", j.options.Signal.ID, tick.End, last)
		}
		last = tick.End
	}
	together := make([]counts.Tick, len(ticks))
	for i, tick := range ticks {
		together[i] = j.sparse.add(tick)
	}
	if err := j.test.add(together); err != nil {
		return err
	}
	for i, tick := range ticks {
		j.totals.add(tick)
		j.windows.add(together[i])
		j.requests.add(tick)
	}
	return nil
}

// Of judges a whole series at once.
func Of(o Options, series counts.Series, c Context) (Verdict, error) {
	j, err := NewJudge(o, series)
	if err != nil {
		return Verdict{}, err
	}
	if err := j.Add(series.Ticks...); err != nil {
		return Verdict{}, err
	}
	return j.Verdict(c)
}

// Absent is the verdict where there is no series to judge.
func Absent(o Options, c Context) Verdict {
	v := blank(o, c)
	v.State = NoData
	switch {
	case c.Cause == model.CauseUnreadable:
		v.State = NotRead
	case c.Waiting:
		v.State, v.Cause = Insufficient, model.CauseNone
	}
	v.Live = v.State
	v.explain(c)
	return v
}

// Verdict says what the ticks so far prove.
func (j *Judge) Verdict(c Context) (Verdict, error) {
	v := blank(j.options, c)
	if c.Doubt.Why != "" {
		v.Start, v.latest = j.series.Start, j.totals.lastEnd
		v.State, v.Live = Withheld, Withheld
		v.NBaseline, v.NVariant = math.NaN(), math.NaN()
		v.explain(c)
		return v, nil
	}
	f, err := j.test.finding()
	if err != nil {
		return Verdict{}, err
	}
	j.fillCounts(&v, f)
	if v.Share, err = j.share(c); err != nil {
		return Verdict{}, err
	}
	v.State, v.Live = guarded(f, j.totals, v.Share.State, c), f.live
	switch {
	case v.State == NoData && v.Cause == "":
		v.Cause = model.CauseNoTraffic
	case v.State == Withheld && c.Uncommon != "":
		v.Cause = model.CauseBoundsDiffer
	}
	if v.State == NoData || v.State == Insufficient {
		v.Live = v.State
		v.Stat, v.Edge = f.stat, j.edge(f.edge)
		v.needed = j.needed()
		v.noteStop(j.totals, c)
		v.explain(c)
		return v, nil
	}
	if c.Uncommon == "" {
		j.fillEstimates(&v, f)
	}
	v.Evidence, v.EvidenceLive, v.P = math.Max(f.evidence, 0), math.Max(f.evidence, 0), f.p
	v.LogE = f.logE
	if f.firedAt != 0 {
		v.Evidence = math.Max(f.peak, 1)
		v.FiredAt = f.firedAt
	}
	v.Dispersion = f.dispersion
	v.turned, v.within = f.turned, f.within
	if v.State == Inconclusive && !v.turned {
		v.Forecast = j.forecast(v)
	}
	v.noteStop(j.totals, c)
	v.explain(c)
	return v, nil
}

// blank is a verdict that knows nothing yet.
func blank(o Options, c Context) Verdict {
	nan := math.NaN()
	v := Verdict{
		Options: o, Stat: o.Judged.Stat, Unit: o.Signal.Unit, DifferenceUnit: o.Signal.Unit, Edge: nan,
		BaselineValue: nan, VariantValue: nan, BaselineLower: nan, BaselineUpper: nan, VariantLower: nan, VariantUpper: nan,
		Difference: nan, Lower: nan, Upper: nan, Level: nan, Margin: nan, Ratio: nan, RatioLower: nan, RatioUpper: nan,
		P: 1, BadBaseline: nan, BadVariant: nan, JudgedBaseline: nan, JudgedVariant: nan, Dispersion: nan,
		RolloutStart: c.RolloutStart, Share: Share{Variant: nan, Expected: nan, State: ShareUnknown},
		Observational: c.Observational, Cause: c.Cause,
	}
	if o.Judged.Form == counts.FormTails {
		v.DifferenceUnit = "percentunit"
		v.Stat = model.QuantileStat(usualTail)
	}
	return v
}

func (j *Judge) edge(index int) float64 {
	if index < 0 || index >= len(j.series.Edges) {
		return math.NaN()
	}
	return j.series.Edges[index]
}

func (j *Judge) fillCounts(v *Verdict, f finding) {
	t := j.totals
	v.NBaseline, v.NVariant = t.n.a, t.n.b
	switch {
	case j.options.Judged.Form == counts.FormShare:
		v.BadBaseline, v.BadVariant = t.bad.a, t.bad.b
	case f.edge >= 0:
		v.BadBaseline, v.BadVariant = t.above[f.edge].a, t.above[f.edge].b
	}
	v.Ticks, v.Processes, v.Missing = t.ticks, len(t.processes), t.missing()
	v.aloneA, v.aloneB = t.alone()
	v.MissingVariant = j.options.Baseline
	if t.missingB > t.missingA {
		v.MissingVariant = j.options.Variant
	}
	if t.unplaced.much() {
		v.unplaced, v.unplacedSince = t.unplaced.words(j.options.Baseline, j.options.Variant), t.unplaced.since
	}
	v.Start, v.Since, v.Until, v.latest = j.series.Start, j.series.Start, t.lastEnd, t.lastEnd
}

// share checks the request ratio, where requests are what is counted.
func (j *Judge) share(c Context) (Share, error) {
	if j.options.Judged.Requests {
		return j.requests.check(c.Expected, j.totals.lastEnd)
	}
	return Share{Variant: math.NaN(), Expected: math.NaN(), State: ShareUnknown}, nil
}

// fillEstimates puts estimate and interval beside each other. The estimate is that of the time up to now that
// agrees with the interval: the whole rollout, unless something changed on the way.
func (j *Judge) fillEstimates(v *Verdict, f finding) {
	until := f.until
	if until == 0 {
		until = j.totals.lastEnd
	}
	of := func(s windowSums) arms { return j.estimated(s, f.edge) }
	changed := v.State == Regressed || v.State == Improved
	agree := func(s windowSums) bool {
		e := of(s)
		b := f.bounds(e)
		if changed {
			b = b.proven(v.State == Regressed, j.worse())
		}
		return b.holds(e.b - e.a)
	}
	var tells func(windowSums) float64
	if changed && (f.edge >= 0 || j.options.Judged.Form == counts.FormShare) {
		tells = func(s windowSums) float64 { return j.apart(s, f.edge) }
	}
	w, agrees := j.windows.choose(until, agree, tells)
	e := of(w.sums)
	b := f.bounds(e)
	if changed && !b.holds(e.b-e.a) {
		// The other bound is about the time before the change, when the effect was another.
		b = b.proven(v.State == Regressed, j.worse())
	}
	if !agrees {
		// Between two rejected differences lies the nearest that is not.
		e.b = e.a + math.Min(math.Max(e.b-e.a, b.lower), b.upper)
	}
	v.Stat, v.Edge, v.Since, v.Until = f.stat, j.edge(f.edge), max(w.from, j.series.Start), until
	v.Difference, v.Lower, v.Upper, v.Margin, v.Level = e.b-e.a, b.lower, b.upper, b.margin, b.level
	v.Ratio, v.RatioLower, v.RatioUpper = e.b/e.a, b.ratioLower, b.ratioUpper
	if !(e.a > 0) {
		v.Ratio = math.NaN()
	}
	v.BaselineValue, v.VariantValue = e.a, e.b
	v.JudgedBaseline, v.JudgedVariant = e.a, e.b
	if f.edge >= 0 {
		j.fillQuantile(v, w.sums)
	}
}

// worse is the sign of a difference that is worse.
func (j *Judge) worse() float64 {
	if j.options.Signal.Direction == model.HigherIsBetter {
		return -1
	}
	return 1
}

// apart is how far two shares lie apart, in squared standard errors of independent requests.
func (j *Judge) apart(s windowSums, edge int) float64 {
	e := j.estimated(s, edge)
	mean := (e.a + e.b) / 2
	if !(mean > 0 && mean < 1) {
		return 0
	}
	return (e.b - e.a) * (e.b - e.a) * s.weight() / (mean * (1 - mean))
}

// estimated are the two shares or means that are compared.
func (j *Judge) estimated(s windowSums, edge int) arms {
	switch {
	case edge >= 0 && edge < len(s.tail):
		return s.tail[edge].values()
	case j.options.Judged.Form == counts.FormShare:
		return s.share.values()
	case j.options.Judged.Form == counts.FormTails:
		return arms{math.NaN(), math.NaN()}
	}
	return s.mean.values()
}

// fillQuantile shows the quantile that an edge stands for, with the bounds of its bucket.
func (j *Judge) fillQuantile(v *Verdict, s windowSums) {
	quantile, ok := model.StatQuantile(v.Stat)
	if !ok {
		return
	}
	a := quantileOf(quantile, j.series.Edges, s.tail, func(w weighted) float64 { return w.values().a })
	b := quantileOf(quantile, j.series.Edges, s.tail, func(w weighted) float64 { return w.values().b })
	v.BaselineValue, v.BaselineLower, v.BaselineUpper = a.value, a.lower, a.upper
	v.VariantValue, v.VariantLower, v.VariantUpper = b.value, b.lower, b.upper
}
