// Package verdict says of one comparison (one signal, one feature over the baseline) whether the feature is
// worse: counts in, a state with its evidence, its interval and its reason in words out. It does no I/O.
package verdict

import (
	"time"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// Options say what a comparison is judged by. They stay the same over a rollout.
type Options struct {
	Flag, Baseline, Variant string
	Signal                  model.Signal
	// Judged is how the signal's kind says that it is judged.
	Judged counts.Judged
	// Margin is how much worse is tolerated.
	Margin model.Margin
	// Alpha is how often a harmless feature may be called regressed on this signal, over all time: what the query asks
	// times Weight.
	Alpha float64
	// AlphaWithin is how often a feature at its margin may be called within it; 0.05 if zero.
	AlphaWithin float64
	// Weight is this comparison's part of the error that all comparisons of the flag may make together, above 0 and at
	// most 1; 1 if zero. It is said, so that a level can be understood.
	Weight  float64
	Profile model.Profile
	// Daily is for rollouts that last for more than a few days: each UTC day is judged with its own alpha.
	Daily bool
}

// Context is what is known beside the ticks. It may change from one look to the next without changing the evidence.
type Context struct {
	// RolloutStart is the unix second of the last shift of the allocation; 0 where it is not known.
	RolloutStart int64
	// Expected holds the shares that both arms are meant to have, epoch by epoch, in order; empty where nobody knows.
	Expected []Epoch
	// Observational says that the variants were targeted, not drawn by lot, Known that this could be found out.
	Observational, ReasonKnown bool
	// Doubt says why the counts cannot be true; nothing is then said of them.
	Doubt Doubt
	// Refused says in words why there is nothing to judge, Cause which kind of reason that is; the state is then NoData, or
	// NotRead where it is CauseUnreadable.
	Refused string
	Cause   model.Cause
	// Uncommon says in words why a histogram has no bucket edge to judge by: the requests are counted, and the state is Withheld.
	Uncommon string
	// Scrape is the distance of samples; 0 where it is not known.
	Scrape time.Duration
	// Waiting says that both arms may have traffic, but too little yet to choose where slow begins.
	Waiting bool
	// MissingArm names the arm that has no series at all: the baseline's or the feature's name; empty if both have.
	MissingArm string
}

// Doubt is why counts cannot be true. Without a Why they can.
type Doubt struct {
	// Why is a clause without a full stop, Remedy whole sentences.
	Why, Remedy string
}

// Epoch is a time in which the allocation stayed the same.
type Epoch struct {
	// Start is in unix seconds; the epoch lasts until the next one starts.
	Start int64
	// Baseline and Feature are shares; what counts is their proportion.
	Baseline, Feature float64
}

// Verdict is what is said of one feature on one signal. NaN stands for a number that there is not.
type Verdict struct {
	Options Options

	State State
	// Cause is why there is nothing to judge, or why this is older than it should be; empty where neither is so.
	Cause model.Cause
	// Live is the state without the latch: what the evidence says now.
	Live State
	// Reason says in plain words what was found, how much, and what it rests on.
	Reason string
	// Headline is the first sentence of Reason.
	Headline string

	// Stat is what the values are: p50, p95, p99, ratio, mean, rate, value.
	Stat string
	// Unit is that of the values, DifferenceUnit that of Difference, Lower, Upper and Margin: of histograms these are
	// about the part of the observations above Edge, and percentunit.
	Unit, DifferenceUnit string
	// Edge is the bucket edge that a histogram's evidence is about.
	Edge float64
	// JudgedBaseline and JudgedVariant are what the difference lies between, in its unit: of a histogram the parts above Edge.
	JudgedBaseline, JudgedVariant float64
	// BaselineValue and VariantValue are compared; those of a histogram are estimates of the quantile Stat, each
	// between bounds.
	BaselineValue, VariantValue                              float64
	BaselineLower, BaselineUpper, VariantLower, VariantUpper float64

	// Difference is the feature minus the baseline; Lower and Upper are its interval, which holds at every look with
	// the probability Level. They are infinite where nothing bounds them.
	Difference, Lower, Upper, Level float64
	// Margin is where worse begins, on the scale of Difference: negative where higher is better.
	Margin float64
	// Ratio is feature over baseline, with its interval.
	Ratio, RatioLower, RatioUpper float64

	// Evidence is ln E / ln(1/alpha): regressed from 1 on, and latched. EvidenceLive is the same now.
	Evidence, EvidenceLive float64
	// P is min(1, 1/max E), LogE the natural logarithm of the e-value now, for those who combine many.
	P, LogE float64

	// NBaseline and NVariant count what was observed, BadBaseline and BadVariant the bad ones among them (of a
	// histogram those above Edge); NaN where the signal has none.
	NBaseline, NVariant, BadBaseline, BadVariant float64
	// Ticks counts the minutes with traffic on both arms, Processes what distinguishes strata.
	Ticks, Processes int
	// Dispersion is by how much the counts scatter more than those of independent requests, at least 1.
	Dispersion float64

	// Start is when the first tick began. Since and Until are the time that values and interval are about: all of it,
	// unless something changed on the way. Unix seconds; 0 without ticks.
	Start, Since, Until int64
	// RolloutStart is 0 where it is not known, FiredAt where it never fired, Forecast where nothing can be said.
	RolloutStart, FiredAt, Forecast int64

	Share Share
	// Observational: the variants were targeted, not drawn by lot.
	Observational bool
	// Missing is the part of the strata that lack one arm alone, MissingVariant the arm that they lack.
	Missing        float64
	MissingVariant string

	// unplaced says how many requests are not judged because their processes have other buckets, where these are many;
	// unplacedSince is when that began.
	unplaced      string
	unplacedSince int64
	// needed is how many requests of both arms tell a share half as high again; 0 where that is not known.
	needed float64
	// latest is the end of the newest tick.
	latest  int64
	context Context
	// aloneA and aloneB: the arm has one process, which serves it alone.
	aloneA, aloneB bool
	// within is how much of the evidence for within the margin there is, from 1 on enough.
	within float64
	// turned: the latest minutes speak against what the time before them says.
	turned bool
	// stopped is since when nothing new arrives; 0 where it does.
	stopped int64
	// unread says what does not answer, since the newest tick.
	unread string
	// valuesSince is when the time begins that the quantiles are about.
	valuesSince int64
}

// Share is what the request ratio check found.
type Share struct {
	// Variant is the feature's part of both arms' requests, Expected the part that it was meant to have; NaN if unknown.
	Variant, Expected float64
	// Evidence is ln E / ln(1/alpha) of the check: uneven or a mismatch from 1 on.
	Evidence float64
	State    ShareState
}

// ShareState is what the request ratio check says.
type ShareState string

// States of the request ratio.
const (
	ShareFair ShareState = "fair"
	// ShareUneven is a mismatch that a few users who send very many requests may have made: it is said, and nothing is withheld.
	ShareUneven   ShareState = "uneven"
	ShareMismatch ShareState = "mismatch"
	ShareUnknown  ShareState = "unknown"
)

// ShareStates lists all states of the request ratio.
func ShareStates() []ShareState {
	return []ShareState{ShareFair, ShareUneven, ShareMismatch, ShareUnknown}
}

// Estimate is a quantile with the bounds of the bucket that it lies in.
type Estimate struct{ Value, Lower, Upper float64 }

// Refine replaces the quantiles, which the judged edges tell but roughly, by better ones, about the time from since
// (unix seconds) to Until.
func (v *Verdict) Refine(baseline, feature Estimate, since int64) {
	v.BaselineValue, v.BaselineLower, v.BaselineUpper = baseline.Value, baseline.Lower, baseline.Upper
	v.VariantValue, v.VariantLower, v.VariantUpper = feature.Value, feature.Lower, feature.Upper
	v.valuesSince = since
	v.explain(v.context)
}

// Unread says that nothing newer than this could be read, and what did not answer.
func (v *Verdict) Unread(why string) {
	v.unread, v.Cause = why, model.CauseUnreadable
	v.explain(v.context)
}
