package main

import (
	"fmt"
	"sync"

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

// lateShift is when a feature turns bad of which "within margin" has been said for hours.
const lateShift = 1080

// gives measures how long "within margin" stays through a regression, and how often it is taken back without one.
func gives(s *simulation) (*table, error) {
	runs := s.runs(runsDelay)
	t := &table{
		title:  fmt.Sprintf("How long \"within margin\" stands after minute %d, strict, 1%% bad, margin 10%% and 0.1 pp (%d runs each)", lateShift, runs),
		header: []string{"stream", "median minutes until it gives way", "90% of the runs"},
		note:   "Over the runs in which it stood at that minute. Of the streams without an effect: the part of the minutes with the evidence for it in which the latest stretches of time kept it from being said.",
	}
	for _, e := range []struct{ rps, ratio float64 }{{10, 1.5}, {10, 2}, {10, 3}, {100, 1.5}, {100, 1.3}} {
		stream := streams.Shift(e.rps, 0.01, streams.Effect{Ratio: e.ratio, From: lateShift}, nil)
		stream.Name += ", given way"
		outcomes, err := s.simulate(stream, runs, leaves(lateShift))
		if err != nil {
			return nil, err
		}
		median, late := outcomes[0].standing(lateShift)
		t.add(fmt.Sprintf("%v rps, x%v", e.rps, e.ratio), fmt.Sprintf("%.0f", median), fmt.Sprintf("%.0f", late))
	}
	for _, stream := range healthy() {
		off, err := s.takenBack(stream, runs)
		if err != nil {
			return nil, err
		}
		t.add(stream.Name+": kept from being said", fmt.Sprintf("%.3f%%", 100*off), "")
	}
	return t, nil
}

// healthy are streams without an effect in which "within margin" is said.
func healthy() []streams.Stream {
	all := []streams.Stream{streams.Base("healthy, 10 rps", 10), streams.Base("healthy, 100 rps", 100)}
	for _, add := range []struct {
		name   string
		change func(*streams.Stream)
	}{
		{"healthy, 10 rps, shared shocks x20", func(s *streams.Stream) { s.Shock = 20 }},
		{"healthy, 10 rps, feature share 10%", func(s *streams.Stream) { s.Share = 0.1 }},
		{"healthy, 10 rps, feature share 90%", func(s *streams.Stream) { s.Share = 0.9 }},
		{"healthy, 10 rps, 20 processes, 2 to 4 retries", func(s *streams.Stream) {
			s.Instances, s.Retry = 20, &streams.Retry{Least: 2, Most: 4}
		}},
		{"healthy, 10 rps, bursts of 20 over 2 min", func(s *streams.Stream) {
			s.Cluster = &streams.Cluster{Size: 20, Minutes: 2, Part: 0.5}
		}},
	} {
		stream := streams.Base(add.name, 10)
		add.change(&stream)
		all = append(all, stream)
	}
	return all
}

// green feeds a comparison with the margin that errors have by default, and calls see with what is shown at each minute.
func green(ticks []strata.Tick, see func(minute int, within eprocess.Evidence, regressed bool) (done bool)) error {
	c, err := confseq.NewComparison(withDefaultMargin(eprocess.Worse))
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	for i, tick := range ticks {
		if err := c.Add(tick); err != nil {
			return fmt.Errorf("add: %w", err)
		}
		if see(i+1, c.Within(), c.Worse().Fired()) {
			return nil
		}
	}
	return nil
}

// leaves is the first minute after one at which "within margin" no longer stands, the one after the last where
// it stands to the end; 0 where it did not stand at that minute.
func leaves(from int) method {
	return method{name: "gives way", decide: func(ticks []strata.Tick) (int, error) {
		at := 0
		err := green(ticks, func(minute int, within eprocess.Evidence, regressed bool) bool {
			green := within.Live() && !regressed
			if minute >= from && green {
				at = minute + 1
			}
			return minute >= from && !green
		})
		return at, err
	}}
}

// takenBack is the part of the minutes with the evidence for "within margin" in which the latest stretches of time kept it
// from being said.
func (s *simulation) takenBack(stream streams.Stream, runs int) (float64, error) {
	var lock sync.Mutex
	var off, all float64
	s.begin(stream.Name, runs)
	err := parallel(runs, s.workers, func(run int) error {
		var taken, minutes float64
		err := green(stream.Generate(rng(stream.Name, run)), func(_ int, within eprocess.Evidence, _ bool) bool {
			if within.Log < within.Threshold {
				return false
			}
			minutes++
			if !within.Live() {
				taken++
			}
			return false
		})
		lock.Lock()
		defer lock.Unlock()
		off, all = off+taken, all+minutes
		s.step()
		return err
	})
	return off / max(all, 1), err
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
