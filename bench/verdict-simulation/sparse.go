package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// pooled is a method that adds up sparse processes first, as the judge does.
func pooled(m method) method {
	decide := m.decide
	m.decide = func(ticks []strata.Tick) (int, error) {
		var pooling strata.Pooling
		all := make([]strata.Tick, len(ticks))
		for i, tick := range ticks {
			at := map[int]int{}
			all[i].End = tick.End
			for _, s := range tick.Strata {
				key := pooling.Of(s.Key + 1)
				k, known := at[key]
				if !known {
					k = len(all[i].Strata)
					at[key] = k
					all[i].Strata = append(all[i].Strata, strata.Stratum{Key: key})
				}
				sum := &all[i].Strata[k]
				sum.A.N, sum.A.X, sum.B.N, sum.B.X = sum.A.N+s.A.N, sum.A.X+s.A.X, sum.B.N+s.B.N, sum.B.X+s.B.X
			}
			for _, s := range tick.Strata {
				pooling.Count(s.Key+1, s.A.N, s.B.N)
			}
			pooling.Next()
		}
		return decide(all)
	}
	return m
}

// sparse are false alarms and delays where processes have few requests.
func sparse(s *simulation) (*table, error) {
	runs := s.runs(runsDelay)
	methods := []method{
		pooled(strict()),
		pooled(own("strict, 10% and 0.1 pp", withDefaultMargin(eprocess.Worse))),
		pooled(own("strict, better", eprocess.Params{Question: eprocess.Better})),
		own("strict, processes by themselves", eprocess.Params{}),
	}
	t := rateTable(fmt.Sprintf("Sparse processes: false alarms within 24 h, and minutes to detect (%d runs each)", runs), "stream", methods)
	for _, stream := range streams.Sparse() {
		outcomes, err := s.simulate(stream, runs, methods...)
		if err != nil {
			return nil, err
		}
		t.addRates(stream.Name, outcomes)
	}
	for _, processes := range []int{1, 20, 60} {
		for _, from := range []int{0, shiftMinute} {
			stream := streams.Shift(1, 0.01, streams.Effect{Ratio: 2, From: from}, nil)
			stream.Instances = processes
			stream.Name = fmt.Sprintf("1 rps over %d processes, x2 from minute %d: minutes", processes, from)
			if err := s.addMinutes(t, stream, from, runs, methods); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}
