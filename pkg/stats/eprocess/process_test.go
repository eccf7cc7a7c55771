package eprocess

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
	"github.com/flaglens/flaglens/pkg/stats/likelihood"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// TestScoreIsBounded works out the mean gain of a bet over both signs of a difference: at most 1 at any stake.
func TestScoreIsBounded(t *testing.T) {
	for _, lambda := range stakes {
		for u := 0.0; u <= scoreLimit; u += 0.01 {
			bet := func(u float64) float64 { return math.Exp(lambda*u - math.Log(math.Cosh(lambda*u))) }
			assert.LessOrEqual(t, (bet(u)+bet(-u))/2, 1+1e-12)
		}
	}
}

func TestPriorsSumToOne(t *testing.T) {
	sum, hours := 0.0, 0.0
	for j := range 4 * 100_000 {
		sum += startPrior(j)
	}
	for h := range 100_000 {
		hours += hourPrior(h)
	}
	assert.InDelta(t, 1, sum, 1e-5)
	assert.LessOrEqual(t, sum, 1.0)
	assert.InDelta(t, 1, hours, 1e-5)
	weights := 0.0
	for _, w := range likelihood.Effects.Weight {
		weights += w
	}
	assert.InDelta(t, 1, weights, 1e-12)
}

func run(t *testing.T, p Params, ticks []strata.Tick) Evidence {
	t.Helper()
	test, err := NewTest(p)
	require.NoError(t, err)
	for _, tick := range ticks {
		require.NoError(t, test.Add(tick))
	}
	return test.Evidence()
}

// TestMonotoneInMargin: a larger margin never has more evidence against it, and never less for Within.
func TestMonotoneInMargin(t *testing.T) {
	for seed := range uint64(6) {
		ticks := simulated.Traffic{Ticks: 400, Processes: 3, RPS: 40, Share: 0.5, Bad: 0.02, Factor: 1 + float64(seed)/4, From: 100}.Make(seed)
		for _, q := range []Question{Worse, Better, Within} {
			before := math.NaN()
			for _, m := range []float64{0, 0.05, 0.1, 0.25, 0.5, 1} {
				now := run(t, Params{Question: q, Relative: m}, ticks).Log
				if q == Within {
					assert.False(t, now < before-1e-9, "within %v: %v after %v", m, now, before)
				} else {
					assert.False(t, now > before+1e-9, "question %d, margin %v: %v after %v", q, m, now, before)
				}
				before = now
			}
			before = math.NaN()
			for _, d := range []float64{0, 0.0005, 0.001, 0.002, 0.005} {
				now := run(t, Params{Question: q, Relative: 0.05, Absolute: d}, ticks).Log
				if q == Within {
					assert.False(t, now < before-1e-9, "within %v: %v after %v", d, now, before)
				} else {
					assert.False(t, now > before+1e-9, "question %d, margin %v: %v after %v", q, d, now, before)
				}
				before = now
			}
		}
	}
}

// TestOrderOfStrata: the strata of a tick may come in any order.
func TestOrderOfStrata(t *testing.T) {
	ticks := simulated.Traffic{Ticks: 200, Processes: 9, RPS: 30, Share: 0.3, Bad: 0.03, Factor: 2}.Make(4)
	want := run(t, Params{Absolute: 0.001}, ticks)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range ticks {
		strata := slices.Clone(ticks[i].Strata)
		rng.Shuffle(len(strata), func(a, b int) { strata[a], strata[b] = strata[b], strata[a] })
		ticks[i].Strata = strata
	}
	assert.Equal(t, want, run(t, Params{Absolute: 0.001}, ticks))
}

// TestArmsSwapped: Better is Worse with the arms swapped.
func TestArmsSwapped(t *testing.T) {
	ticks := simulated.Traffic{Ticks: 300, Processes: 2, RPS: 30, Share: 0.3, Bad: 0.03, Factor: 2, From: 60}.Make(4)
	p := Params{Relative: 0.1, Absolute: 0.001}
	want := run(t, p, ticks)
	for i := range ticks {
		for k, s := range ticks[i].Strata {
			ticks[i].Strata[k].A, ticks[i].Strata[k].B = s.B, s.A
		}
	}
	p.Question = Better
	got := run(t, p, ticks)
	assert.InDelta(t, want.Log, got.Log, 1e-9)
	assert.Equal(t, want.FiredAt, got.FiredAt)
}

// TestEmptyStrata: strata without requests on an arm, and ticks without any, change nothing but the time.
func TestEmptyStrata(t *testing.T) {
	ticks := simulated.Traffic{Ticks: 120, Processes: 2, RPS: 10, Share: 0.5, Bad: 0.05, Factor: 2}.Make(4)
	missing := append(slices.Clone(ticks[:50]), ticks[60:]...)
	for i := 50; i < 60; i++ {
		ticks[i].Strata = []strata.Stratum{{Key: 7, A: strata.Counts{N: 10, X: 5}}, {Key: 8, B: strata.Counts{N: 10, X: 5}}, {Key: 9}}
	}
	assert.Equal(t, run(t, Params{Absolute: 0.001}, missing), run(t, Params{Absolute: 0.001}, ticks))
}

// TestPeakIsTheLargestLook compares the peak, which skips looks that cannot be news, with a look at every tick.
func TestPeakIsTheLargestLook(t *testing.T) {
	for seed := range uint64(8) {
		ticks := simulated.Traffic{Ticks: 500, Processes: 5, RPS: 100, Share: 0.5, Bad: 0.01, Factor: 1 + float64(seed%4)/5, From: 200}.Make(seed)
		test, err := NewTest(Params{})
		require.NoError(t, err)
		largest, at := math.Log(leastNews), int64(0)
		for _, tick := range ticks {
			require.NoError(t, test.Add(tick))
			if e := test.Evidence(); e.Log > largest && largest < maxLog-3 {
				largest, at = e.Log, tick.End
			}
		}
		e := test.Evidence()
		if at == 0 {
			assert.Zero(t, e.Peak)
		} else {
			assert.Equal(t, largest, e.Peak)
		}
		assert.Equal(t, at, e.PeakAt)
	}
}
