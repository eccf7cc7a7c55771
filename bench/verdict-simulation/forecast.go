package main

import (
	"fmt"
	"sort"
	"sync"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

const runsForecast = 60

// A forecast is asked for every looksEvery minutes; when it is decided is known to decidedEvery.
const looksEvery, decidedEvery = 30, 5

// forecasts holds what is said about when an open verdict could be decided against when it is.
func forecasts(s *simulation) (*table, error) {
	runs := s.runs(runsForecast)
	t := &table{
		title: fmt.Sprintf("Forecasts, strict, 10%% and 0.1 pp unless said otherwise: the wait over the one that was given (%d runs each, a look every %d minutes until it is decided)",
			runs, looksEvery),
		header: []string{"stream", "median", "10% to 90%", "looks with a forecast", "of those, decided within 48 h"},
	}
	for _, c := range []struct {
		rps, ratio, margin float64
	}{{10, 1.5, 0.1}, {10, 2, 0.1}, {1, 2, 0.1}, {1, 3, 0.1}, {100, 1.3, 0.1}, {10, 1, 0.1}, {10, 1, 0.25}, {10, 1.1, 0.5}, {100, 1, 0.1}, {10, 1.2, 0.1}} {
		stream := streams.Shift(c.rps, 0.01, streams.Effect{Ratio: c.ratio}, nil)
		stream.Name += fmt.Sprintf(", margin %v%%, forecast", 100*c.margin)
		stream.Minutes = 2 * streams.Day
		var lock sync.Mutex
		var ratios []float64
		looks, given := 0, 0
		s.begin(stream.Name, runs)
		err := parallel(runs, s.workers, func(run int) error {
			said, n, decided, err := forecastsOf(stream, run, c.margin)
			lock.Lock()
			defer lock.Unlock()
			looks += n
			given += len(said)
			for minute, at := range said {
				if decided > 0 {
					ratios = append(ratios, float64(decided-minute)/float64(at-minute))
				}
			}
			s.step()
			return err
		})
		if err != nil {
			return nil, err
		}
		sort.Float64s(ratios)
		row := []string{fmt.Sprintf("%v rps, x%v, margin %v%% and 0.1 pp", c.rps, c.ratio, 100*c.margin), "-", "-", "", ""}
		if n := len(ratios); n > 0 {
			row[1] = fmt.Sprintf("%.2f", ratios[n/2])
			row[2] = fmt.Sprintf("%.2f to %.2f", ratios[n/10], ratios[n*9/10])
		}
		row[3] = fmt.Sprintf("%d of %d", given, looks)
		row[4] = fmt.Sprintf("%d", len(ratios))
		t.add(row...)
	}
	return t, nil
}

// forecastsOf are the forecasts of one run by the minute at which each was given, how often it was looked, and the minute at
// which it was decided.
func forecastsOf(stream streams.Stream, run int, margin float64) (said map[int]int, looks, decided int, err error) {
	signal := model.Signal{ID: "errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter}
	judge, err := verdict.NewJudge(verdict.Options{
		Baseline: "a", Variant: "b", Alpha: 0.01, Profile: model.ProfileStrict, Margin: model.Margin{Relative: margin, Absolute: 0.001},
		Signal: signal, Judged: kind.BuiltIn().Of(signal).Judged,
	}, counts.Series{Signal: signal, Step: 60})
	if err != nil {
		return nil, 0, 0, fmt.Errorf("start: %w", err)
	}
	said = map[int]int{}
	for i, tick := range stream.Generate(rng(stream.Name, run)) {
		one := counts.Tick{End: tick.End, Expected: len(tick.Strata)}
		for _, s := range tick.Strata {
			one.Strata = append(one.Strata, counts.Stratum{Key: s.Key + 1, A: counts.Arm{N: s.A.N, X: s.A.X}, B: counts.Arm{N: s.B.N, X: s.B.X}})
		}
		if err := judge.Add(one); err != nil {
			return nil, 0, 0, fmt.Errorf("add: %w", err)
		}
		if (i+1)%decidedEvery != 0 {
			continue
		}
		v, err := judge.Verdict(verdict.Context{})
		if err != nil {
			return nil, 0, 0, fmt.Errorf("judge: %w", err)
		}
		if v.State != verdict.Inconclusive && v.State != verdict.Insufficient {
			return said, looks, i + 1, nil
		}
		if (i+1)%looksEvery != 0 {
			continue
		}
		looks++
		if v.Forecast > 0 {
			said[i+1] = int(v.Forecast / 60)
		}
	}
	return said, looks, 0, nil
}
