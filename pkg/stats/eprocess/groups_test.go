package eprocess

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// canary adds the strata of each tick up to one, of which each arm has processes of its own.
func canary(ticks []strata.Tick, known bool) []strata.Tick {
	all := make([]strata.Tick, len(ticks))
	for i, tick := range ticks {
		var sum strata.Stratum
		for _, s := range tick.Strata {
			sum.A.N, sum.A.X, sum.B.N, sum.B.X = sum.A.N+s.A.N, sum.A.X+s.A.X, sum.B.N+s.B.N, sum.B.X+s.B.X
			if known {
				sum.PartsA = append(sum.PartsA, strata.Part{Group: s.Key, Counts: s.A})
				sum.PartsB = append(sum.PartsB, strata.Part{Group: s.Key, Counts: s.B})
			}
		}
		all[i] = strata.Tick{End: tick.End, Strata: []strata.Stratum{sum}}
	}
	return all
}

// spoil makes one process of an arm worse from a minute on.
func spoil(ticks []strata.Tick, process, arm, from int, factor float64) {
	for _, tick := range ticks[from:] {
		of := &tick.Strata[process].B
		if arm == 1 {
			of = &tick.Strata[process].A
		}
		of.X = math.Min(of.N, of.X*factor)
	}
}

// TestOneOddProcess: where each arm has processes of its own, one of them that is odd is no difference of the arms, in
// either direction; without knowing them apart it was. What all of them have is found all the same.
func TestOneOddProcess(t *testing.T) {
	base := simulated.Traffic{Ticks: 400, Processes: 4, RPS: 40, Share: 0.5, Bad: 0.02}
	for name, c := range map[string]struct {
		question Question
		arm      int
		factor   float64 // of one process
		all      float64 // of the feature
		fires    bool
	}{
		"worse by one process of the feature":            {Worse, 0, 8, 1, false},
		"better by one process of the baseline":          {Better, 1, 8, 1, false},
		"within the margin by one of the baseline":       {Within, 1, 8, 1.4, false},
		"worse by one good process of the baseline":      {Worse, 1, 0, 1, false},
		"worse by all of the feature's":                  {Worse, 0, 1, 2, true},
		"better by all of the feature's":                 {Better, 0, 1, 0.4, true},
		"worse by all, and one is worse than the others": {Worse, 0, 3, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			traffic := base
			traffic.Factor = c.all
			ticks := traffic.Make(5)
			spoil(ticks, 2, c.arm, 100, c.factor)
			p := Params{Question: c.question, Relative: 0.1}
			guarded, plain := run(t, p, canary(ticks, true)), run(t, p, canary(ticks, false))
			assert.Equal(t, c.fires, guarded.Fired(), "%+v", guarded)
			assert.True(t, plain.Fired(), "the stream shows nothing: %+v", plain)
			assert.LessOrEqual(t, guarded.Log, plain.Log+1e-9)
		})
	}
}

// TestLeastOfAllButOne holds the gains to what a history without the group has: the same in all that does not depend on the
// scatter, which is that of all processes.
func TestLeastOfAllButOne(t *testing.T) {
	ticks := simulated.Traffic{Ticks: 90, Processes: 3, RPS: 30, Share: 0.4, Bad: 0.05, Factor: 1.5}.Make(3)
	for _, q := range []Question{Worse, Better, Within} {
		p, err := Params{Question: q, Relative: 0.1, Absolute: 0.001}.WithDefaults()
		require.NoError(t, err)
		follow := func(ticks []strata.Tick) *Engine {
			h := NewHistory(p)
			asked := NewAsked(h, q)
			for _, tick := range ticks {
				require.NoError(t, h.Take(tick, asked.Follow))
			}
			return asked.Engine()
		}
		whole := follow(canary(ticks, true))
		for arm := range 2 {
			require.Len(t, whole.groups[arm], 3)
			for out := range 3 {
				rest := canary(ticks, true)
				for i := range rest {
					s := &rest[i].Strata[0]
					of, parts := &s.A, s.PartsA
					if arm == 1 {
						of, parts = &s.B, s.PartsB
					}
					of.N, of.X = of.N-parts[out].N, of.X-parts[out].X
					s.PartsA, s.PartsB = nil, nil
				}
				alone := follow(rest)
				for k := range alone.k {
					assert.InDelta(t, alone.sum[k]-alone.base[0][k], whole.sum[k]-whole.base[0][k]-whole.groups[arm][out].gain(0, k), 1e-9)
				}
				assert.InDelta(t, alone.score.value(90, 0)[0], whole.groups[arm][out].score.value(90, 0)[0], 1e-9)
			}
		}
	}
}

// TestAGroupOfItsOwnChangesNothing: a single one cannot be left out.
func TestAGroupOfItsOwnChangesNothing(t *testing.T) {
	ticks := simulated.Traffic{Ticks: 200, Processes: 1, RPS: 30, Share: 0.5, Bad: 0.03, Factor: 2}.Make(4)
	assert.Equal(t, run(t, Params{}, canary(ticks, false)), run(t, Params{}, canary(ticks, true)))
}

// TestGroupsThatComeLater: what was before a group came has no part in it, and looking on the way changes nothing.
func TestGroupsThatComeLater(t *testing.T) {
	ticks := canary(simulated.Traffic{Ticks: 300, Processes: 4, RPS: 40, Share: 0.5, Bad: 0.02, Factor: 2}.Make(6), true)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range ticks {
		s := &ticks[i].Strata[0]
		if i < 120 {
			s.PartsB = []strata.Part{{Group: 0, Counts: s.B}}
		}
		rng.Shuffle(len(s.PartsB), func(a, b int) { s.PartsB[a], s.PartsB[b] = s.PartsB[b], s.PartsB[a] })
	}
	test, err := NewTest(Params{})
	require.NoError(t, err)
	for i, tick := range ticks {
		require.NoError(t, test.Add(tick))
		if i%3 == 0 {
			test.Evidence()
		}
	}
	assert.Equal(t, run(t, Params{}, ticks), test.Evidence())
	assert.True(t, test.Evidence().Fired())
}

func TestPartsThatCannotBe(t *testing.T) {
	for name, parts := range map[string][]strata.Part{
		"more than the whole": {{Group: 0, Counts: strata.Counts{N: 7}}, {Group: 1, Counts: strata.Counts{N: 7}}},
		"no such group":       {{Group: strata.MaxGroups, Counts: strata.Counts{N: 1}}},
		"negative":            {{Group: 0, Counts: strata.Counts{N: -1}}},
	} {
		test, err := NewTest(Params{})
		require.NoError(t, err)
		err = test.Add(strata.Tick{End: 60, Strata: []strata.Stratum{{A: strata.Counts{N: 10}, B: strata.Counts{N: 10}, PartsB: parts}}})
		assert.Error(t, err, name)
	}
}
