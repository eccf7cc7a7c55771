package peers

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// GammaPoisson tests whether a Poisson count exceeds its expected value v: a likelihood ratio mixed over the rate's
// factor theta ~ Gamma(Rho, Rho), restricted to theta > 1. Howard et al. 2021, proposition 7.
type GammaPoisson struct{ Rho float64 }

// NewGammaPoisson is tightest at an expected count of v at level alpha (Howard et al. 2021, section 3.5, one-sided).
func NewGammaPoisson(v, alpha float64) GammaPoisson {
	l := 2 * math.Log(1/(2*alpha))
	return GammaPoisson{Rho: v / (l + math.Log1p(l))}
}

// LogE is the logarithm of the e-value of v + s events where v were expected.
func (g GammaPoisson) LogE(s, v float64) float64 {
	part := func(shape, rate float64) float64 {
		value, _ := math.Lgamma(shape)
		return value + math.Log(mathext.GammaIncRegComp(shape, rate)) - shape*math.Log(rate)
	}
	return v + part(v+s+g.Rho, v+g.Rho) - part(g.Rho, g.Rho)
}

// Bound is the excess s over v expected events at which the e-value reaches 1/alpha.
func (g GammaPoisson) Bound(v, alpha float64) float64 {
	low, high := 0.0, 1.0
	for g.LogE(high, v) < -math.Log(alpha) {
		low, high = high, 2*high
	}
	for range 100 {
		if mid := (low + high) / 2; g.LogE(mid, v) < -math.Log(alpha) {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// ExactPoisson is the one-sided p value of "the rate of x1 in n1 exceeds that of x2 in n2": conditionally on all
// events, x1 is binomial (Przyborowski & Wilenski 1940).
func ExactPoisson(x1, n1, x2, n2 float64) float64 {
	return distuv.Binomial{N: x1 + x2, P: n1 / (n1 + n2)}.Survival(x1 - 1)
}

// ScorePoisson is the score interval of the ratio of two Poisson rates (Ng & Tang 2005): the ratios r with
// (x1 - r d x2)^2 <= z^2 (x1 + x2) r d, d = n1/n2.
func ScorePoisson(x1, n1, x2, n2, alpha float64) (lower, upper float64) {
	z := distuv.UnitNormal.Quantile(1 - alpha/2)
	d := n1 / n2
	a, b := x2*x2, 2*x1*x2+z*z*(x1+x2)
	root := math.Sqrt(b*b - 4*a*x1*x1)
	return (b - root) / (2 * a * d), (b + root) / (2 * a * d)
}

// Table is one stratum of Cochran, Mantel and Haenszel: bad and good events of both arms.
type Table struct{ BadB, GoodB, BadA, GoodA float64 }

// MantelHaenszel is the test that no stratum knows a difference, without continuity correction: its statistic and p.
func MantelHaenszel(tables []Table) (statistic, p float64) {
	excess, variance := 0.0, 0.0
	for _, t := range tables {
		nb, na := t.BadB+t.GoodB, t.BadA+t.GoodA
		n, bad := na+nb, t.BadA+t.BadB
		excess += t.BadB - nb*bad/n
		variance += na * nb * bad * (n - bad) / (n * n * (n - 1))
	}
	statistic = excess * excess / variance
	return statistic, distuv.ChiSquared{K: 1}.Survival(statistic)
}

// ZTest is the two-sided p value of the pooled test of two shares, as a dashboard's author would compute it.
func ZTest(xa, na, xb, nb float64) float64 {
	p := (xa + xb) / (na + nb)
	se := math.Sqrt(p * (1 - p) * (1/na + 1/nb))
	if !(se > 0) {
		return 1
	}
	return 2 * distuv.UnitNormal.Survival(math.Abs(xb/nb-xa/na)/se)
}
