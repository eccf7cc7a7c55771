package streams

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// sums adds up a stream's counts over some runs.
func sums(s Stream, runs int) (nA, xA, nB, xB float64) {
	for run := range runs {
		for _, tick := range s.Generate(rand.New(rand.NewPCG(1, uint64(run)))) {
			for _, stratum := range tick.Strata {
				nA, xA = nA+stratum.A.N, xA+stratum.A.X
				nB, xB = nB+stratum.B.N, xB+stratum.B.X
			}
		}
	}
	return nA, xA, nB, xB
}

func TestStreamsHaveTheirRates(t *testing.T) {
	for _, s := range AA() {
		if s.Shock > 0 {
			continue // its mean depends on the number of shocks
		}
		t.Run(s.Name, func(t *testing.T) {
			nA, xA, nB, xB := sums(s, 4)
			if !s.Ramp {
				require.InEpsilon(t, s.RPS*Day*60*4, nA+nB, 0.03)
				require.InEpsilon(t, s.Share, nB/(nA+nB), 0.05)
			}
			if n := nA + nB; n > 1e6 {
				require.InEpsilon(t, 0.01, (xA+xB)/n, 0.35)
			}
			for _, tick := range s.Generate(rand.New(rand.NewPCG(2, 2))) {
				require.Len(t, tick.Strata, s.Instances)
				for _, stratum := range tick.Strata {
					require.True(t, 0 <= stratum.A.X && stratum.A.X <= stratum.A.N)
					require.True(t, 0 <= stratum.B.X && stratum.B.X <= stratum.B.N)
				}
			}
		})
	}
}

func TestDispersionAndEffect(t *testing.T) {
	s := Base("", 10)
	s.Dispersion = 10
	var n, sum, squares float64
	for run := range 3 {
		for _, tick := range s.Generate(rand.New(rand.NewPCG(3, uint64(run)))) {
			x := tick.Strata[0].B.X
			n, sum, squares = n+1, sum+x, squares+x*x
		}
	}
	mean := sum / n
	require.InEpsilon(t, 3, mean, 0.15)
	require.InEpsilon(t, 10, (squares/n-mean*mean)/mean, 0.25)

	shifted := Shift(10, 0.01, Effect{Ratio: 3, Add: 0.01, From: 100}, nil)
	ticks := shifted.Generate(rand.New(rand.NewPCG(4, 1)))
	var before, after, requests float64
	for m, tick := range ticks {
		if m < 100 {
			before += tick.Strata[0].B.X
		} else {
			after += tick.Strata[0].B.X
			requests += tick.Strata[0].B.N
		}
	}
	require.InDelta(t, 300, before, 80)
	require.InEpsilon(t, 0.04, after/requests, 0.05)
}

func TestLatencyHasItsQuantiles(t *testing.T) {
	for _, edges := range [][]float64{ClassicEdges, NativeEdges()} {
		l := BaseLatency("", edges)
		l.Scale, l.Tail, l.Minutes = 1.25, true, 600
		require.InDelta(t, 0.298, l.P95(), 0.001)
		var a, b []float64
		var nA, nB float64
		a, b = make([]float64, len(edges)), make([]float64, len(edges))
		for _, tick := range l.Generate(rand.New(rand.NewPCG(5, 5))) {
			nA, nB = nA+tick.A.N, nB+tick.B.N
			for i := range edges {
				a[i] += tick.A.Above[i]
				b[i] += tick.B.Above[i]
			}
		}
		for i, edge := range edges {
			require.InDelta(t, l.survival(edge, 1, false), a[i]/nA, 0.005, "edge %v", edge)
			require.InDelta(t, l.survival(edge, 1.25, true), b[i]/nB, 0.005, "edge %v", edge)
			require.GreaterOrEqual(t, l.survival(edge, 1.25, true), l.survival(edge, 1, false))
		}
	}
}
