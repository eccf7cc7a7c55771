package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// poisson draws a Poisson count, by its normal approximation where the mean is large.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 500 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	n, p, limit := 0.0, rng.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= rng.Float64()
	}
	return n
}

// traffic makes ticks of a minute: requests a second over both arms, spread evenly over the processes, with the
// baseline's bad share and the feature's, which is a factor of it from a tick on.
type traffic struct {
	ticks, processes int
	rps, share, bad  float64
	factor           float64
	from             int
	start            int64
}

func (t traffic) make(seed uint64) []Tick {
	rng := rand.New(rand.NewPCG(seed, 1))
	all := make([]Tick, t.ticks)
	for i := range all {
		factor := 1.0
		if t.factor > 0 && i >= t.from {
			factor = t.factor
		}
		all[i] = Tick{End: t.start + int64(i+1)*60}
		for p := range t.processes {
			nA := poisson(rng, 60*t.rps*(1-t.share)/float64(t.processes))
			nB := poisson(rng, 60*t.rps*t.share/float64(t.processes))
			xA := math.Min(nA, poisson(rng, nA*t.bad))
			xB := math.Min(nB, poisson(rng, nB*math.Min(1, t.bad*factor)))
			all[i].Strata = append(all[i].Strata, Stratum{Key: p, A: Counts{nA, xA}, B: Counts{nB, xB}})
		}
	}
	return all
}

// TestKnownAnswers compares the engine with the naive reference.
func TestKnownAnswers(t *testing.T) {
	even := traffic{ticks: 260, processes: 1, rps: 10, share: 0.5, bad: 0.01}
	change := func(f func(*traffic)) traffic {
		c := even
		f(&c)
		return c
	}
	for name, test := range map[string]struct {
		traffic traffic
		p       Params
	}{
		"even":               {even, Params{}},
		"worse":              {change(func(c *traffic) { c.factor, c.from = 3, 20 }), Params{}},
		"worse, brisk":       {change(func(c *traffic) { c.factor, c.from = 3, 20 }), Params{Profile: Brisk}},
		"better":             {change(func(c *traffic) { c.factor, c.from = 0.3, 20 }), Params{Question: Better, Relative: 0.1}},
		"within":             {change(func(c *traffic) { c.factor = 0.8 }), Params{Question: Within, Relative: 0.25}},
		"absolute":           {change(func(c *traffic) { c.factor = 3 }), Params{Absolute: 0.002}},
		"both margins":       {change(func(c *traffic) { c.factor = 3 }), Params{Relative: 0.1, Absolute: 0.002}},
		"better by absolute": {change(func(c *traffic) { c.factor = 0.1 }), Params{Question: Better, Absolute: 0.002}},
		"within absolute":    {change(func(c *traffic) { c.factor = 1 }), Params{Question: Within, Absolute: 0.005}},
		"small share":        {change(func(c *traffic) { c.share, c.factor = 0.05, 4 }), Params{}},
		"large share":        {change(func(c *traffic) { c.share, c.factor = 0.9, 4 }), Params{}},
		"large share better": {change(func(c *traffic) { c.share, c.factor = 0.2, 0.2 }), Params{Question: Better}},
		"high traffic":       {change(func(c *traffic) { c.rps, c.factor, c.from = 400, 5, 130 }), Params{}},
		"processes":          {change(func(c *traffic) { c.processes, c.rps, c.factor, c.from = 6, 400, 5, 130 }), Params{}},
		"few requests":       {change(func(c *traffic) { c.processes, c.rps, c.factor = 7, 0.3, 8 }), Params{Absolute: 0.001}},
		"latency":            {change(func(c *traffic) { c.bad, c.factor = 0.5, 1.1 }), Params{Frequent: true}},
		"daily":              {change(func(c *traffic) { c.factor, c.from, c.start = 2, 100, 86400-60*150 }), Params{Daily: true, Start: 86400 - 60*150}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ticks := test.traffic.make(7)
			p, err := test.p.withDefaults()
			require.NoError(t, err)
			reference := newNaive(p, ticks)
			engine, err := NewTest(test.p)
			require.NoError(t, err)
			for i, tick := range ticks {
				require.NoError(t, engine.Add(tick))
				if now := i + 1; now%37 == 0 || now == len(ticks) {
					want, wantParts := reference.evidence(now)
					if want > math.Exp(maxLog)/2 {
						continue // the engine caps it
					}
					got := engine.Evidence()
					at := fmt.Sprintf("after %d ticks", now)
					assert.InDelta(t, math.Log(want), got.Log, 1e-9, at)
					assert.InEpsilon(t, wantParts.windows, got.Windows, 1e-9, at)
					if test.p.Question != Within {
						assert.InEpsilon(t, wantParts.events, got.Events, 1e-9, at)
					}
					assert.InEpsilon(t, wantParts.score, got.Score, 1e-9, at)
				}
			}
		})
	}
}
