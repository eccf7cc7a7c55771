package verdict

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// with gives a series the edges with some indices alone, as chosen for some quantiles.
func with(series counts.Series, indices []int, quantiles ...float64) counts.Series {
	some := func(all []float64) (kept []float64) {
		if all == nil {
			return nil
		}
		for _, i := range indices {
			kept = append(kept, all[i])
		}
		return kept
	}
	chosen := series
	chosen.Edges, chosen.Quantiles = some(series.Edges), quantiles
	chosen.Ticks = nil
	for _, tick := range series.Ticks {
		strata := make([]counts.Stratum, len(tick.Strata))
		for i, s := range tick.Strata {
			s.A.Above, s.B.Above = some(s.A.Above), some(s.B.Above)
			strata[i] = s
		}
		tick.Strata = strata
		chosen.Ticks = append(chosen.Ticks, tick)
	}
	return chosen
}

// slower is traffic whose feature is 1.6 times as often above every edge.
func slower(minutes int) counts.Series {
	s := steady(minutes, nil)
	s.slow = worseFrom(0, 1, 1.6)
	return s.series(latencySignal)
}

// Edges that were chosen are judged as they are: none is dropped, moved or chosen again by what the rollout counts, and
// each has its part of alpha.
func TestChosenEdgesAreJudged(t *testing.T) {
	series := slower(240)
	o := optionsOf(latencySignal, model.Margin{Relative: 0.25})
	for name, c := range map[string]struct {
		indices   []int
		quantiles []float64
	}{
		"three":                           {[]int{0, 2, 3}, []float64{0.5, 0.95, 0.99}},
		"one":                             {[]int{2}, []float64{0.95}},
		"two at the same quantile by now": {[]int{3, 4}, []float64{0.5, 0.95}},
		"another quantile than by now":    {[]int{2, 3}, []float64{0.5, 0.99}},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := with(series, c.indices, c.quantiles...)
			judge, err := NewJudge(o, chosen)
			require.NoError(t, err)
			require.NoError(t, judge.Add(chosen.Ticks...))
			v, err := judge.Verdict(Context{})
			require.NoError(t, err)
			assert.InDelta(t, 1-2*o.Alpha/float64(len(c.indices)), v.Level, 1e-12)
			at := -1
			for i, edge := range chosen.Edges {
				if edge == v.Edge {
					at = i
				}
			}
			require.GreaterOrEqual(t, at, 0, "edge %v", v.Edge)
			assert.Equal(t, model.QuantileStat(c.quantiles[at]), v.Stat)
		})
	}
}

// Where nobody has chosen, the judge does, by the first ten minutes and by the same rule: what it then says is what it
// says of the same edges chosen beforehand, those minutes included.
func TestUnchosenEdges(t *testing.T) {
	series := slower(240)
	o := optionsOf(latencySignal, model.Margin{Relative: 0.25})
	for _, minutes := range []int{10, 11, 60, 240} {
		series.Ticks = series.Ticks[:0:0]
		series.Ticks = append(series.Ticks, slower(240).Ticks[:minutes]...)
		got, err := Of(o, series, Context{})
		require.NoError(t, err)
		want, err := Of(o, with(series, []int{0, 2, 3}, 0.5, 0.95, 0.99), Context{})
		require.NoError(t, err)
		for _, v := range []*Verdict{&got, &want} {
			// Of more edges more is known of the quantiles, which are estimates to read.
			v.BaselineValue, v.BaselineLower, v.BaselineUpper = 0, 0, 0
			v.VariantValue, v.VariantLower, v.VariantUpper = 0, 0, 0
			v.Reason = ""
		}
		assert.Equal(t, want.Headline, got.Headline, "%d minutes", minutes)
		assert.Equal(t, []any{want.State, want.Stat, want.Edge, want.Lower, want.Upper, want.Evidence, want.FiredAt, want.Level},
			[]any{got.State, got.Stat, got.Edge, got.Lower, got.Upper, got.Evidence, got.FiredAt, got.Level}, "%d minutes", minutes)
	}
}

// Before the tenth minute with both arms, nothing is chosen and nothing said.
func TestNoEdgesYet(t *testing.T) {
	series := slower(9)
	v, err := Of(optionsOf(latencySignal, both), series, Context{})
	require.NoError(t, err)
	require.Equal(t, Insufficient, v.State)
	silent := slower(60)
	for i := range silent.Ticks {
		for k := range silent.Ticks[i].Strata {
			silent.Ticks[i].Strata[k].A = counts.Arm{}
		}
	}
	v, err = Of(optionsOf(latencySignal, both), silent, Context{})
	require.NoError(t, err)
	require.Equal(t, NoData, v.State)
}
