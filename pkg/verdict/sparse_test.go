package verdict

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// sixty processes with one request a minute of both variants together.
func sixty(minutes int, bad func(int, bool) float64) stream {
	return stream{minutes: minutes, processes: 60, baseline: 0.5, feature: 0.5, bad: bad, seed: 1}
}

// What is worse over many processes with few requests each is found as if there were fewer; what is alike stays so, also
// where one of them fails far more often, and has more of one variant.
func TestSparseProcesses(t *testing.T) {
	v, err := Of(optionsOf(errorsSignal, both), sixty(420, worseFrom(0, 0.05, 2)).series(errorsSignal), Context{})
	require.NoError(t, err)
	require.Equal(t, Regressed, v.State, v.Reason)
	require.Less(t, v.FiredAt-v.Start, int64(180*60))
	require.Equal(t, 60, v.Processes)
	requireConsistent(t, v)

	alike := sixty(600, always(0.02)).series(errorsSignal)
	odd := stream{minutes: 600, processes: 1, baseline: 0.3, feature: 2, bad: always(0.7), seed: 9}.series(errorsSignal)
	for i := range alike.Ticks {
		for _, s := range odd.Ticks[i].Strata {
			s.Key = 61
			alike.Ticks[i].Strata = append(alike.Ticks[i].Strata, s)
		}
	}
	v, err = Of(optionsOf(errorsSignal, model.Margin{}), alike, Context{})
	require.NoError(t, err)
	require.NotEqual(t, Regressed, v.State, v.Reason)
	requireConsistent(t, v)
}

// Nothing is lost by adding up, and what was handed in is left as it was.
func TestAddingUpLosesNothing(t *testing.T) {
	series := sixty(200, nil).series(latencySignal)
	var p pooling
	fewer := 0
	for _, tick := range series.Ticks {
		before := sumOf(tick)
		result := p.add(tick)
		require.Equal(t, before, sumOf(result))
		require.Equal(t, before, sumOf(tick))
		if len(result.Strata) < len(tick.Strata)/2 {
			fewer++
		}
	}
	require.Greater(t, fewer, 100)
	// Those with enough of both arms, and those of a canary, stay by themselves.
	p = pooling{}
	for _, tick := range steady(200, always(0.01)).series(errorsSignal).Ticks {
		require.Equal(t, tick, p.add(tick))
	}
	p = pooling{}
	for range 200 {
		tick := counts.Tick{Strata: []counts.Stratum{{A: counts.Arm{N: 2}, B: counts.Arm{N: 1}, PartsB: []counts.Part{{Arm: counts.Arm{N: 1}}}}}}
		require.Equal(t, tick, p.add(tick))
	}
}

func sumOf(tick counts.Tick) (sum [2]counts.Arm) {
	for _, s := range tick.Strata {
		for i, arm := range [2]counts.Arm{s.A, s.B} {
			sum[i].Add(copyOf(arm))
		}
	}
	return sum
}
