package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
)

const (
	runsRetries = 300
	// withinMargin is the margin of the column of within.
	withinMargin = 0.25
)

// withDefaultMargin is a question with the margin that errors have by default.
func withDefaultMargin(q eprocess.Question) eprocess.Params {
	return eprocess.Params{Question: q, Relative: 0.1, Absolute: 0.001}
}

// retries are false alarms, in each direction, where requests follow bad ones.
func retries(s *simulation) (*table, error) {
	runs := s.runs(runsRetries)
	methods := []method{
		strict(),
		own("strict, 10% and 0.1 pp", withDefaultMargin(eprocess.Worse)),
		own("strict, better", eprocess.Params{Question: eprocess.Better}),
		own("strict, better, 10% and 0.1 pp", withDefaultMargin(eprocess.Better)),
		brisk(),
	}
	title := fmt.Sprintf("False alarms within 24 h where requests follow bad ones, 2 to 4 unless said otherwise (%d runs each)", runs)
	t := rateTable(title, "stream", methods)
	t.header = append(t.header, fmt.Sprintf("within %v%%, at the margin (5%%)", 100*withinMargin))
	for _, stream := range streams.Retried() {
		outcomes, err := s.simulate(stream, runs, methods...)
		if err != nil {
			return nil, err
		}
		t.addRates(stream.Name, outcomes)
		last := len(t.rows) - 1
		if stream.Shock > 0 {
			// The ratio of the shares, retries included, depends on the rate: no effect is at the margin throughout.
			t.rows[last] = append(t.rows[last], "")
			continue
		}
		boundary := stream.AtShare(1 + withinMargin)
		boundary.Name += ", at the margin"
		said, err := s.simulate(boundary, runs, says(eprocess.Params{Relative: withinMargin, Question: eprocess.Within}))
		if err != nil {
			return nil, err
		}
		t.rows[last] = append(t.rows[last], share(said[0].rate()))
	}
	return t, nil
}
