package paired

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/number"
)

// meanTicks makes minutes of 100 observations an arm, with noise that keeps a part carry of itself from one minute to
// the next, and a difference from minute from on.
func meanTicks(source *rand.Rand, minutes int, carry, difference float64, from int) []Tick {
	ticks := make([]Tick, minutes)
	noise := [2]float64{}
	for m := range ticks {
		shared := source.NormFloat64()
		value := [2]float64{}
		for arm := range value {
			noise[arm] = carry*noise[arm] + math.Sqrt(1-carry*carry)*source.NormFloat64()
			value[arm] = 10 + shared + noise[arm]
		}
		if m >= from {
			value[1] += difference
		}
		ticks[m] = Tick{End: int64(m+1) * 60, A: Mean{N: 100, Sum: 100 * value[0]}, B: Mean{N: 100, Sum: 100 * value[1]}}
	}
	return ticks
}

var pairedDay = Params{Step: 60, Alpha: 0.01}

func TestPairedFalseAlarms(t *testing.T) {
	const runs = 120
	for _, carry := range []float64{0, 0.9} {
		wrong, covered := 0, 0
		for run := range runs {
			ticks := meanTicks(rand.New(rand.NewPCG(7, uint64(run))), 12*60, carry, 0, 0)
			worse, missed := false, false
			for n := 60; n <= len(ticks); n += 30 {
				found, err := Compare(ticks[:n], pairedDay)
				require.NoError(t, err)
				worse = worse || found.LogWorse >= math.Log(100)
				missed = missed || found.Lower > 0 || found.Upper < 0
			}
			if worse {
				wrong++
			}
			if !missed {
				covered++
			}
		}
		require.LessOrEqual(t, wrong, 1+runs*3/100, "carry %v", carry)
		require.GreaterOrEqual(t, covered, runs*94/100, "carry %v", carry)
	}
}

func TestPairedAgreesWithItself(t *testing.T) {
	for run := range 60 {
		source := rand.New(rand.NewPCG(11, uint64(run)))
		ticks := meanTicks(source, 180+source.IntN(200), 0.5, source.Float64()*2-1, 0)
		p := pairedDay
		p.Margin = 0.2
		found, err := Compare(ticks, p)
		require.NoError(t, err)
		require.Equal(t, found.LogWorse >= math.Log(100), found.Lower >= p.Margin, "worse just where the interval is beyond")
		require.Equal(t, found.LogBetter >= math.Log(100), found.Upper <= -p.Margin)
		require.Equal(t, found.LogWithin >= math.Log(100), found.Upper <= p.Margin)
		require.True(t, found.Lower <= found.Difference && found.Difference <= found.Upper)

		swapped := make([]Tick, len(ticks))
		for i, tick := range ticks {
			swapped[i] = Tick{End: tick.End, A: tick.B, B: tick.A}
		}
		mirror, err := Compare(swapped, p)
		require.NoError(t, err)
		require.InDelta(t, found.LogWorse, mirror.LogBetter, 1e-9)
		require.InDelta(t, found.Lower, -mirror.Upper, 1e-9)
	}
}

func TestPairedBlocks(t *testing.T) {
	ticks := meanTicks(rand.New(rand.NewPCG(13, 1)), 64, 0, 0, 0)
	whole, err := Compare(ticks[:60], pairedDay)
	require.NoError(t, err)
	require.True(t, whole.Enough)
	begun, err := Compare(ticks, pairedDay)
	require.NoError(t, err)
	require.Equal(t, whole.Difference, begun.Difference, "a block that has only begun does not count")
	few, err := Compare(ticks[:59], pairedDay)
	require.NoError(t, err)
	require.False(t, few.Enough)
	require.Equal(t, 11, few.Blocks)
	require.True(t, math.IsInf(few.Lower, -1) && math.IsInf(few.Upper, 1) && few.LogWorse == 0)

	same := make([]Tick, 120)
	for i := range same {
		same[i] = Tick{End: int64(i+1) * 60, A: Mean{N: 3, Sum: 6}, B: Mean{N: 3, Sum: 6}}
	}
	found, err := Compare(same, pairedDay)
	require.NoError(t, err)
	require.Equal(t, 0.0, found.Difference)
	require.True(t, number.Finite(found.LogWorse) && number.Finite(found.Lower))

	noisy := append([]Tick(nil), same...)
	for i := range noisy {
		noisy[i].A.Variance, noisy[i].B.Variance = 9, 9
	}
	found, err = Compare(noisy, pairedDay)
	require.NoError(t, err)
	require.InDelta(t, math.Sqrt(2*9.0/15), found.Deviation, 1e-9, "15 observations a block and arm of variance 9")

	for name, bad := range map[string][]Tick{
		"out of order": {{End: 120}, {End: 60}},
		"not a number": {{End: 60, A: Mean{N: 1, Sum: math.NaN()}}},
		"negative":     {{End: 60, A: Mean{N: -1}}},
	} {
		_, err := Compare(bad, pairedDay)
		require.Error(t, err, name)
	}
}

// TestRecent: a jump of the last 20 minutes shows in the stretches that it fills, in errors that it does not raise.
func TestRecent(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	ticks := make([]Tick, 400)
	for i := range ticks {
		level := 10.0
		if i >= 380 {
			level = 20
		}
		ticks[i] = Tick{End: int64(i+1) * 60, A: Mean{N: 10, Sum: 100 + rng.NormFloat64()}, B: Mean{N: 10, Sum: 10*level + rng.NormFloat64()}}
	}
	all := Recent(ticks, pairedDay)
	require.Len(t, all, 4)
	for i, want := range []float64{10, 10 * 20 / 30.0, 10 * 20 / 60.0, 10 * 20 / 120.0} {
		require.InDelta(t, want, all[i].Difference, 0.1)
		require.InDelta(t, all[0].Error*math.Sqrt(3/float64(recentBlocks[i])), all[i].Error, 1e-9)
	}
	require.Less(t, all[0].Error, 0.2)
	farthest, by := Farthest(all, 1)
	require.Equal(t, all[0], farthest)
	require.InDelta(t, (all[0].Difference-1)/all[0].Error, by, 1e-9)
	require.Nil(t, Recent(ticks[:50], pairedDay), "an hour is needed")
	require.Len(t, Recent(ticks[:100], pairedDay), 4, "what there is tells the error")
	_, none := Farthest(nil, 0)
	require.True(t, math.IsInf(none, -1))
}
