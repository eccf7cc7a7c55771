package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestBetaBinomialAveragesToOne(t *testing.T) {
	for _, c := range []struct{ n, p0, a, b float64 }{{1, 0.5, 1, 1}, {12, 0.01, 1, 19}, {40, 0.3, 6, 14}, {25, 0.999, 2, 0.1}} {
		sum := 0.0
		for x := 0.0; x <= c.n; x++ {
			sum += distuv.Binomial{N: c.n, P: c.p0}.Prob(x) * math.Exp(LogBetaBinomial(x, c.n, c.p0, c.a, c.b))
		}
		require.InDelta(t, 1, sum, 1e-9, "%+v", c)
	}
}

func TestBernoulliInterval(t *testing.T) {
	tune := BernoulliTuning{N: 1000, Alpha: 0.05}
	for _, c := range []struct{ x, n float64 }{{0, 0}, {0, 10}, {10, 10}, {1, 1}, {5, 1000}, {999.5, 1000}, {3, 1e9}} {
		wider := [2]float64{0, 1}
		for _, alpha := range []float64{0.001, 0.05, 0.5} {
			low, high, err := BernoulliInterval(c.x, c.n, alpha, tune)
			require.NoError(t, err)
			require.True(t, wider[0] <= low && high <= wider[1], "%v at %v: %v..%v outside %v", c, alpha, low, high, wider)
			if c.n > 0 {
				require.True(t, low <= c.x/c.n && c.x/c.n <= high, "%v at %v: %v..%v", c, alpha, low, high)
			}
			wider = [2]float64{low, high}
		}
		mirrored, _, err := BernoulliInterval(c.n-c.x, c.n, 0.05, tune)
		require.NoError(t, err)
		_, high, err := BernoulliInterval(c.x, c.n, 0.05, tune)
		require.NoError(t, err)
		require.InDelta(t, 1-high, mirrored, 1e-6, "%v: good and bad change places", c)
	}
	for _, c := range []struct{ x, n, alpha float64 }{{2, 1, 0.05}, {-1, 1, 0.05}, {1, 2, 0}, {1, 2, 1}, {math.NaN(), 2, 0.05}} {
		_, _, err := BernoulliInterval(c.x, c.n, c.alpha, tune)
		require.Error(t, err, "%v", c)
	}
}
