package streams

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/strata"
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

// eachSteady runs a test of each stream but those with shocks, whose means depend on the number of them.
func eachSteady(t *testing.T, all []Stream, test func(t *testing.T, s Stream)) {
	t.Helper()
	for _, s := range all {
		if s.Shock == 0 {
			t.Run(s.Name, func(t *testing.T) { test(t, s) })
		}
	}
}

func TestStreamsHaveTheirRates(t *testing.T) {
	eachSteady(t, AA(), func(t *testing.T, s Stream) {
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

func TestRetriesFollowBadOnes(t *testing.T) {
	eachSteady(t, Retried(), func(t *testing.T, s Stream) {
		nA, xA, nB, xB := sums(s, 2)
		requests, bad := s.RPS*Day*60*2, 1+s.Retry.mean()*s.Retry.Bad
		require.InEpsilon(t, requests*(1+s.Retry.mean()*s.Rate), nA+nB, 0.03)
		require.InEpsilon(t, requests*s.Rate*bad, xA+xB, 0.15)
		if len(s.Shares) == 0 {
			require.InEpsilon(t, s.Share, nB/(nA+nB), 0.05)
		}

		s = s.AtShare(1.5)
		s.Minutes = 7 * Day
		nA, xA, nB, xB = sums(s, 1)
		require.InEpsilon(t, 1.5, xB/nB/(xA/nA), 3*math.Sqrt((1/xA+1/xB)*bad))
	})

	// Of one bad request, and no other: which process and which minute those come to that follow.
	for name, c := range map[string]struct {
		retry           Retry
		processes, late bool
	}{
		"in its own process": {Retry{Least: 400, Most: 400}, false, false},
		"in any, later":      {Retry{Least: 400, Most: 400, Later: 2, AnyProcess: true}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			ticks := make([]strata.Tick, 5)
			for i := range ticks {
				ticks[i].Strata = make([]strata.Stratum, 3)
			}
			ticks[1].Strata[2].B = strata.Counts{N: 1, X: 1}
			Stream{Retry: &c.retry}.addRetries(rand.New(rand.NewPCG(6, 6)), ticks)
			at := func(minute, process int) float64 { return ticks[minute].Strata[process].B.N }
			require.Zero(t, at(0, 2)+at(4, 2))
			require.Equal(t, c.processes, at(1, 0) > 0)
			require.Equal(t, c.late, at(2, 2) > 0)
			require.Equal(t, c.late, at(3, 2) > 0)
			all := 0.0
			for minute := range ticks {
				for process := range 3 {
					all += at(minute, process)
					require.Zero(t, ticks[minute].Strata[process].A.N)
				}
			}
			require.Equal(t, 401.0, all)
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
		require.InDelta(t, 0.298, l.Quantile(0.95), 0.001)
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
