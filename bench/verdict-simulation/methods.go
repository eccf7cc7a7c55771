package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/peers"
	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
	"github.com/flaglens/flaglens/pkg/verdict"
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
	return method{name: name, decide: func(ticks []strata.Tick) (int, error) {
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
func own(name string, p eprocess.Params) method {
	return method{name: name, decide: func(ticks []strata.Tick) (int, error) {
		test, err := eprocess.NewTest(p)
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

func strict() method { return own("**strict**", eprocess.Params{}) }
func brisk() method  { return own("brisk", eprocess.Params{Profile: eprocess.Brisk}) }

// judged is the verdict on latency, from the choice of edges on, as the datasource gives it.
func judged(l streams.Latency, name string, margin float64, profile model.Profile) latencyMethod {
	options := verdict.Options{
		Baseline: "a", Variant: "b", Alpha: 0.01, Profile: profile, Margin: model.Margin{Relative: margin},
		Signal: model.Signal{ID: "latency", Kind: model.KindHistogram, Unit: "s", Direction: model.LowerIsBetter},
		Judged: kind.BuiltIn().Of(model.Signal{Kind: model.KindHistogram}).Judged,
	}
	series := counts.Series{Signal: options.Signal, Edges: l.Edges, Step: 60}
	return latencyMethod{name: name, decide: func(ticks []streams.LatencyTick) (int, error) {
		judge, err := verdict.NewJudge(options, series)
		if err != nil {
			return 0, fmt.Errorf("start: %w", err)
		}
		for i, tick := range ticks {
			err := judge.Add(counts.Tick{End: tick.End, Expected: 1, Strata: []counts.Stratum{{
				Key: 1, A: counts.Arm{N: tick.A.N, Above: tick.A.Above}, B: counts.Arm{N: tick.B.N, Above: tick.B.Above},
			}}})
			if err != nil {
				return 0, fmt.Errorf("add: %w", err)
			}
			// The verdict keeps when it fired: it need not be asked at every tick.
			if i%judgedEvery != judgedEvery-1 && i != len(ticks)-1 {
				continue
			}
			v, err := judge.Verdict(verdict.Context{})
			if err != nil {
				return 0, fmt.Errorf("judge: %w", err)
			}
			if v.FiredAt != 0 {
				return int(v.FiredAt / 60), nil
			}
		}
		return 0, nil
	}}
}

// judgedEvery is after how many ticks a run is looked at, to end it once it has fired.
const judgedEvery = 240
