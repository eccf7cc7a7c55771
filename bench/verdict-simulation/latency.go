package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats"
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
		ownLatency(l, "**strict**, margin 0", stats.Params{}, 0),
		ownLatency(l, "strict, 25% on the share", stats.Params{Relative: 0.25}, 0),
		ownLatency(l, "brisk, margin 0", stats.Params{Profile: stats.Brisk}, 0),
	}
}

func latencyFalseAlarms(s *simulation) (*table, error) {
	runs := s.runs(runsFalse / 2)
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
	// At the boundary of a margin on latency itself: the feature is slower by exactly one bucket of 2^(1/8).
	l := streams.BaseLatency("native histogram, feature 9.05% slower, margin one bucket", streams.NativeEdges())
	l.Scale = l.Edges[1] / l.Edges[0]
	outcomes, err := s.simulateLatency(l, runs,
		ownLatency(l, "strict", stats.Params{}, 1), ownLatency(l, "brisk", stats.Params{Profile: stats.Brisk}, 1))
	if err != nil {
		return nil, err
	}
	t.add(l.Name, share(outcomes[0].rate()), "", share(outcomes[1].rate()))
	return t, nil
}

func latencyDelays(s *simulation) (*table, error) {
	runs := s.runs(runsDelay)
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
