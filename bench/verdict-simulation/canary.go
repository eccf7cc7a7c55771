package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

const runsCanary = 100

// pooledOnly is a method that knows nothing of the processes.
func pooledOnly(m method) method {
	decide := m.decide
	m.decide = func(ticks []strata.Tick) (int, error) {
		all := make([]strata.Tick, len(ticks))
		for i, tick := range ticks {
			all[i].End = tick.End
			for _, s := range tick.Strata {
				s.PartsA, s.PartsB = nil, nil
				all[i].Strata = append(all[i].Strata, s)
			}
		}
		return decide(all)
	}
	return m
}

// canaries are false alarms and delays where each arm has processes of its own.
func canaries(s *simulation) (*table, error) {
	runs := s.runs(runsCanary)
	methods := []method{
		strict(),
		own("strict, 10% and 0.1 pp", withDefaultMargin(eprocess.Worse)),
		own("strict, better", eprocess.Params{Question: eprocess.Better}),
		pooledOnly(own("strict, processes not known apart", eprocess.Params{})),
		pooledOnly(own("the same, 10% and 0.1 pp", withDefaultMargin(eprocess.Worse))),
	}
	t := rateTable(fmt.Sprintf("Each arm has processes of its own: false alarms within 24 h, and minutes to detect (%d runs each)", runs), "stream", methods)
	for _, c := range streams.Canaries() {
		outcomes, err := simulate(s, c.Name, c.Generate, runs, methods)
		if err != nil {
			return nil, err
		}
		t.addRates(c.Name, outcomes)
	}
	for _, processes := range []int{2, 3, 20} {
		for _, from := range []int{0, shiftMinute} {
			c := streams.Canary{Stream: streams.Shift(10, 0.01, streams.Effect{Ratio: 2, From: from}, nil), Baseline: processes, Feature: processes}
			c.Name = fmt.Sprintf("%d and %d processes, x2 from minute %d: minutes", processes, processes, from)
			outcomes, err := simulate(s, c.Name, c.Generate, runs, methods)
			if err != nil {
				return nil, err
			}
			row := []string{c.Name}
			for _, o := range outcomes {
				row = append(row, minutes(o, from, c.Minutes))
			}
			t.add(row...)
		}
	}
	return t, nil
}
