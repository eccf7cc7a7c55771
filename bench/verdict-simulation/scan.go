package main

import (
	"fmt"
	"math"
	"sync"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/fdr"
)

// scan looks at many signals at once, a tenth of which got worse, and picks by e-BH.
func scan(s *simulation) (*table, error) {
	const signals, bad, minutes, alpha = 150, 15, 8 * 60, 0.01
	runs := s.runs(12)
	var lock sync.Mutex
	var wrong, found, rateSum, rawWrong float64
	stream := streams.Base("scan", 10)
	stream.Minutes = minutes
	s.begin("e-BH", runs)
	err := parallel(runs, s.workers, func(run int) error {
		evidence := make([]float64, signals)
		for i := range evidence {
			one := stream
			if i < bad {
				one.Effect.Ratio = 2
			}
			test, err := eprocess.NewTest(eprocess.Params{})
			if err != nil {
				return fmt.Errorf("start: %w", err)
			}
			for _, tick := range one.Generate(rng(stream.Name, run*signals+i)) {
				if err := test.Add(tick); err != nil {
					return fmt.Errorf("add: %w", err)
				}
			}
			evidence[i] = test.Evidence().Log
		}
		lock.Lock()
		defer lock.Unlock()
		falsely := 0.0
		picks := fdr.EBH(evidence, alpha)
		for _, i := range picks {
			if i >= bad {
				falsely++
			} else {
				found++
			}
		}
		for i := bad; i < signals; i++ {
			if evidence[i] >= -math.Log(alpha) {
				rawWrong++
			}
		}
		wrong += falsely
		if len(picks) > 0 {
			rateSum += falsely / float64(len(picks))
		}
		s.step()
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := float64(runs)
	t := &table{
		title:  fmt.Sprintf("e-BH over %d signals of 8 h, %d of them x2, alpha 1%% (%d runs)", signals, bad, runs),
		header: []string{"false discovery rate", "found", "healthy signals picked", "healthy signals with E ≥ 100 without it"},
	}
	t.add(fmt.Sprintf("%.2f%%", 100*rateSum/n), fmt.Sprintf("%.1f%%", 100*found/n/bad),
		fmt.Sprintf("%.0f of %.0f", wrong, n*(signals-bad)), fmt.Sprintf("%.0f of %.0f", rawWrong, n*(signals-bad)))
	return t, nil
}
