package stats

import (
	"fmt"
	"math"
)

const (
	pairedBlock     = 5 * 60 // seconds of a block of which the differences are taken
	pairedMinBlocks = 12     // an hour: with fewer, the variance between blocks is not known
	pairedTuning    = 48     // blocks at which the bounds are tightest: 4 hours

	pairedMaxCorrelation = 0.95 // of neighbouring blocks, beyond which nothing could be decided at all
)

// MeanTick is what both arms summed up in the Step seconds that end at End.
type MeanTick struct {
	End  int64 // unix seconds, strictly increasing
	A, B Mean
}

// Mean is a sum over N observations, with the variance of a single one where it is known (else 0).
type Mean struct{ N, Sum, Variance float64 }

// PairedParams choose a paired comparison of means.
type PairedParams struct {
	Start, Step int64   // unix seconds of the grid's origin, and the length of a tick in seconds
	Alpha       float64 // of each side
	Margin      float64 // B is worse where its mean exceeds A's by more than this, in the unit of the mean
}

// Paired is what a paired comparison of means found. The evidence holds at every look, as far as a normal
// approximation of an hour of differences does.
type Paired struct {
	Blocks       int     // blocks of 5 minutes in which both arms have observations
	Enough       bool    // there are at least 12; otherwise nothing below is known and the bounds are infinite
	Difference   float64 // mean of B - A over the blocks, weighted by n_A n_B / (n_A + n_B)
	Deviation    float64 // standard deviation of a block of average weight, by the most cautious estimate
	LogWorse     float64 // evidence (ln E) that the difference exceeds the margin
	LogBetter    float64 // evidence (ln E) that the difference is below minus the margin
	LogWithin    float64 // evidence (ln E) that the difference is below the margin
	Lower, Upper float64 // confidence sequence of the difference, each side at Alpha
}

type pairedDifference struct {
	index              int64 // number of the block since Start
	weight, difference float64
	sampling           float64 // variance of difference by the observations' own
}

// ComparePaired compares means by the differences of 5-minute blocks: both arms of a block share its weather. The
// variance is the largest of those between blocks of 1, 5, 15 and 60 minutes (each with at least 12 blocks, scaled to 5
// minutes) and of that of the observations themselves; the test is the one-sided normal mixture. Only blocks that
// ended by the last tick count. It errs on ticks out of order and on numbers that cannot be.
func ComparePaired(ticks []MeanTick, p PairedParams) (Paired, error) {
	if p.Step <= 0 || !(p.Alpha > 0 && p.Alpha < 0.5) || !finite(p.Margin) {
		return Paired{}, fmt.Errorf("paired means: step %d s, alpha %v, margin %v", p.Step, p.Alpha, p.Margin)
	}
	if err := validateMeans(ticks, p); err != nil {
		return Paired{}, err
	}
	blocks := pairedDifferences(ticks, p, pairedBlock)
	found := Paired{Blocks: len(blocks), Lower: math.Inf(-1), Upper: math.Inf(1)}
	if len(blocks) < pairedMinBlocks {
		return found, nil
	}
	weight, sum, sampling := 0.0, 0.0, 0.0
	for _, b := range blocks {
		weight += b.weight
		sum += b.weight * b.difference
		sampling += b.weight * b.sampling
	}
	n := float64(len(blocks))
	found.Difference = sum / weight
	// Of a block of weight 1, after the weights are scaled to a mean of 1.
	variance := sampling / weight
	for _, minutes := range []int64{1, 5, 15, 60} {
		if between, ok := betweenBlocks(pairedDifferences(ticks, p, minutes*60)); ok {
			variance = math.Max(variance, between*float64(minutes)/5)
		}
	}
	found.Enough = true
	found.Deviation = math.Sqrt(variance)
	if !(variance > 0) {
		// Every block agrees to the last digit: nothing scatters that a bound could be made of.
		found.Lower, found.Upper = found.Difference, found.Difference
		return found, nil
	}
	mixture, err := NewNormalMixture(pairedTuning, p.Alpha, true)
	if err != nil {
		return Paired{}, fmt.Errorf("paired means: %w", err)
	}
	bound, err := mixture.Bound(n, p.Alpha)
	if err != nil {
		return Paired{}, fmt.Errorf("paired means: %w", err)
	}
	z := func(margin float64) float64 { return n * (found.Difference - margin) / found.Deviation }
	found.LogWorse = mixture.LogE(z(p.Margin), n)
	found.LogBetter = mixture.LogE(-z(-p.Margin), n)
	found.LogWithin = mixture.LogE(-z(p.Margin), n)
	half := bound * found.Deviation / n
	found.Lower, found.Upper = found.Difference-half, found.Difference+half
	return found, nil
}

func validateMeans(ticks []MeanTick, p PairedParams) error {
	end := p.Start
	for _, t := range ticks {
		if t.End <= end {
			return fmt.Errorf("paired means: tick at %d is not after %d", t.End, end)
		}
		end = t.End
		for _, m := range []Mean{t.A, t.B} {
			if !(m.N >= 0) || !finite(m.N) || !finite(m.Sum) || !(m.Variance >= 0) || !finite(m.Variance) {
				return fmt.Errorf("paired means: tick at %d: sum %v of %v observations of variance %v",
					t.End, m.Sum, m.N, m.Variance)
			}
		}
	}
	return nil
}

// pairedDifferences adds up the ticks of each block of so many seconds; a block that the last tick did not complete
// is left out, so that a block never changes once it counts. Ticks are never split: blocks are at least as long.
func pairedDifferences(ticks []MeanTick, p PairedParams, seconds int64) []pairedDifference {
	seconds = max(seconds/p.Step, 1) * p.Step
	var blocks []pairedDifference
	var a, b Mean
	var spreadA, spreadB float64 // variances of the sums
	flush := func(index int64) {
		if a.N > 0 && b.N > 0 {
			blocks = append(blocks, pairedDifference{
				index:      index,
				weight:     a.N * b.N / (a.N + b.N),
				difference: b.Sum/b.N - a.Sum/a.N,
				sampling:   spreadA/(a.N*a.N) + spreadB/(b.N*b.N),
			})
		}
		a, b, spreadA, spreadB = Mean{}, Mean{}, 0, 0
	}
	index := int64(0)
	for _, t := range ticks {
		if at := (t.End - p.Start - 1) / seconds; at != index {
			flush(index)
			index = at
		}
		a.N, a.Sum = a.N+t.A.N, a.Sum+t.A.Sum
		b.N, b.Sum = b.N+t.B.N, b.Sum+t.B.Sum
		spreadA += t.A.N * t.A.Variance
		spreadB += t.B.N * t.B.Variance
	}
	if len(ticks) > 0 && (ticks[len(ticks)-1].End-p.Start)%seconds == 0 {
		flush(index)
	}
	mean := 0.0
	for _, block := range blocks {
		mean += block.weight / float64(len(blocks))
	}
	for i := range blocks {
		blocks[i].weight /= mean
	}
	return blocks
}

// betweenBlocks is the variance of a block of average weight around the weighted mean, inflated for a small sample as
// the dispersion of the tests is, and for blocks that resemble the one before: by (1 + rho)/(1 - rho), which is how
// much more their sum varies if the resemblance fades geometrically.
func betweenBlocks(blocks []pairedDifference) (float64, bool) {
	n := float64(len(blocks))
	if n < pairedMinBlocks {
		return 0, false
	}
	weight, mean := 0.0, 0.0
	for _, b := range blocks {
		weight += b.weight
		mean += b.weight * b.difference
	}
	mean /= weight
	chi, product := 0.0, 0.0
	for i, b := range blocks {
		off := b.difference - mean
		chi += b.weight * off * off
		if i > 0 && blocks[i-1].index == b.index-1 {
			product += math.Sqrt(b.weight*blocks[i-1].weight) * off * (blocks[i-1].difference - mean)
		}
	}
	variance := chi / (n - 1) * (1 + math.Sqrt(2/n))
	if chi > 0 {
		// The mean takes about 1/n away from each correlation.
		rho := math.Min(math.Max(product/chi+1/n, 0), pairedMaxCorrelation)
		variance *= (1 + rho) / (1 - rho)
	}
	return variance, true
}
