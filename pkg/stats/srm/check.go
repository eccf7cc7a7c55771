// Package srm checks for a sample ratio mismatch: whether the arms got the shares of requests that were meant for them, by
// the Dirichlet-multinomial test of Lindon & Malek 2022, "Anytime-valid inference for multinomial count data".
package srm

import (
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/stats/internal/number"
)

// Of the request ratio check, unless its parameters say otherwise.
const (
	Alpha     = 0.001 // withheld at E >= 1000
	Kappa     = 1000  // concentration of the alternative around the expected shares
	Deviation = 0.01  // a deviation below one percentage point is none to act on
	// HeavyUsers is the deviation up to which a few users who send very many requests may have made it: the split is of
	// users, and requests are what is counted.
	HeavyUsers = 0.05
)

// requestRatioBlocks is the least number of blocks from which a dispersion is known: an hour of 15-minute blocks.
const requestRatioBlocks = 4

// What is taken for the dispersion before anything is known, with the weight of so many blocks: users who stay for hours
// make the first blocks alike, and send some ten requests each.
const (
	requestPriorPhi    = 10.0
	requestPriorWeight = 6.0
)

// requestMaxCorrelation of neighbouring blocks is believed: more could not be distinguished from a drift in few blocks.
const requestMaxCorrelation = 0.8

// Block is how many requests each arm had in one block of 15 minutes, and the shares that were expected of it.
// Blocks in a row with the same expected shares make one allocation epoch.
type Block struct {
	Counts   []float64 // per arm, 0 or more
	Expected []float64 // per arm, more than 0; they need not sum to 1
}

// Result is what the request ratio check found.
type Result struct {
	// LogE is the evidence (natural logarithm) that the shares are not the expected ones, tempered by Phi.
	LogE float64
	// Phi is the dispersion by which the counts were divided, at least 1. Requests come by users and sessions, so that
	// their counts scatter more than those of independent draws.
	Phi float64
	// Deviation is the largest distance of an arm's share from the expected one, over all epochs pooled (0 to 1).
	Deviation float64
	// Shares and Expected are the pooled shares, per arm.
	Shares, Expected []float64
	// Enough says whether there are blocks enough to tell a dispersion; without them LogE is 0.
	Enough bool
	// Mismatch: E reached 1/alpha, and the deviation is one to act on.
	Mismatch bool
}

// LogDirichletMultinomial is the logarithm of the e-value against "counts are multinomial with shares theta" where
// the alternative draws the shares from a Dirichlet distribution with parameters kappa theta. Lindon & Malek 2022,
// "Anytime-valid inference for multinomial count data". theta is taken relative to its sum; what is no possible
// observation gives 0 (no evidence).
func LogDirichletMultinomial(counts, theta []float64, kappa float64) float64 {
	total, n := 0.0, 0.0
	for _, t := range theta {
		total += t
	}
	if len(counts) != len(theta) || !(kappa > 0) || !(total > 0) || math.IsInf(total, 0) || math.IsInf(kappa, 0) {
		return 0
	}
	logE := 0.0
	for i, x := range counts {
		share := theta[i] / total
		if !(x >= 0) || math.IsInf(x, 0) || !(share > 0) {
			return 0
		}
		n += x
		logE += lgamma(kappa*share+x) - lgamma(kappa*share) - x*math.Log(share)
	}
	return number.Clamp(logE + lgamma(kappa) - lgamma(kappa+n))
}

// Check tests whether the arms got the shares of requests that were meant for them. The counts are divided
// by the dispersion between the 15-minute blocks, and by that of hours where there are enough; within an epoch the
// evidence is that of its sum, and epochs multiply. It errs on blocks that do not fit together.
func Check(blocks []Block, alpha float64) (Result, error) {
	if !(alpha > 0 && alpha < 1) {
		return Result{}, fmt.Errorf("request ratio: alpha %v is not between 0 and 1", alpha)
	}
	if len(blocks) == 0 {
		return Result{Phi: 1}, nil
	}
	arms := len(blocks[0].Counts)
	if arms < 2 {
		return Result{}, fmt.Errorf("request ratio: %d arms, it takes at least 2", arms)
	}
	for i, block := range blocks {
		if err := block.validate(arms); err != nil {
			return Result{}, fmt.Errorf("request ratio: block %d: %w", i, err)
		}
	}
	epochs := allocationEpochs(blocks)
	found := Result{Phi: requestDispersion(epochs), Enough: len(blocks) >= requestRatioBlocks}
	counts, expected := make([]float64, arms), make([]float64, arms)
	for _, epoch := range epochs {
		sum := sumCounts(epoch)
		for i, x := range sum {
			counts[i] += x
			sum[i] = x / found.Phi
		}
		n, weight := total(sum)*found.Phi, total(epoch[0].Expected)
		for i, e := range epoch[0].Expected {
			expected[i] += n * e / weight
		}
		if found.Enough {
			found.LogE += LogDirichletMultinomial(sum, epoch[0].Expected, Kappa)
		}
	}
	found.LogE = number.Clamp(found.LogE)
	if n := total(counts); n > 0 {
		for i := range counts {
			counts[i] /= n
			expected[i] /= n
			found.Deviation = math.Max(found.Deviation, math.Abs(counts[i]-expected[i]))
		}
	}
	found.Shares, found.Expected = counts, expected
	found.Mismatch = found.LogE >= math.Log(1/alpha) && found.Deviation >= Deviation
	return found, nil
}

func (b Block) validate(arms int) error {
	if len(b.Counts) != arms || len(b.Expected) != arms {
		return fmt.Errorf("%d counts and %d expected shares of %d arms", len(b.Counts), len(b.Expected), arms)
	}
	for i := range b.Counts {
		if !(b.Counts[i] >= 0) || math.IsInf(b.Counts[i], 0) {
			return fmt.Errorf("%v is no count", b.Counts[i])
		}
		if !(b.Expected[i] > 0) || math.IsInf(b.Expected[i], 0) {
			return fmt.Errorf("%v is no expected share; leave out an arm that gets no requests", b.Expected[i])
		}
	}
	return nil
}

// allocationEpochs cuts the blocks where the expected shares change.
func allocationEpochs(blocks []Block) [][]Block {
	var epochs [][]Block
	start := 0
	for i := 1; i <= len(blocks); i++ {
		if i == len(blocks) || !sameShares(blocks[i].Expected, blocks[start].Expected) {
			epochs = append(epochs, blocks[start:i])
			start = i
		}
	}
	return epochs
}

func sameShares(a, b []float64) bool {
	wa, wb := total(a), total(b)
	for i := range a {
		if math.Abs(a[i]/wa-b[i]/wb) > 1e-9 {
			return false
		}
	}
	return true
}

// requestDispersion is the larger of the Pearson dispersions of 15-minute and of hourly blocks around their own
// epoch's shares, inflated as the sample is small, and shrunk to what users in general do. Users who stay for longer than a block make
// neighbouring blocks alike, which the dispersion of blocks alone would miss: it is raised by (1 + rho)/(1 - rho), by
// which a sum varies more where the likeness of neighbours is rho and fades geometrically.
func requestDispersion(epochs [][]Block) float64 {
	phi := 1.0
	for _, length := range []int{1, 4} {
		var all scatter
		for _, epoch := range epochs {
			all.add(scatterAround(mergeBlocks(epoch, length)))
		}
		if all.degrees < requestRatioBlocks-1 || !(all.chi > 0) {
			continue
		}
		// The fitted shares take about 1/n away from each correlation.
		rho := math.Min(math.Max(all.product/all.chi+1/(all.degrees+1), 0), requestMaxCorrelation)
		f := all.chi / all.degrees * (1 + math.Sqrt(2/all.degrees)) * (1 + rho) / (1 - rho)
		phi = math.Max(phi, (requestPriorWeight*requestPriorPhi+all.degrees*f)/(requestPriorWeight+all.degrees))
	}
	return phi
}

// mergeBlocks adds up each run of length blocks; what is left over at the end is not used.
func mergeBlocks(blocks []Block, length int) [][]float64 {
	merged := make([][]float64, 0, len(blocks)/length)
	for i := 0; i+length <= len(blocks); i += length {
		merged = append(merged, sumCounts(blocks[i:i+length]))
	}
	return merged
}

// scatter is how blocks lie around the shares that they have together: Pearson's chi-square with its degrees of
// freedom, and the product of neighbours' residuals.
type scatter struct{ chi, degrees, product float64 }

func (s *scatter) add(o scatter) {
	s.chi, s.degrees, s.product = s.chi+o.chi, s.degrees+o.degrees, s.product+o.product
}

func scatterAround(blocks [][]float64) scatter {
	if len(blocks) < 2 {
		return scatter{}
	}
	shares := make([]float64, len(blocks[0]))
	n := 0.0
	for _, counts := range blocks {
		for i, x := range counts {
			shares[i] += x
			n += x
		}
	}
	arms := 0
	for i := range shares {
		if shares[i] > 0 {
			arms++
		}
		shares[i] /= n
	}
	var s scatter
	used := 0
	before, now := make([]float64, len(shares)), make([]float64, len(shares))
	for _, counts := range blocks {
		size := total(counts)
		if size > 0 {
			used++
		}
		for i, x := range counts {
			now[i] = 0
			if want := size * shares[i]; want > 0 {
				now[i] = (x - want) / math.Sqrt(want)
			}
			s.chi += now[i] * now[i]
			s.product += now[i] * before[i]
		}
		before, now = now, before
	}
	if used < 2 || arms < 2 {
		return scatter{}
	}
	s.degrees = float64((used - 1) * (arms - 1))
	return s
}

func sumCounts(blocks []Block) []float64 {
	sum := make([]float64, len(blocks[0].Counts))
	for _, block := range blocks {
		for i, x := range block.Counts {
			sum[i] += x
		}
	}
	return sum
}

func total(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum
}

func lgamma(x float64) float64 {
	value, _ := math.Lgamma(x)
	return value
}
