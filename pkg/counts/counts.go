// Package counts holds what one comparison is counted from, as plain values: who collects fills them in, who judges reads
// them, and neither needs the other.
package counts

import (
	"time"

	"github.com/flaglens/flaglens/pkg/model"
)

// Step is the length of a tick.
const Step = time.Minute

// FirstTick is when the first tick begins of what began at start: at the first whole minute that is not before it. What came
// earlier belongs to another allocation. Engines that round the start of a range to its step read the same times.
func FirstTick(start time.Time) time.Time {
	floor := start.Truncate(Step)
	if floor.Before(start) {
		return floor.Add(Step).UTC()
	}
	return floor.UTC()
}

// Series is what one comparison was counted from: the increments of both arms, tick by tick, since the start of the
// rollout. It is append-only: a later collection gives the same ticks and further ones.
type Series struct {
	Signal model.Signal
	// Edges are the upper bounds of the buckets that were collected, ascending and finite, in the signal's unit;
	// empty for every kind but histograms.
	Edges []float64
	// Quantiles holds for each of the Edges the baseline's quantile that it was chosen for. Empty where nobody chose, so
	// that Edges are all there are: a judge then chooses among them by what it counts.
	Quantiles []float64
	// Step is the length of a tick in seconds, Start the unix second at which the first tick began.
	Step, Start int64
	Ticks       []Tick
}

// Tick is what happened in the Step seconds that end at End.
type Tick struct {
	// End is in unix seconds, strictly increasing from tick to tick, a multiple of Step after Start. A tick that was
	// not collected is left out.
	End    int64
	Strata []Stratum
	// Expected is the number of strata that this tick should have: the processes that the tick or one close to it
	// has seen on either arm.
	Expected int
	// MissingA and MissingB count those of them that lack the baseline alone and the feature alone: the other arm of
	// the process was scraped, or another process of that arm was not.
	MissingA, MissingB int
	// LostA and LostB are about how much the baseline and the feature counted, in the unit of N, that is in none of the strata,
	// because their processes restart again and again or lose parts of their series. It is known at this tick, and may be of
	// those before it. RestartsA and RestartsB are how many restarts that stems from.
	LostA, LostB         float64
	RestartsA, RestartsB int
}

// Stratum is one tick of one process, or of whatever else both arms share.
type Stratum struct {
	// Key is the number of the process, the same over the whole series.
	Key int
	// A is the baseline, B the feature.
	A, B Arm
	// PartsA and PartsB are what groups of processes have of A and of B where the stratum adds up processes that serve one
	// arm each; else they are empty.
	PartsA, PartsB []Part
}

// Part is what one group of an arm's processes counted. Groups are numbered from 0, the same over the whole series; each
// process is in one, and there is but one process to a group where there are not too many. Only groups with an N are there,
// and what is Unplaced may be in none.
type Part struct {
	Group int
	Arm
}

// MaxGroups is how many groups the processes of an arm are in at most.
const MaxGroups = 8

// Arm is what one arm of a stratum counted. No field is negative or NaN.
//
//	kind       N                             X           Above        Sum
//	ratio      events                        bad events  -            -
//	histogram  observations                  -           per edge     of the observations, in the signal's unit
//	mean       increment of the count        -           -            increment of the sum
//	rate       seconds that were counted     -           -            increment of the counter
//	gauge      samples (series) at the tick  -           -            of the samples
type Arm struct {
	N float64
	// X is the number of bad events among N, as the signal's Bad selects them: 0 <= X <= N.
	X float64
	// Above holds for each of the series' Edges the number of observations above it: never increasing, at most N.
	Above []float64
	// Sum may be negative for a gauge alone.
	Sum float64
	// Unplaced is the number of observations of a histogram, beside N, of which it is not known on which side of the edges they
	// lie, because the process has other bounds: requests they are all the same.
	Unplaced float64
}

// Requests is how many there were, judged or not.
func (a Arm) Requests() float64 { return a.N + a.Unplaced }

// Add adds what another arm of the same series counted. An arm without Above takes the slice of the other one over, which
// must then belong to nobody else; another one without Above adds none.
func (a *Arm) Add(other Arm) {
	a.N += other.N
	a.X += other.X
	a.Sum += other.Sum
	a.Unplaced += other.Unplaced
	if a.Above == nil {
		a.Above = other.Above
		return
	}
	for k := range min(len(a.Above), len(other.Above)) {
		a.Above[k] += other.Above[k]
	}
}
