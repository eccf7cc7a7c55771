package verdict

import (
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/paired"
)

// alphaWithin is Options.AlphaWithin where nobody chose.
const alphaWithin = 0.05

// pairedEvery is how often means are judged, in seconds: whenever a block of theirs is complete.
const pairedEvery = 5 * 60

// meanTest judges means, rates and gauges by the differences of blocks of five minutes. It is append-only: each complete
// block is judged once, by what came before it.
type meanTest struct {
	options     Options
	start, step int64
	// sign is -1 where higher is better: what is then tested is the negated difference.
	sign  float64
	ticks []paired.Tick
	// judged is the end of the newest tick at which was judged, then what was found at the peak.
	judged          int64
	live, then      bothLevels
	firedAt, peakAt int64
	peak            float64
}

// bothLevels is a comparison at both levels: that of worse and better, and that of within the margin.
type bothLevels struct {
	at     paired.Result
	within paired.Result
	margin float64
}

func newMeanTest(o Options, start, step int64) *meanTest {
	sign := 1.0
	if o.Signal.Direction == model.HigherIsBetter {
		sign = -1
	}
	return &meanTest{options: o, start: start, step: step, sign: sign}
}

func (t *meanTest) add(ticks []counts.Tick) error {
	for _, tick := range ticks {
		if err := t.addOne(tick); err != nil {
			return err
		}
	}
	return nil
}

func (t *meanTest) addOne(tick counts.Tick) error {
	m := paired.Tick{End: tick.End}
	for _, s := range tick.Strata {
		m.A.N, m.A.Sum = m.A.N+s.A.N, m.A.Sum+t.sign*s.A.Sum
		m.B.N, m.B.Sum = m.B.N+s.B.N, m.B.Sum+t.sign*s.B.Sum
	}
	block := (tick.End - t.start - 1) / pairedEvery
	begun := len(t.ticks) > 0 && (t.ticks[len(t.ticks)-1].End-t.start-1)/pairedEvery < block
	t.ticks = append(t.ticks, m)
	// A block is complete with its last tick, or with the first one after it where that was not collected.
	if begun || (tick.End-t.start)%pairedEvery == 0 {
		return t.judge()
	}
	return nil
}

// judge looks at all complete blocks.
func (t *meanTest) judge() error {
	t.judged = t.ticks[len(t.ticks)-1].End
	now, err := t.compare()
	if err != nil {
		return err
	}
	t.live = now
	if !now.at.Enough {
		return nil
	}
	if now.at.LogWorse > t.peak {
		t.peak, t.peakAt, t.then = now.at.LogWorse, t.judged, now
	}
	if t.firedAt == 0 && now.at.LogWorse >= t.threshold() {
		t.firedAt = t.judged
	}
	return nil
}

func (t *meanTest) threshold() float64 { return math.Log(1 / t.options.Alpha) }

func (t *meanTest) compare() (bothLevels, error) {
	var n, sum float64
	for _, tick := range t.ticks {
		n, sum = n+tick.A.N, sum+tick.A.Sum
	}
	margin := t.options.Margin.Absolute
	if n > 0 {
		margin += t.options.Margin.Relative * math.Abs(sum/n)
	}
	params := paired.Params{Start: t.start, Step: t.step, Alpha: t.options.Alpha, Margin: margin}
	at, err := paired.Compare(t.ticks, params)
	if err != nil {
		return bothLevels{}, fmt.Errorf("judge %s: %w", t.options.Signal.ID, err)
	}
	params.Alpha = t.options.AlphaWithin
	within, err := paired.Compare(t.ticks, params)
	if err != nil {
		return bothLevels{}, fmt.Errorf("judge %s: %w", t.options.Signal.ID, err)
	}
	return bothLevels{at: at, within: within, margin: margin}, nil
}

func (t *meanTest) finding() (finding, error) {
	threshold := t.threshold()
	f := finding{
		live: Inconclusive, logE: t.live.at.LogWorse, firedAt: t.firedAt, evidence: t.live.at.LogWorse / threshold,
		peak: t.peak / threshold, p: math.Min(1, math.Exp(-t.peak)), dispersion: math.NaN(), edge: -1, stat: t.options.Judged.Stat,
	}
	if !t.live.at.Enough {
		f.bounds = func(arms) bounds { return unbounded }
		return f, nil
	}
	// Neither better nor within the margin is said while a latest stretch of time speaks against it.
	recent := t.recent()
	_, notBetter := paired.Farthest(recent, -t.live.margin)
	farthest, beyond := paired.Farthest(recent, t.live.margin)
	better, within := t.live.at.LogBetter >= threshold, t.live.within.LogWithin >= math.Log(1/t.options.AlphaWithin)
	f.live = liveState(t.live.at.LogWorse >= threshold, better && !(notBetter > eprocess.TooFarBeyond),
		within && !(beyond > eprocess.TooFarBeyond))
	f.turned = f.live == Inconclusive && (better || within)
	shown := t.live
	if f.latched() {
		shown, f.until = t.then, t.peakAt
	}
	f.bounds = func(estimated arms) bounds {
		p := shown
		if f.live == Inconclusive && f.firedAt == 0 && beyond > eprocess.TooFarBeyond {
			// The interval holds what the latest stretch of time has shown.
			p.at.Upper = math.Max(p.at.Upper, farthest.Difference)
		}
		return t.boundsOf(p, f.live == WithinMargin && f.firedAt == 0, estimated)
	}
	return f, nil
}

// recent are the latest stretches of the complete blocks.
func (t *meanTest) recent() []paired.Stretch {
	until := len(t.ticks)
	for until > 0 && t.ticks[until-1].End > t.judged {
		until--
	}
	return paired.Recent(t.ticks[:until], paired.Params{Start: t.start, Step: t.step})
}

// boundsOf turns a comparison into bounds, which are those of within the margin above where that is the state.
func (t *meanTest) boundsOf(p bothLevels, within bool, estimated arms) bounds {
	b := bounds{lower: p.at.Lower, upper: p.at.Upper, margin: p.margin, level: 1 - 2*t.options.Alpha}
	if !(p.at.Deviation > 0) {
		// Nothing scatters that a bound could be made of.
		b.lower, b.upper = math.Inf(-1), math.Inf(1)
	}
	if within && p.at.Upper > p.margin {
		b.upper, b.level = p.within.Upper, 1-t.options.Alpha-t.options.AlphaWithin
	}
	if t.sign < 0 {
		b.lower, b.upper, b.margin = -b.upper, -b.lower, -b.margin
	}
	b.ratioLower, b.ratioUpper = math.NaN(), math.NaN()
	if estimated.a > 0 {
		b.ratioLower, b.ratioUpper = 1+b.lower/estimated.a, 1+b.upper/estimated.a
	}
	return b
}
