package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
)

// experiment makes one table of the report.
type experiment struct {
	id  string
	run func(s *simulation) (*table, error)
}

var experiments = []experiment{
	{"false-alarms", falseAlarms},
	{"retries", retries},
	{"canaries", canaries},
	{"sparse", sparse},
	{"drift", drift},
	{"delays", delays},
	{"latency-false-alarms", latencyFalseAlarms},
	{"latency-delays", latencyDelays},
	{"absolute", absoluteMargin},
	{"days", days},
	{"within", within},
	{"gives-way", gives},
	{"forecast", forecasts},
	{"request-ratio", requestRatio},
	{"heavy-users", heavyUsers},
	{"means", pairedMeans},
	{"scan", scan},
}

// Runs of the full form, chosen so that all of it takes less than 20 minutes on 2 cores.
const (
	runsFalse   = 500
	runsDelay   = 200
	runsLatency = 150 // and of absolute margins
	runsWeek    = 40
)

func falseAlarms(s *simulation) (*table, error) {
	methods := append(peerMethods(), strict(), brisk())
	t := rateTable(fmt.Sprintf("False alarms within 24 h, margin 0 (%d runs each)", s.runs(runsFalse)), "stream", methods)
	for _, stream := range streams.AA() {
		outcomes, err := s.simulate(stream, s.runs(runsFalse), methods...)
		if err != nil {
			return nil, err
		}
		t.addRates(stream.Name, outcomes)
	}
	return t, nil
}

func rateTable[T any](title, first string, methods []decider[T]) *table {
	t := &table{title: title, header: []string{first}}
	for _, m := range methods {
		t.header = append(t.header, m.name)
	}
	return t
}

func (t *table) addRates(name string, outcomes []outcome) {
	row := []string{name}
	for _, o := range outcomes {
		row = append(row, share(o.rate()))
	}
	t.add(row...)
}

func drift(s *simulation) (*table, error) {
	var methods []method
	for _, profile := range []eprocess.Profile{eprocess.Strict, eprocess.Brisk} {
		for _, margin := range []float64{0, 0.1, 0.25} {
			methods = append(methods, own(fmt.Sprintf("%s, margin %v%%", profile, 100*margin),
				eprocess.Params{Profile: profile, Relative: margin}))
		}
	}
	methods = append(methods, peerMethods()...)
	stream := streams.Drifting()
	t := rateTable(fmt.Sprintf("Alarms within 24 h where each arm's rate wanders (%d runs)", s.runs(runsFalse)), "stream", methods)
	outcomes, err := s.simulate(stream, s.runs(runsFalse), methods...)
	if err != nil {
		return nil, err
	}
	t.addRates(stream.Name, outcomes)
	return t, nil
}

// shiftMinute is when a feature turns bad that was healthy at first: off the grid of every block.
const shiftMinute = 367

// prototypes are the delays of the prototype that the engine was designed with, strict: what it is held to.
var prototypes = map[string]string{
	"10 rps, 1%, x1.5":      "147 → 174",
	"10 rps, 1%, x2":        "67 → 78",
	"10 rps, 1%, x10":       "26 → 23",
	"100 rps, 1%, x1.5":     "40 → 39",
	"100 rps, 1%, x10":      "5 → 3",
	"1000 rps, 0.1%, x2":    "29 → 30",
	"1 rps, 1%, x2":         "255 → 304",
	"1 rps, 1%, x2, bursts": "- → 510",
}

func delays(s *simulation) (*table, error) {
	methods := []method{growthBook(), exact("exact e", false), exact("exact e, change points", true), strict(), brisk()}
	runs := s.runs(runsDelay)
	t := rateTable(fmt.Sprintf("Median minutes to detect, from the start → after minute %d (%d runs each)", shiftMinute, runs), "effect", methods)
	t.header = append(t.header, "prototype, strict")
	late := streams.Shifts(shiftMinute)
	for i, early := range streams.Shifts(0) {
		from, err := s.simulate(early, runs, methods...)
		if err != nil {
			return nil, err
		}
		shifted, err := s.simulate(late[i], runs, methods...)
		if err != nil {
			return nil, err
		}
		t.addDelays(early.Name, from, shifted, early.Minutes)
		last := len(t.rows) - 1
		t.rows[last] = append(t.rows[last], prototypes[early.Name])
	}
	return t, nil
}

func (t *table) addDelays(name string, from, shifted []outcome, length int) {
	row := []string{name}
	for i := range from {
		row = append(row, minutes(from[i], 0, length)+" → "+minutes(shifted[i], shiftMinute, length))
	}
	t.add(row...)
}
