package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/peers"
	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats"
)

// peerMethods are the ways of others. What they call their default level is kept: 5% for the z-test and GrowthBook,
// 98% intervals for Kayenta; the exact tests run at 1%.
func peerMethods() []method {
	return []method{
		ruleMethod("z-test, every look (5%)", func() peers.Rule { return &peers.EveryLook{Alpha: 0.05} }),
		ruleMethod("> 2x baseline for 5 m", func() peers.Rule { return &peers.Threshold{Factor: 2} }),
		ruleMethod("Mann-Whitney (Kayenta)", func() peers.Rule { return &peers.Kayenta{} }),
		growthBook(),
		exact("exact e", false),
	}
}

func growthBook() method {
	return ruleMethod("GrowthBook sequential (5%)", func() peers.Rule { return &peers.GrowthBook{Alpha: 0.05} })
}

func exact(name string, changes bool) method {
	return ruleMethod(name, func() peers.Rule {
		return &peers.Exact{Alpha: 0.01, Test: peers.NewRatio(1, changes)}
	})
}

// ruleMethod feeds a rule with the sums over the processes.
func ruleMethod(name string, rule func() peers.Rule) method {
	return method{name: name, decide: func(ticks []stats.Tick) (int, error) {
		r := rule()
		for i, tick := range ticks {
			var m peers.Minute
			for _, s := range tick.Strata {
				m.NA, m.XA, m.NB, m.XB = m.NA+s.A.N, m.XA+s.A.X, m.NB+s.B.N, m.XB+s.B.X
			}
			if r.Add(m) {
				return i + 1, nil
			}
		}
		return 0, nil
	}}
}

// own is the product's test of "the feature is worse".
func own(name string, p stats.Params) method {
	return method{name: name, decide: func(ticks []stats.Tick) (int, error) {
		test, err := stats.NewTest(p)
		if err != nil {
			return 0, fmt.Errorf("start: %w", err)
		}
		for _, tick := range ticks {
			if err := test.Add(tick); err != nil {
				return 0, fmt.Errorf("add: %w", err)
			}
			if e := test.Evidence(); e.Fired() {
				return int(e.FiredAt / 60), nil
			}
		}
		return 0, nil
	}}
}

func strict() method { return own("**strict**", stats.Params{}) }
func brisk() method  { return own("brisk", stats.Params{Profile: stats.Brisk}) }

// ownLatency is the product's test of latency: the average over the edges nearest to the baseline's p50, p95 and p99.
// by shifts the feature's edge by so many buckets, which is how dense buckets express a margin on latency itself.
func ownLatency(l streams.Latency, name string, p stats.Params, by int) latencyMethod {
	p.Frequent = true
	var edges []int
	for _, q := range []float64{0.5, 0.95, 0.99} {
		if i := nearest(l.Edges, l.Quantile(q)); len(edges) == 0 || edges[len(edges)-1] != i {
			edges = append(edges, i)
		}
	}
	return latencyMethod{name: name, decide: func(ticks []streams.LatencyTick) (int, error) {
		c, err := stats.NewComparison(p, len(edges))
		if err != nil {
			return 0, fmt.Errorf("start: %w", err)
		}
		for _, tick := range ticks {
			per := make([]stats.Tick, len(edges))
			for k, i := range edges {
				per[k] = stats.Tick{End: tick.End, Strata: []stats.Stratum{{
					A: stats.Counts{N: tick.A.N, X: tick.A.Above[i]},
					B: stats.Counts{N: tick.B.N, X: tick.B.Above[i+by]},
				}}}
			}
			if err := c.Add(per...); err != nil {
				return 0, fmt.Errorf("add: %w", err)
			}
			if e := c.Worse(); e.Fired() {
				return int(e.FiredAt / 60), nil
			}
		}
		return 0, nil
	}}
}

func nearest(edges []float64, value float64) int {
	best := 0
	for i, e := range edges {
		if abs(e-value) < abs(edges[best]-value) {
			best = i
		}
	}
	return best
}

func abs(x float64) float64 { return max(x, -x) }
