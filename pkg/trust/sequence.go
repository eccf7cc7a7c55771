// Package trust tells whether counts can be true. A counter rises while its process lives, and begins at zero when that
// restarts; where several processes write one series, or where increments are stored in the place of totals, it does
// neither, and all that is computed from it is wrong without a sign. What cannot be faked is measured: how often the
// stored samples fall, to what, and whether they go on from where they were before.
package trust

import (
	"math"
	"slices"
	"sort"
)

// Sample is one stored sample of a counter.
type Sample struct {
	// T is in unix milliseconds.
	T int64
	V float64
}

// Cause is why counts cannot be true.
type Cause string

// Causes.
const (
	// Writers: several processes write one series.
	Writers Cause = "writers"
	// Deltas: what is stored are increments and no totals.
	Deltas Cause = "deltas"
	// Restless: the counter begins anew far more often than a process can.
	Restless Cause = "restless"
	// Overflow: a part of the requests lies in a series without the labels that tell them apart.
	Overflow Cause = "overflow"
	// Replicas: each series is stored more than once.
	Replicas Cause = "replicas"
	// Behind: several processes stand behind one target, each with series of its own. Their sum is right while all of them
	// live.
	Behind Cause = "behind"
	// Stopped: nothing new arrives.
	Stopped Cause = "stopped"
)

const (
	// blockLen is how many samples are held against each other: the longer, the more often a restart hits a level of before.
	blockLen = 80
	// leastFalls is how many falls tell whether they can be restarts.
	leastFalls = 7
	// unbroken is how many times the usual distance two samples may lie apart for nothing to be missing between them. A
	// process that is down, or a series that was forgotten, leaves a gap before it begins anew.
	unbroken = 1.6
	// slip and slipPart bound a fall that changes nothing: two replicas of one count that differ by a request.
	slip, slipPart = 2, 0.01
	// often is how many times an hour a process cannot restart without anybody seeing it down: those that restart crashing
	// ones wait for minutes.
	often = 40
)

// Where restarts and several writers part, found by simulation (TestCrashLoopsAreNoWriters, TestWritersAreFound).
const (
	// fewChains is how many rising chains of samples there are for each fall, at most, where several writers live on: as many
	// chains as writers, and then those that replace them. After restarts every level comes at any time.
	fewChains = 0.42
	// sureChains is so few that increments, which come at any level too, have more.
	sureChains = 0.25
	// elder is how many times the usual rise the samples after falls are: what was counted from zero since is no more than
	// one rise.
	elder = 3
)

// Pattern is how a counter moved.
type Pattern struct {
	// Samples were seen over so many Hours; Falls of them are lower than the one before, by more than a slip and with nothing
	// missing between.
	Samples, Falls int
	Hours          float64
	// Chains is the least number of counters that only rise which explain the samples, summed over blocks.
	Chains int
	// After is the mean of the samples after falls, Rise the mean rise.
	After, Rise float64
	// Level says that the samples stay near one value: totals rise, increments do not.
	Level bool
	// Together is how many chains there are at once.
	Together int
}

// PatternOf measures samples, which are in the order of time.
func PatternOf(samples []Sample) Pattern {
	var p Pattern
	if len(samples) < 3 {
		return p
	}
	p.Samples = len(samples)
	p.Hours = float64(samples[len(samples)-1].T-samples[0].T) / 3.6e6
	gap := unbroken * distance(samples)
	var rises []float64
	after := 0.0
	for i := 1; i < len(samples); i++ {
		was, now := samples[i-1], samples[i]
		switch {
		case float64(now.T-was.T) > gap:
		case now.V > was.V:
			rises = append(rises, now.V-was.V)
		case was.V-now.V > math.Max(slip, slipPart*was.V):
			p.Falls++
			after += now.V
		}
	}
	var together []int
	for first := 0; first < len(samples); first += blockLen {
		block := samples[first:min(first+blockLen, len(samples))]
		p.Chains += chains(block)
		for half := block; len(half) >= blockLen/2; half = half[blockLen/2:] {
			together = append(together, chains(half[:blockLen/2]))
		}
	}
	if slices.Sort(together); len(together) > 0 {
		p.Together = together[len(together)/2]
	}
	if len(rises) == 0 || p.Falls == 0 {
		return p
	}
	for _, rise := range rises {
		p.Rise += rise / float64(len(rises))
	}
	p.After = after / float64(p.Falls)
	p.Level = level(samples)
	return p
}

// distance is the usual time between two samples, in milliseconds. Of a process that is down again and again most samples are
// missing beside another: the shorter distances are those of the scrapes.
func distance(samples []Sample) float64 {
	steps := make([]int64, 0, len(samples)-1)
	for i := 1; i < len(samples); i++ {
		steps = append(steps, samples[i].T-samples[i-1].T)
	}
	slices.Sort(steps)
	return float64(steps[len(steps)/4])
}

// chains is the least number of rising sequences that samples can be laid out in. By Dilworth's theorem (1950) that is the
// length of the longest sequence of them that never rises, which patience sorting finds. A sample that repeats the one before
// tells nothing.
func chains(samples []Sample) int {
	// tops are the lowest ends of the sequences found so far, negated so that they ascend.
	var tops []float64
	for i, s := range samples {
		if i > 0 && s.V == samples[i-1].V {
			continue
		}
		at := sort.Search(len(tops), func(k int) bool { return tops[k] > -s.V })
		if at == len(tops) {
			tops = append(tops, -s.V)
		} else {
			tops[at] = -s.V
		}
	}
	return len(tops)
}

// level tells whether samples stay near one value: most of them within a range as wide as it is high, and the last third
// where the first was.
func level(samples []Sample) bool {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.V
	}
	third := len(values) / 3
	first, last := slices.Clone(values[:third]), slices.Clone(values[len(values)-third:])
	slices.Sort(first)
	slices.Sort(last)
	slices.Sort(values)
	range90 := quantile(values, 0.9) - quantile(values, 0.1)
	return range90 <= quantile(values, 0.5) && quantile(last, 0.5)-quantile(first, 0.5) <= range90/2
}

// quantile is that of ascending values.
func quantile(ascending []float64, q float64) float64 {
	return ascending[int(q*float64(len(ascending)-1))]
}

// Cause is why the counts cannot be true; empty where they can.
func (p Pattern) Cause() Cause {
	if p.Falls < leastFalls || p.Rise == 0 {
		return ""
	}
	perFall := float64(p.Chains) / float64(p.Falls)
	switch old := p.After >= elder*p.Rise; {
	case perFall <= sureChains:
		return Writers
	case old && p.Level:
		return Deltas
	case old, perFall <= fewChains:
		return Writers
	case p.PerHour() >= often:
		return Restless
	}
	return ""
}

// PerHour is how often the counter falls.
func (p Pattern) PerHour() float64 {
	if p.Hours == 0 {
		return 0
	}
	return float64(p.Falls) / p.Hours
}
