package verdict

import (
	"testing"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
)

func TestTry(t *testing.T) {
	m := model.Margin{Relative: 0.1, Absolute: 0.001}
	for name, c := range map[string]struct {
		s      stream
		signal model.Signal
		margin model.Margin
	}{
		"errors x2":     {stream{minutes: 240, processes: 4, baseline: 75, feature: 75, bad: worseFrom(0, 0.01, 2), seed: 1}, errorsSignal, m},
		"errors late":   {stream{minutes: 480, processes: 4, baseline: 75, feature: 75, bad: worseFrom(360, 0.01, 3), seed: 1}, errorsSignal, m},
		"errors same":   {stream{minutes: 720, processes: 4, baseline: 75, feature: 75, bad: always(0.01), seed: 1}, errorsSignal, model.Margin{Relative: 0.5}},
		"errors better": {stream{minutes: 720, processes: 4, baseline: 75, feature: 75, bad: worseFrom(0, 0.02, 0.3), seed: 1}, errorsSignal, m},
		"errors incon":  {stream{minutes: 120, processes: 4, baseline: 75, feature: 75, bad: always(0.01), seed: 1}, errorsSignal, m},
		"errors few":    {stream{minutes: 5, processes: 4, baseline: 75, feature: 75, bad: always(0.01), seed: 1}, errorsSignal, m},
		"hits worse":    {stream{minutes: 720, processes: 4, baseline: 75, feature: 75, bad: worseFrom(0, 0.9, 0.7), seed: 1}, hitsSignal, m},
		"latency worse": {stream{minutes: 240, processes: 4, baseline: 75, feature: 75, slow: worseFrom(0, 1, 2), seed: 1}, latencySignal, model.Margin{Relative: 0.25}},
		"latency same":  {stream{minutes: 1440, processes: 4, baseline: 75, feature: 75, seed: 1}, latencySignal, model.Margin{Relative: 0.25}},
		"memory worse":  {stream{minutes: 240, processes: 4, baseline: 1, feature: 1, mean: worseFrom(0, 1e8, 1.3), seed: 1}, memorySignal, model.Margin{Relative: 0.1}},
		"revenue same":  {stream{minutes: 600, processes: 4, baseline: 5, feature: 5, mean: always(20), seed: 1}, revenueSignal, model.Margin{Relative: 0.1}},
	} {
		t.Run(name, func(t *testing.T) {
			series := c.s.series(c.signal)
			begun := time.Now()
			v, err := Of(optionsOf(c.signal, c.margin), series, Context{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s %v\n%s evidence %.3g live %.3g p %.3g phi %.3g diff %.4g [%.4g, %.4g] margin %.4g level %v since %d until %d", time.Since(begun), v.State, v.Reason, v.Evidence, v.EvidenceLive, v.P, v.Dispersion, v.Difference, v.Lower, v.Upper, v.Margin, v.Level, (v.Since-begin)/60, (v.Until-begin)/60)
		})
	}
}
