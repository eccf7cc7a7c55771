package stats

import "math"

// alternatives is the number of effects that a test bets on: ratios of the bad shares, as multiples of the margin's.
const alternatives = 14

// effects are those multiples q, evenly spaced by logarithm over 1.08..30, with their logarithms and their weights in
// proportion to exp(-ln q / 0.7): small damage is more likely than large.
var effects = func() (e struct{ q, log, weight [alternatives]float64 }) {
	low, high, scale := math.Log(1.08), math.Log(30.0), 0.7
	sum := 0.0
	for k := range alternatives {
		e.log[k] = low + (high-low)*float64(k)/(alternatives-1)
		e.q[k] = math.Exp(e.log[k])
		e.weight[k] = math.Exp(-e.log[k] / scale)
		sum += e.weight[k]
	}
	for k := range alternatives {
		e.weight[k] /= sum
	}
	return e
}()

// startPrior is the prior probability that the effect sets in at quarter of an hour j: half of it at once, the other
// half spread over the hours h = 1, 2... in proportion to 1/(h (h+1)). It sums to 1 over all time.
func startPrior(j int) float64 {
	if j == 0 {
		return 0.5
	}
	h := float64((j-1)/4 + 1)
	return 0.5 / (4 * h * (h + 1))
}

// hourPrior is the same over whole hours.
func hourPrior(h int) float64 {
	if h == 0 {
		return 0.5
	}
	return 0.5 / (float64(h) * float64(h+1))
}

// The uniform prior of Params.Daily over a day's quarters and hours.
const (
	dailyPrior     = 1.0 / 96
	dailyHourPrior = 1.0 / 24
)
