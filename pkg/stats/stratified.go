package stats

import "math"

// Pooled is what strata with ratios and rates of their own say together (Mantel & Haenszel 1959): a ratio and a
// difference of shares within strata, never across them, so that a ramp or one bad process cannot turn them around
// (Simpson's paradox).
type Pooled struct {
	RiskRatio      float64 // sum x_B n_A/n over sum x_A n_B/n; NaN where neither arm has a bad event, +Inf where A has none
	OddsRatio      float64 // the same of odds; NaN and +Inf likewise
	RiskDifference float64 // shares' difference B - A, weighted by n_A n_B/n; NaN where no stratum has both arms
	Strata         int     // strata in which both arms have traffic
}

// Pool pools strata. It is the caller's to show infinities and what is not known as text.
func Pool(strata []Stratum) Pooled {
	var ratioB, ratioA, oddsB, oddsA, difference, weight float64
	used := 0
	for _, s := range strata {
		a, b := s.A, s.B
		n := a.N + b.N
		if !(a.N > 0 && b.N > 0) || math.IsInf(n, 0) {
			continue
		}
		used++
		ratioB += b.X * a.N / n
		ratioA += a.X * b.N / n
		oddsB += b.X * (a.N - a.X) / n
		oddsA += a.X * (b.N - b.X) / n
		difference += (b.X*a.N - a.X*b.N) / n
		weight += a.N * b.N / n
	}
	if used == 0 {
		return Pooled{RiskRatio: math.NaN(), OddsRatio: math.NaN(), RiskDifference: math.NaN()}
	}
	return Pooled{
		RiskRatio:      ratioB / ratioA,
		OddsRatio:      oddsB / oddsA,
		RiskDifference: difference / weight,
		Strata:         used,
	}
}
