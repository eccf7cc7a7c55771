package main

import (
	"fmt"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/confseq"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// within measures "within margin": how long it takes, how often it errs at the margin, and how soon it gives way.
func within(s *simulation) (*table, error) {
	runs := s.runs(runsDelay)
	t := &table{
		title: fmt.Sprintf("Within margin, strict, 10 rps, 1%% bad, 24 h (%d runs each)", runs),
		header: []string{
			"relative margin", "median minutes, no effect", "ever said at the margin (5%)",
			fmt.Sprintf("stands 30 min after a x2 at minute %d, and not regressed", shiftMinute),
		},
	}
	for _, margin := range []float64{0.1, 0.25, 0.5} {
		harmless := streams.Base(fmt.Sprintf("within %v%%, no effect", 100*margin), 10)
		said, err := s.simulate(harmless, runs, says(eprocess.Params{Relative: margin, Question: eprocess.Within}))
		if err != nil {
			return nil, err
		}
		boundary := streams.Base(fmt.Sprintf("within %v%%, at the margin", 100*margin), 10)
		boundary.Effect.Ratio = 1 + margin
		wrong, err := s.simulate(boundary, runs, says(eprocess.Params{Relative: margin, Question: eprocess.Within}))
		if err != nil {
			return nil, err
		}
		shifted := streams.Base(fmt.Sprintf("within %v%%, x2 later", 100*margin), 10)
		shifted.Effect = streams.Effect{Ratio: 2, From: shiftMinute}
		late, err := s.simulate(shifted, runs, standsAt(shiftMinute+30, margin))
		if err != nil {
			return nil, err
		}
		t.add(fmt.Sprintf("%v%%", 100*margin), minutes(said[0], 0, harmless.Minutes), share(wrong[0].rate()), share(late[0].rate()))
	}
	return t, nil
}

// says is when a test's evidence first reaches its threshold.
func says(p eprocess.Params) method { return own("within", p) }

// standsAt is whether, at a minute, "within margin" is what would be shown.
func standsAt(minute int, margin float64) method {
	return method{name: "stands", decide: func(ticks []strata.Tick) (int, error) {
		c, err := confseq.NewComparison(eprocess.Params{Relative: margin})
		if err != nil {
			return 0, fmt.Errorf("start: %w", err)
		}
		for _, tick := range ticks[:minute] {
			if err := c.Add(tick); err != nil {
				return 0, fmt.Errorf("add: %w", err)
			}
		}
		if c.Within().Live() && !c.Worse().Fired() {
			return minute, nil
		}
		return 0, nil
	}}
}
