package eprocess

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
)

// TestKnownAnswers compares the engine with the naive reference.
func TestKnownAnswers(t *testing.T) {
	even := simulated.Traffic{Ticks: 260, Processes: 1, RPS: 10, Share: 0.5, Bad: 0.01}
	change := func(f func(*simulated.Traffic)) simulated.Traffic {
		c := even
		f(&c)
		return c
	}
	for name, test := range map[string]struct {
		traffic simulated.Traffic
		p       Params
	}{
		"even":               {even, Params{}},
		"worse":              {change(func(c *simulated.Traffic) { c.Factor, c.From = 3, 20 }), Params{}},
		"worse, brisk":       {change(func(c *simulated.Traffic) { c.Factor, c.From = 3, 20 }), Params{Profile: Brisk}},
		"better":             {change(func(c *simulated.Traffic) { c.Factor, c.From = 0.3, 20 }), Params{Question: Better, Relative: 0.1}},
		"within":             {change(func(c *simulated.Traffic) { c.Factor = 0.8 }), Params{Question: Within, Relative: 0.25}},
		"absolute":           {change(func(c *simulated.Traffic) { c.Factor = 3 }), Params{Absolute: 0.002}},
		"both margins":       {change(func(c *simulated.Traffic) { c.Factor = 3 }), Params{Relative: 0.1, Absolute: 0.002}},
		"better by absolute": {change(func(c *simulated.Traffic) { c.Factor = 0.1 }), Params{Question: Better, Absolute: 0.002}},
		"within absolute":    {change(func(c *simulated.Traffic) { c.Factor = 1 }), Params{Question: Within, Absolute: 0.005}},
		"small share":        {change(func(c *simulated.Traffic) { c.Share, c.Factor = 0.05, 4 }), Params{}},
		"large share":        {change(func(c *simulated.Traffic) { c.Share, c.Factor = 0.9, 4 }), Params{}},
		"large share better": {change(func(c *simulated.Traffic) { c.Share, c.Factor = 0.2, 0.2 }), Params{Question: Better}},
		"high traffic":       {change(func(c *simulated.Traffic) { c.RPS, c.Factor, c.From = 400, 5, 130 }), Params{}},
		"processes":          {change(func(c *simulated.Traffic) { c.Processes, c.RPS, c.Factor, c.From = 6, 400, 5, 130 }), Params{}},
		"few requests":       {change(func(c *simulated.Traffic) { c.Processes, c.RPS, c.Factor = 7, 0.3, 8 }), Params{Absolute: 0.001}},
		"latency":            {change(func(c *simulated.Traffic) { c.Bad, c.Factor = 0.5, 1.1 }), Params{Frequent: true}},
		"daily":              {change(func(c *simulated.Traffic) { c.Factor, c.From, c.Start = 2, 100, 86400-60*150 }), Params{Daily: true, Start: 86400 - 60*150}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ticks := test.traffic.Make(7)
			p, err := test.p.WithDefaults()
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
