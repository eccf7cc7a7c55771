package verdict

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
)

// begin is when the rollouts of the tests begin: 2026-01-01 00:00 UTC, a multiple of every block.
const begin = int64(1_767_225_600)

// edges of the tests' histograms, in seconds: those that prom-client has by default, from 50 ms on.
var edges = []float64{0.05, 0.1, 0.25, 0.5, 1, 2.5}

// stream describes simulated traffic: what each minute of each process counts.
type stream struct {
	minutes, processes int
	// baseline and feature are mean requests a minute of one process.
	baseline, feature float64
	// bad is the share of bad requests of an arm in a minute.
	bad func(minute int, feature bool) float64
	// slow multiplies the shares above the edges of an arm in a minute; nil for 1.
	slow func(minute int, feature bool) float64
	// stuck is the part of an arm's observations in a minute that lies above all edges, of which there is one more then, at
	// 10 s; nil for none.
	stuck func(minute int, feature bool) float64
	// mean is what one observation of an arm is on average; nil for the bad share.
	mean func(minute int, feature bool) float64
	// lost says that an arm of a process was not seen in a minute.
	lost func(minute, process int, feature bool) bool
	seed uint64
}

// tails are the shares of the observations above each edge: a tail that falls by powers.
var tails = []float64{0.6, 0.3, 0.05, 0.012, 0.003, 0.0005}

func always(share float64) func(int, bool) float64 {
	return func(int, bool) float64 { return share }
}

// worseFrom has a share that is times as large with the feature from a minute on.
func worseFrom(minute int, share, times float64) func(int, bool) float64 {
	return func(at int, feature bool) float64 {
		if feature && at >= minute {
			return share * times
		}
		return share
	}
}

// series draws the counts.
func (s stream) series(signal model.Signal) counts.Series {
	random := rand.New(rand.NewPCG(s.seed, 1))
	result := counts.Series{Signal: signal, Step: 60, Start: begin}
	if signal.Kind == model.KindHistogram {
		result.Edges = edges
		if s.stuck != nil {
			result.Edges = append(slices.Clone(edges), 10)
		}
	}
	for minute := range s.minutes {
		tick := counts.Tick{End: begin + int64(minute+1)*60, Expected: s.processes}
		for process := range s.processes {
			stratum := counts.Stratum{Key: process + 1}
			for _, feature := range []bool{false, true} {
				if s.lost != nil && s.lost(minute, process, feature) {
					if feature {
						tick.MissingB++
					} else {
						tick.MissingA++
					}
					continue
				}
				rate := s.baseline
				if feature {
					rate = s.feature
				}
				arm := s.arm(random, signal, minute, feature, poisson(random, rate))
				if feature {
					stratum.B = arm
				} else {
					stratum.A = arm
				}
			}
			if stratum.A.N > 0 || stratum.B.N > 0 {
				tick.Strata = append(tick.Strata, stratum)
			}
		}
		result.Ticks = append(result.Ticks, tick)
	}
	return result
}

func (s stream) arm(random *rand.Rand, signal model.Signal, minute int, feature bool, n float64) counts.Arm {
	arm := counts.Arm{N: n}
	switch signal.Kind {
	case model.KindRatio:
		arm.X = binomial(random, n, s.bad(minute, feature))
	case model.KindHistogram:
		times := 1.0
		if s.slow != nil {
			times = s.slow(minute, feature)
		}
		left, share := n, 1.0
		for _, tail := range tails {
			tail = math.Min(tail*times, 1)
			left = binomial(random, left, math.Min(tail/share, 1))
			share = tail
			arm.Above = append(arm.Above, left)
		}
		if s.stuck != nil {
			arm.Above = append(arm.Above, 0)
			stuck := binomial(random, n, s.stuck(minute, feature))
			for i := range arm.Above {
				arm.Above[i] = math.Min(arm.Above[i]+stuck, n)
			}
		}
	default:
		if n > 0 {
			arm.Sum = n*s.mean(minute, feature) + math.Sqrt(n)*random.NormFloat64()*0.1
		}
	}
	return arm
}

func poisson(random *rand.Rand, mean float64) float64 {
	if mean > 50 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*random.NormFloat64()))
	}
	n, p := 0.0, math.Exp(-mean)
	for f := random.Float64(); f > p; n++ {
		f -= p
		p *= mean / (n + 1)
	}
	return n
}

func binomial(random *rand.Rand, n, p float64) float64 {
	x := 0.0
	for range int(n) {
		if random.Float64() < p {
			x++
		}
	}
	return x
}

var (
	errorsSignal = model.Signal{
		ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter,
	}
	latencySignal = model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Unit: "s", Direction: model.LowerIsBetter}
	hitsSignal    = model.Signal{ID: "hits", Name: "Cache hits", Kind: model.KindRatio, Unit: "percentunit", Direction: model.HigherIsBetter}
	memorySignal  = model.Signal{ID: "memory", Name: "Memory", Kind: model.KindGauge, Unit: "bytes", Direction: model.LowerIsBetter}
	revenueSignal = model.Signal{ID: "revenue", Name: "Revenue", Kind: model.KindMean, Unit: "EUR", Direction: model.HigherIsBetter}
)

func optionsOf(signal model.Signal, margin model.Margin) Options {
	return Options{
		Flag: "checkout-v2", Baseline: "off", Variant: "on", Signal: signal, Judged: kind.BuiltIn().Of(signal).Judged, Margin: margin, Alpha: 0.01,
		Profile: model.ProfileStrict,
	}
}
