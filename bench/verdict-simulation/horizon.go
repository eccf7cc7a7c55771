package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
)

// absoluteMargin holds the test with an absolute margin to the boundary of what it tolerates, and beyond.
func absoluteMargin(s *simulation) (*table, error) {
	methods := []method{
		own("**strict**, 0.5 pp", eprocess.Params{Absolute: 0.005}),
		own("strict, 10% and 0.5 pp", eprocess.Params{Relative: 0.1, Absolute: 0.005}),
		own("brisk, 0.5 pp", eprocess.Params{Profile: eprocess.Brisk, Absolute: 0.005}),
	}
	runs := s.runs(runsLatency)
	t := rateTable(fmt.Sprintf("Absolute margins: alarms within 24 h, 10 rps, 1%% bad (%d runs each)", runs), "stream", methods)
	for _, add := range []struct {
		name string
		pp   float64
	}{{"no effect", 0}, {"at the margin: +0.5 pp", 0.005}, {"beyond it: +1.5 pp", 0.015}} {
		for _, kind := range []struct {
			name    string
			cluster *streams.Cluster
		}{{"independent", nil}, {"bursts", &streams.Cluster{Size: 20, Minutes: 2, Part: 0.5}},
			{"clusters", &streams.Cluster{Size: 100, Minutes: 10, Part: 0.5}}} {
			stream := streams.Base(fmt.Sprintf("%s, %s", add.name, kind.name), 10)
			stream.Effect.Add, stream.Cluster = add.pp, kind.cluster
			outcomes, err := s.simulate(stream, runs, methods...)
			if err != nil {
				return nil, err
			}
			t.addRates(stream.Name, outcomes)
		}
	}
	return t, nil
}

// days lets a flag stay on for a week.
func days(s *simulation) (*table, error) {
	const week = 7
	methods := []method{
		own("**strict**, one rollout", eprocess.Params{}),
		own("strict, daily", eprocess.Params{Daily: true}),
		own("brisk, one rollout", eprocess.Params{Profile: eprocess.Brisk}),
	}
	runs := s.runs(runsWeek)
	t := rateTable(fmt.Sprintf("%d days, 10 rps, 1%% bad: alarms within the whole of them (%d runs each)", week, runs), "stream", methods)
	for _, stream := range []streams.Stream{
		streams.Base("independent, week", 10),
		streams.Base("diurnal, week", 10),
		streams.Base("bursts of 20, week", 10),
		streams.Base("clusters of 100, week", 10),
	} {
		stream.Minutes = week * streams.Day
		switch stream.Name {
		case "diurnal, week":
			stream.Diurnal = true
		case "bursts of 20, week":
			stream.Cluster = &streams.Cluster{Size: 20, Minutes: 2, Part: 0.5}
		case "clusters of 100, week":
			stream.Cluster = &streams.Cluster{Size: 100, Minutes: 10, Part: 0.5}
		}
		outcomes, err := s.simulate(stream, runs, methods...)
		if err != nil {
			return nil, err
		}
		t.addRates(stream.Name, outcomes)
	}
	// A regression late in the evening of the third day.
	const from = 2*streams.Day + 23*60 + 7
	stream := streams.Shift(10, 0.01, streams.Effect{Ratio: 2, From: from}, nil)
	stream.Name, stream.Minutes = "x2 from 23:07 of the third day: median minutes", 4*streams.Day
	return t, s.addMinutes(t, stream, from, runs, methods)
}

// addMinutes adds a row: how long each method took to find what a stream does from a minute on.
func (s *simulation) addMinutes(t *table, stream streams.Stream, from, runs int, methods []method) error {
	outcomes, err := s.simulate(stream, runs, methods...)
	if err != nil {
		return err
	}
	row := []string{stream.Name}
	for _, o := range outcomes {
		row = append(row, minutes(o, from, stream.Minutes))
	}
	t.add(row...)
	return nil
}
