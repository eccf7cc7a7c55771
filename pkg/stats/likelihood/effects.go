package likelihood

import "math"

// Alternatives is the number of effects that a test bets on: ratios of the bad shares, as multiples of the margin's.
const Alternatives = 14

// Gains are logarithms of likelihood ratios, one for each alternative.
type Gains = [Alternatives]float64

// grid is a grid of effects: multiples q, their logarithms and their weights.
type grid struct{ q, log, Weight [Alternatives]float64 }

// Effects are those multiples q, evenly spaced by logarithm over 1.08..30, with their logarithms and their weights in
// proportion to exp(-ln q / 0.7): small damage is more likely than large.
var Effects = func() (e grid) {
	low, high, scale := math.Log(1.08), math.Log(30.0), 0.7
	sum := 0.0
	for k := range Alternatives {
		e.log[k] = low + (high-low)*float64(k)/(Alternatives-1)
		e.q[k] = math.Exp(e.log[k])
		e.Weight[k] = math.Exp(-e.log[k] / scale)
		sum += e.Weight[k]
	}
	for k := range Alternatives {
		e.Weight[k] /= sum
	}
	return e
}()
