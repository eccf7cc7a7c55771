package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/paired"
)

// meanStream is a stream of sums: 300 observations an arm and minute of mean 0.1, with noise of a minute that both arms
// share, and some of an arm's own, of which a part carries over to the next minute.
type meanStream struct {
	own, carry, effect float64
	from               int
}

func (m meanStream) ticks(source *rand.Rand) []paired.Tick {
	const n, mean, deviation = 300, 0.1, 0.08
	made := make([]paired.Tick, streams.Day)
	noise := [2]float64{source.NormFloat64(), source.NormFloat64()}
	for i := range made {
		shared := 1 + 0.2*source.NormFloat64()
		sum := [2]float64{}
		for arm := range noise {
			noise[arm] = m.carry*noise[arm] + math.Sqrt(1-m.carry*m.carry)*source.NormFloat64()
			level := mean * shared * (1 + m.own*noise[arm])
			if arm == 1 && i >= m.from {
				level *= 1 + m.effect
			}
			sum[arm] = n * (level + deviation/math.Sqrt(n)*source.NormFloat64())
		}
		made[i] = paired.Tick{
			End: int64(i+1) * 60, A: paired.Mean{N: n, Sum: sum[0]}, B: paired.Mean{N: n, Sum: sum[1]},
		}
	}
	return made
}

// pairedMeans measures the paired comparison of means.
func pairedMeans(s *simulation) (*table, error) {
	means := decider[paired.Tick]{name: "**paired means**", decide: func(ticks []paired.Tick) (int, error) {
		for n := 60; n <= len(ticks); n += 5 {
			found, err := paired.Compare(ticks[:n], paired.Params{Step: 60, Alpha: 0.01})
			if err != nil {
				return 0, fmt.Errorf("compare: %w", err)
			}
			if found.LogWorse >= math.Log(100) {
				return n, nil
			}
		}
		return 0, nil
	}}
	runs := s.runs(runsDelay)
	t := &table{
		header: []string{"noise of an arm's own", "false alarms", "+5%"},
	}
	t.title = fmt.Sprintf("Means, alpha 1%%: false alarms within 24 h, and minutes to find +5%%, from the start → after minute %d (%d runs each)", shiftMinute, runs)
	for _, noise := range []meanStream{{own: 0}, {own: 0.05}, {own: 0.05, carry: 0.9}, {own: 0.05, carry: 0.98}} {
		name := fmt.Sprintf("%v%%, carrying over %v", 100*noise.own, noise.carry)
		var row []outcome
		for _, effect := range []meanStream{
			noise,
			{own: noise.own, carry: noise.carry, effect: 0.05},
			{own: noise.own, carry: noise.carry, effect: 0.05, from: shiftMinute},
		} {
			outcomes, err := simulate(s, name, effect.ticks, runs, []decider[paired.Tick]{means})
			if err != nil {
				return nil, err
			}
			row = append(row, outcomes[0])
		}
		t.add(name, share(row[0].rate()),
			minutes(row[1], 0, streams.Day)+" → "+minutes(row[2], shiftMinute, streams.Day))
	}
	return t, nil
}
