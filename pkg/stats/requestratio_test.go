package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestDirichletMultinomialAveragesToOne(t *testing.T) {
	theta := []float64{0.2, 0.3, 0.5}
	for _, kappa := range []float64{0.5, 10, 1000} {
		const n = 9
		sum := 0.0
		for i := 0.0; i <= n; i++ {
			for j := 0.0; i+j <= n; j++ {
				counts := []float64{i, j, n - i - j}
				log := lgamma(n + 1)
				for k, x := range counts {
					log += x*math.Log(theta[k]) - lgamma(x+1)
				}
				sum += math.Exp(log + LogDirichletMultinomial(counts, theta, kappa))
			}
		}
		require.InDelta(t, 1, sum, 1e-9, "kappa %v", kappa)
	}
}

// sticky makes blocks of 15 minutes in which users, not requests, are drawn: each sends about ten requests.
func sticky(source *rand.Rand, blocks int, users, share float64) []RequestBlock {
	made := make([]RequestBlock, blocks)
	for i := range made {
		counts := make([]float64, 2)
		for arm, part := range []float64{1 - share, share} {
			n := distuv.Poisson{Lambda: users * part, Src: source}.Rand()
			for range int(n) {
				counts[arm] += 1 + distuv.Poisson{Lambda: 9, Src: source}.Rand()
			}
		}
		made[i] = RequestBlock{Counts: counts, Expected: []float64{0.5, 0.5}}
	}
	return made
}

func TestRequestRatio(t *testing.T) {
	const runs = 100
	var fair, untempered, unfair int
	for run := range runs {
		source := rand.New(rand.NewPCG(3, uint64(run)))
		ever, raw := false, false
		blocks := sticky(source, 96, 900, 0.5)
		for n := 1; n <= len(blocks); n++ {
			found, err := CheckRequestRatio(blocks[:n], RequestRatioAlpha)
			require.NoError(t, err)
			ever = ever || found.Mismatch
			raw = raw || LogDirichletMultinomial(total2(blocks[:n]), []float64{1, 1}, RequestRatioKappa) >= math.Log(1000)
		}
		if ever {
			fair++
		}
		if raw {
			untempered++
		}
		found, err := CheckRequestRatio(sticky(source, 24, 900, 0.55), RequestRatioAlpha)
		require.NoError(t, err)
		if found.Mismatch {
			unfair++
		}
	}
	require.LessOrEqual(t, fair, 1, "a fair split of users is called unfair")
	require.GreaterOrEqual(t, untempered, runs/2, "without dispersion the check would call it so: the streams are hard enough")
	require.GreaterOrEqual(t, unfair, runs*95/100, "55 to 45 is found within 6 hours")
}

func total2(blocks []RequestBlock) []float64 { return sumCounts(blocks) }

func TestRequestRatioRules(t *testing.T) {
	block := func(a, b, expected float64) RequestBlock {
		return RequestBlock{Counts: []float64{a, b}, Expected: []float64{1 - expected, expected}}
	}
	for name, c := range map[string]struct {
		blocks   []RequestBlock
		mismatch bool
	}{
		"nothing":        {},
		"too few blocks": {blocks: []RequestBlock{block(9000, 1000, 0.5), block(9000, 1000, 0.5), block(9000, 1000, 0.5)}},
		"a real one": {
			blocks:   []RequestBlock{block(6000, 4000, 0.5), block(6100, 3900, 0.5), block(5900, 4100, 0.5), block(6050, 3950, 0.5)},
			mismatch: true,
		},
		"less than one percentage point": {blocks: []RequestBlock{
			block(507e5, 493e5, 0.5), block(507e5, 493e5, 0.5), block(507e5, 493e5, 0.5), block(507e5, 493e5, 0.5),
		}},
		"shares that move by design": {blocks: []RequestBlock{
			block(990, 10, 0.01), block(990, 10, 0.01), block(750, 250, 0.25), block(751, 249, 0.25), block(500, 500, 0.5), block(501, 499, 0.5),
		}},
		"no requests": {blocks: []RequestBlock{block(0, 0, 0.5), block(0, 0, 0.5), block(0, 0, 0.5), block(0, 0, 0.5)}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := CheckRequestRatio(c.blocks, RequestRatioAlpha)
			require.NoError(t, err)
			require.Equal(t, c.mismatch, found.Mismatch, "%+v", found)
			require.True(t, finite(found.LogE) && found.Phi >= 1)
		})
	}
	for name, blocks := range map[string][]RequestBlock{
		"one arm":          {{Counts: []float64{1}, Expected: []float64{1}}},
		"a count below 0":  {block(-1, 1, 0.5)},
		"no expected one":  {block(1, 1, 0)},
		"unequal lengths":  {block(1, 1, 0.5), {Counts: []float64{1, 2, 3}, Expected: []float64{1, 1, 1}}},
		"not a number":     {block(math.NaN(), 1, 0.5)},
		"infinitely large": {block(math.Inf(1), 1, 0.5)},
	} {
		_, err := CheckRequestRatio(blocks, RequestRatioAlpha)
		require.Error(t, err, name)
	}
}
