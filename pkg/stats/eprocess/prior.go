package eprocess

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
