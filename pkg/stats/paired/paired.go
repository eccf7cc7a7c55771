// Package paired compares means by the paired differences of blocks of time, whose sum is tested by a normal mixture.
package paired

import (
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/stats/internal/number"
	"github.com/flaglens/flaglens/pkg/stats/mixture"
)

const (
	pairedBlock     = 5 * 60 // seconds of a block of which the differences are taken
	pairedMinBlocks = 12     // an hour: with fewer, the variance between blocks is not known
	pairedMinHours  = 6      // of hourly blocks, with fewer of which nothing is known
	pairedTuning    = 48     // blocks at which the bounds are tightest: 4 hours

	pairedMaxCorrelation = 0.95 // of neighbouring blocks, beyond which nothing could be decided at all
)

// Tick is what both arms summed up in the Step seconds that end at End.
type Tick struct {
	End  int64 // unix seconds, strictly increasing
	A, B Mean
}

// Mean is a sum over N observations, with the variance of a single one where it is known (else 0).
type Mean struct{ N, Sum, Variance float64 }

// Params choose a paired comparison of means.
type Params struct {
	Start, Step int64   // unix seconds of the grid's origin, and the length of a tick in seconds
	Alpha       float64 // of each side
	Margin      float64 // B is worse where its mean exceeds A's by more than this, in the unit of the mean
}

// Result is what a paired comparison of means found. The evidence holds at every look, as far as a normal
// approximation of an hour of differences does.
type Result struct {
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

// Compare compares means by the differences of 5-minute blocks: both arms of a block share its weather. The
// variance is the largest of those of blocks of 1 and 5 minutes within their hour, of 15 and 60 minutes between
// neighbours (each scaled to 5 minutes), and of that of the observations themselves; the test is the one-sided normal
// mixture. Only blocks that ended by the last tick count. It errs on ticks out of order and on numbers that cannot be.
func Compare(ticks []Tick, p Params) (Result, error) {
	if p.Step <= 0 || !(p.Alpha > 0 && p.Alpha < 0.5) || !number.Finite(p.Margin) {
		return Result{}, fmt.Errorf("paired means: step %d s, alpha %v, margin %v", p.Step, p.Alpha, p.Margin)
	}
	if err := validateMeans(ticks, p); err != nil {
		return Result{}, err
	}
	blocks := pairedDifferences(ticks, p, pairedBlock)
	found := Result{Blocks: len(blocks), Lower: math.Inf(-1), Upper: math.Inf(1)}
	if len(blocks) < pairedMinBlocks {
		return found, nil
	}
	found.Difference = meanOf(blocks)
	variance := varianceOf(blocks, ticks, p)
	found.Enough = true
	found.Deviation = math.Sqrt(variance)
	if !(variance > 0) {
		// Every block agrees to the last digit: nothing scatters that a bound could be made of.
		found.Lower, found.Upper = found.Difference, found.Difference
		return found, nil
	}
	n := float64(len(blocks))
	mixture, err := mixture.NewNormal(pairedTuning, p.Alpha, true)
	if err != nil {
		return Result{}, fmt.Errorf("paired means: %w", err)
	}
	bound, err := mixture.Bound(n, p.Alpha)
	if err != nil {
		return Result{}, fmt.Errorf("paired means: %w", err)
	}
	z := func(margin float64) float64 { return n * (found.Difference - margin) / found.Deviation }
	found.LogWorse = mixture.LogE(z(p.Margin), n)
	found.LogBetter = mixture.LogE(-z(-p.Margin), n)
	found.LogWithin = mixture.LogE(-z(p.Margin), n)
	half := bound * found.Deviation / n
	found.Lower, found.Upper = found.Difference-half, found.Difference+half
	return found, nil
}

// meanOf is the mean difference.
func meanOf(blocks []pairedDifference) float64 {
	weight, sum := 0.0, 0.0
	for _, b := range blocks {
		weight += b.weight
		sum += b.weight * b.difference
	}
	return sum / weight
}

// varianceOf is that of a block of weight 1, after the weights were scaled to a mean of 1.
func varianceOf(blocks []pairedDifference, ticks []Tick, p Params) float64 {
	weight, sampling := 0.0, 0.0
	for _, b := range blocks {
		weight += b.weight
		sampling += b.weight * b.sampling
	}
	variance := sampling / weight
	for _, minutes := range []int64{1, 5} {
		length := max(minutes*60/p.Step, 1) * p.Step
		if v, ok := withinHours(pairedDifferences(ticks, p, minutes*60), max(3600/length, 1)); ok {
			variance = math.Max(variance, v*float64(length)/pairedBlock)
		}
	}
	for minutes, enough := range map[int64]float64{15: pairedMinBlocks, 60: pairedMinHours} {
		length := max(minutes*60/p.Step, 1) * p.Step
		if v, ok := betweenNeighbours(pairedDifferences(ticks, p, minutes*60), enough); ok {
			variance = math.Max(variance, v*float64(length)/pairedBlock)
		}
	}
	return variance
}

func validateMeans(ticks []Tick, p Params) error {
	end := p.Start
	for _, t := range ticks {
		if t.End <= end {
			return fmt.Errorf("paired means: tick at %d is not after %d", t.End, end)
		}
		end = t.End
		for _, m := range []Mean{t.A, t.B} {
			if !(m.N >= 0) || !number.Finite(m.N) || !number.Finite(m.Sum) || !(m.Variance >= 0) || !number.Finite(m.Variance) {
				return fmt.Errorf("paired means: tick at %d: sum %v of %v observations of variance %v",
					t.End, m.Sum, m.N, m.Variance)
			}
		}
	}
	return nil
}

// pairedDifferences adds up the ticks of each block of so many seconds; a block that the last tick did not complete
// is left out, so that a block never changes once it counts. Ticks are never split: blocks are at least as long.
func pairedDifferences(ticks []Tick, p Params, seconds int64) []pairedDifference {
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

// withinHours is the variance of a block of average weight around the level of its own hour, so that a shift of the
// level in mid-run, which is what is sought, spoils one hour alone. It is inflated for a small sample as the dispersion
// of the tests is, and by (1 + rho)/(1 - rho) for blocks that resemble the one before: by so much their sum varies more
// if the resemblance fades geometrically.
func withinHours(blocks []pairedDifference, perHour int64) (float64, bool) {
	var n, degrees, chi, product, segments float64
	for i := 0; i < len(blocks); {
		j := i
		weight, mean := 0.0, 0.0
		for ; j < len(blocks) && blocks[j].index/perHour == blocks[i].index/perHour; j++ {
			weight += blocks[j].weight
			mean += blocks[j].weight * blocks[j].difference
		}
		mean /= weight
		for k := i; k < j; k++ {
			off := blocks[k].difference - mean
			chi += blocks[k].weight * off * off
			if k > i && blocks[k].index == blocks[k-1].index+1 {
				product += math.Sqrt(blocks[k].weight*blocks[k-1].weight) * off * (blocks[k-1].difference - mean)
			}
		}
		n += float64(j - i)
		degrees += float64(j - i - 1)
		segments++
		i = j
	}
	if n < pairedMinBlocks || !(degrees > 0) {
		return 0, false
	}
	variance := chi / degrees * (1 + math.Sqrt(2/n))
	if chi > 0 {
		// An autocorrelation in a segment of m blocks comes out too low by about (1 + 3 rho)/m (Kendall 1954).
		rho := product / chi
		rho = math.Min(math.Max(rho+(1+3*math.Max(rho, 0))*segments/n, 0), pairedMaxCorrelation)
		variance *= (1 + rho) / (1 - rho)
	}
	return variance, true
}

// betweenNeighbours is the variance of a block of average weight by the differences between neighbours, which a shift
// of the level touches once.
func betweenNeighbours(blocks []pairedDifference, enough float64) (float64, bool) {
	n, sum := 0.0, 0.0
	for i := 1; i < len(blocks); i++ {
		a, b := blocks[i-1], blocks[i]
		if b.index != a.index+1 {
			continue
		}
		off := b.difference - a.difference
		sum += off * off / (1/a.weight + 1/b.weight)
		n++
	}
	if n+1 < enough {
		return 0, false
	}
	return sum / n * (1 + math.Sqrt(3/n)), true
}
