package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/model"
)

// histograms are the two kinds of buckets.
func histograms() []struct {
	name  string
	edges []float64
} {
	return []struct {
		name  string
		edges []float64
	}{{"classic buckets", streams.ClassicEdges}, {"native histogram", streams.NativeEdges()}}
}

func latencyMethods(l streams.Latency) []latencyMethod {
	return []latencyMethod{
		judged(l, "**strict**, margin 0", 0, model.ProfileStrict),
		judged(l, "strict, margin 25% of the share", 0.25, model.ProfileStrict),
		judged(l, "brisk, margin 0", 0, model.ProfileBrisk),
	}
}

func latencyFalseAlarms(s *simulation) (*table, error) {
	runs := s.runs(runsLatency)
	t := rateTable(fmt.Sprintf("Latency: false alarms within 24 h (%d runs each)", runs), "stream",
		latencyMethods(streams.BaseLatency("", streams.ClassicEdges)))
	for _, h := range histograms() {
		for _, l := range streams.LatencyAA(h.name, h.edges) {
			outcomes, err := s.simulateLatency(l, runs, latencyMethods(l)...)
			if err != nil {
				return nil, err
			}
			t.addRates(l.Name, outcomes)
		}
	}
	return t, nil
}

func latencyDelays(s *simulation) (*table, error) {
	runs := s.runs(runsDelay / 4)
	t := rateTable(fmt.Sprintf("Latency, 10 rps: median minutes to detect, from the start → after minute %d (%d runs each)", shiftMinute, runs),
		"effect", latencyMethods(streams.BaseLatency("", streams.ClassicEdges)))
	for _, h := range histograms() {
		late := streams.LatencyShifts(h.name, h.edges, shiftMinute)
		for i, early := range streams.LatencyShifts(h.name, h.edges, 0) {
			from, err := s.simulateLatency(early, runs, latencyMethods(early)...)
			if err != nil {
				return nil, err
			}
			shifted, err := s.simulateLatency(late[i], runs, latencyMethods(late[i])...)
			if err != nil {
				return nil, err
			}
			t.addDelays(early.Name, from, shifted, early.Minutes)
		}
	}
	return t, nil
}
