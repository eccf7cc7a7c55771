package srm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flaglens/flaglens/pkg/stats/internal/number"
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
func sticky(source *rand.Rand, blocks int, users, share float64) []Block {
	made := make([]Block, blocks)
	for i := range made {
		counts := make([]float64, 2)
		for arm, part := range []float64{1 - share, share} {
			n := distuv.Poisson{Lambda: users * part, Src: source}.Rand()
			for range int(n) {
				counts[arm] += 1 + distuv.Poisson{Lambda: 9, Src: source}.Rand()
			}
		}
		made[i] = Block{Counts: counts, Expected: []float64{0.5, 0.5}}
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
			found, err := Check(blocks[:n], Alpha)
			require.NoError(t, err)
			ever = ever || found.Mismatch
			raw = raw || LogDirichletMultinomial(total2(blocks[:n]), []float64{1, 1}, Kappa) >= math.Log(1000)
		}
		if ever {
			fair++
		}
		if raw {
			untempered++
		}
		found, err := Check(sticky(source, 24, 900, 0.55), Alpha)
		require.NoError(t, err)
		if found.Mismatch {
			unfair++
		}
	}
	require.LessOrEqual(t, fair, 1, "a fair split of users is called unfair")
	require.GreaterOrEqual(t, untempered, runs/2, "without dispersion the check would call it so: the streams are hard enough")
	require.GreaterOrEqual(t, unfair, runs*95/100, "55 to 45 is found within 6 hours")
}

func total2(blocks []Block) []float64 { return sumCounts(blocks) }

func TestRequestRatioRules(t *testing.T) {
	block := func(a, b, expected float64) Block {
		return Block{Counts: []float64{a, b}, Expected: []float64{1 - expected, expected}}
	}
	for name, c := range map[string]struct {
		blocks   []Block
		mismatch bool
	}{
		"nothing":        {},
		"too few blocks": {blocks: []Block{block(9000, 1000, 0.5), block(9000, 1000, 0.5), block(9000, 1000, 0.5)}},
		"a real one": {
			blocks:   []Block{block(6000, 4000, 0.5), block(6100, 3900, 0.5), block(5900, 4100, 0.5), block(6050, 3950, 0.5)},
			mismatch: true,
		},
		"less than one percentage point": {blocks: []Block{
			block(507e5, 493e5, 0.5), block(507e5, 493e5, 0.5), block(507e5, 493e5, 0.5), block(507e5, 493e5, 0.5),
		}},
		"shares that move by design": {blocks: []Block{
			block(990, 10, 0.01), block(990, 10, 0.01), block(750, 250, 0.25), block(751, 249, 0.25), block(500, 500, 0.5), block(501, 499, 0.5),
		}},
		"no requests": {blocks: []Block{block(0, 0, 0.5), block(0, 0, 0.5), block(0, 0, 0.5), block(0, 0, 0.5)}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := Check(c.blocks, Alpha)
			require.NoError(t, err)
			require.Equal(t, c.mismatch, found.Mismatch, "%+v", found)
			require.True(t, number.Finite(found.LogE) && found.Phi >= 1)
		})
	}
	for name, blocks := range map[string][]Block{
		"one arm":          {{Counts: []float64{1}, Expected: []float64{1}}},
		"a count below 0":  {block(-1, 1, 0.5)},
		"no expected one":  {block(1, 1, 0)},
		"unequal lengths":  {block(1, 1, 0.5), {Counts: []float64{1, 2, 3}, Expected: []float64{1, 1, 1}}},
		"not a number":     {block(math.NaN(), 1, 0.5)},
		"infinitely large": {block(math.Inf(1), 1, 0.5)},
	} {
		_, err := Check(blocks, Alpha)
		require.Error(t, err, name)
	}
}

// Numbers that no function may answer with NaN or infinity.
func TestDirichletMultinomialIsFinite(t *testing.T) {
	odd := []float64{0, -1, 1, 0.5, 1e-300, 1e300, -1e300, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 1e-9, 7, 1e6}
	source := rand.New(rand.NewPCG(1, 2))
	pick := func() float64 { return odd[source.IntN(len(odd))] }
	for range 200_000 {
		a, b, c, d, e := pick(), pick(), pick(), pick(), pick()
		require.True(t, number.Finite(LogDirichletMultinomial([]float64{a, b}, []float64{c, d}, e)), "%v %v %v %v %v", a, b, c, d, e)
	}
}
