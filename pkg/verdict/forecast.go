package verdict

import (
	"math"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/stats/samplesize"
)

// Forecasts are rough, and say "about". What the formula for independent requests leaves out is made up for by factors
// that fit the medians of simulated runs.
const (
	// cautious is by how much more events the engine takes than the formula.
	cautious = 1.5
	// sure is by how many standard errors the effect must lie off the margin before it is said when that could be proven.
	sure = 1.0
	// usualDispersion is where the dispersion of a young rollout begins.
	usualDispersion = 2
	// windowsStrict and windowsBrisk are the best windows that the evidence is counted without, in seconds.
	windowsStrict = 24 * 60
	windowsBrisk  = 8 * 60
	// scoresOfWithin is how many blocks of its score within the margin takes at least.
	scoresOfWithin = 6
	// farthest is the longest wait that is given.
	farthest = 30 * 24 * 3600
	// notable is the effect that the count of requests for a verdict is given for: half as much again.
	notable = 1.5
)

// forecast is when an inconclusive comparison could be decided if all goes on as it is, in unix seconds; 0 where that
// cannot be known: the effect lies too close to the margin, or nothing bad happens.
func (j *Judge) forecast(v Verdict) int64 {
	if form := j.options.Judged.Form; form != counts.FormShare && form != counts.FormTails {
		return 0
	}
	rate := j.requests.recent(v.latest)
	shares := arms{v.BadBaseline / v.NBaseline, v.BadVariant / v.NVariant}
	margins := v.Margin
	if j.options.Signal.Direction == model.HigherIsBetter {
		rate, shares, margins = arms{rate.b, rate.a}, arms{shares.b, shares.a}, -margins
	}
	if !(shares.a > 0) || !(rate.a > 0) || !(rate.b > 0) {
		return 0
	}
	r, r0, w := shares.b/shares.a, 1+margins/shares.a, rate.b/rate.a
	alpha, done := v.Options.Alpha, v.EvidenceLive
	if r < r0 {
		alpha, done = v.Options.AlphaWithin, v.within
	}
	events, err := samplesize.EventsNeeded(r, r0, w, alpha)
	if err != nil || math.IsInf(events, 0) || j.unsure(v, shares, margins) {
		return 0
	}
	events *= math.Max(v.Dispersion, 1)
	counted, perSecond := v.BadBaseline+v.BadVariant, rate.a*shares.a+rate.b*shares.b
	// What is gained stays gained: as much is left to gain as is not, at the pace that the effect has.
	done = math.Min(math.Max(done, 0), 1)
	threshold := math.Log(1 / alpha)
	remaining := events * threshold / (threshold + 1) * (1 - done)
	if done == 0 {
		// Nothing is gained before what goes uncounted is paid for.
		atFirst, elapsed := j.untested(r < r0), float64(v.latest-v.Start)
		remaining = math.Max(remaining, cautious*events-counted+j.untested(false)*perSecond)
		remaining = math.Max(remaining, (atFirst-elapsed)*perSecond)
	}
	seconds := remaining / perSecond
	if !(seconds < farthest) {
		return 0
	}
	return v.latest + int64(seconds)
}

// unsure says that the effect lies so close to the margin that chance alone may have put it on its side: what is then said of
// when would be about another question.
func (j *Judge) unsure(v Verdict, shares arms, margin float64) bool {
	n := arms{v.NBaseline, v.NVariant}
	if j.options.Signal.Direction == model.HigherIsBetter {
		n = arms{n.b, n.a}
	}
	relative := 1 + margin/shares.a
	variance := shares.b*(1-shares.b)/n.b + relative*relative*shares.a*(1-shares.a)/n.a
	return math.Abs(shares.b-shares.a-margin) < sure*math.Sqrt(variance*math.Max(v.Dispersion, 1))
}

// untested is the time that passes in any case before the evidence counts.
func (j *Judge) untested(within bool) float64 {
	windows, block := float64(windowsStrict), 15*60.0
	if j.options.Profile == model.ProfileBrisk {
		windows, block = windowsBrisk, 5*60
	}
	if within {
		return math.Max(windows, scoresOfWithin*block)
	}
	return windows
}

// recent is the requests a second of both arms over the last hour that was collected.
func (r *requestCounts) recent(until int64) arms {
	var sum arms
	first := max(len(r.counts)-4, 0)
	for _, c := range r.counts[first:] {
		sum.a, sum.b = sum.a+c.a, sum.b+c.b
	}
	seconds := float64(until - r.start - int64(first)*requestBlock)
	if !(seconds > 0) {
		return arms{}
	}
	return arms{sum.a / seconds, sum.b / seconds}
}

// needed is about how many requests of both arms tell a share that is half as high again as what is tolerated; 0 where
// the baseline's share is not known.
func (j *Judge) needed() float64 {
	t := j.totals
	if !(t.n.a > 0) || !(t.n.b > 0) {
		return 0
	}
	shareOf := 0.0
	switch j.options.Judged.Form {
	case counts.FormShare:
		shareOf = t.bad.a / t.n.a
	case counts.FormTails:
		shareOf = 1 - usualTail
	}
	if !(shareOf > 0 && shareOf < 1) {
		return 0
	}
	r0 := 1 + j.options.Margin.Relative + j.options.Margin.Absolute/shareOf
	events, err := samplesize.EventsNeeded(notable*r0, r0, t.n.b/t.n.a, j.options.Alpha)
	if err != nil || math.IsInf(events, 0) {
		return 0
	}
	return events * cautious * usualDispersion / shareOf
}
