package verdict

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// A canary's processes serve one variant each: one that is bad by itself does not pass for the feature, unless it is all
// that there is, which is said.
func TestOneBadProcessOfACanary(t *testing.T) {
	for name, test := range map[string]struct {
		processes int
		signal    model.Signal
		want      State
		says      bool
	}{
		"one of four":         {4, errorsSignal, Inconclusive, false},
		"one of twelve":       {12, errorsSignal, Inconclusive, false},
		"the only one":        {1, errorsSignal, Regressed, true},
		"one of four, slow":   {4, latencySignal, Inconclusive, false},
		"the only one, slow":  {1, latencySignal, Regressed, true},
		"one of four, misses": {4, hitsSignal, Inconclusive, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := steady(240, always(0.01))
			if test.signal.Direction == model.HigherIsBetter {
				s.bad = always(0.9)
			}
			healthy := s
			healthy.processes = test.processes
			sick := s
			sick.processes, sick.seed = test.processes, 2
			sick.bad = func(int, bool) float64 {
				if test.signal.Direction == model.HigherIsBetter {
					return 0.2
				}
				return 0.1
			}
			sick.slow = func(int, bool) float64 { return 8 }
			a, good, bad := healthy.series(test.signal), healthy.series(test.signal), sick.series(test.signal)
			for i := range a.Ticks {
				a.Ticks[i].Strata = []counts.Stratum{canaryOf(a.Ticks[i], good.Ticks[i], bad.Ticks[i], len(a.Edges))}
			}
			v, err := Of(optionsOf(test.signal, model.Margin{Relative: 0.1}), a, Context{})
			require.NoError(t, err)
			require.Equal(t, test.want, v.State, v.Reason)
			requireConsistent(t, v)
			if test.says {
				require.Contains(t, v.Reason, "One process alone serves each variant: whatever is wrong with that process looks the same as the feature.")
			} else {
				require.NotContains(t, v.Reason, "One process alone")
			}
		})
	}
}

// canaryOf adds up a tick's processes: the baseline's, and the feature's of which the first is another.
func canaryOf(baseline, feature, odd counts.Tick, edges int) (s counts.Stratum) {
	s.A.Above, s.B.Above = make([]float64, edges), make([]float64, edges)
	add := func(whole *counts.Arm, parts *[]counts.Part, i int, arm counts.Arm) {
		whole.Add(arm)
		if i < counts.MaxGroups {
			own := arm
			own.Above = append([]float64(nil), arm.Above...)
			*parts = append(*parts, counts.Part{Group: i, Arm: own})
			return
		}
		(*parts)[i%counts.MaxGroups].Add(arm)
	}
	for i := range baseline.Strata {
		add(&s.A, &s.PartsA, i, baseline.Strata[i].A)
	}
	for i := range feature.Strata {
		arm := feature.Strata[i].B
		if i == 0 {
			arm = odd.Strata[i].B
		}
		add(&s.B, &s.PartsB, i, arm)
	}
	return s
}
