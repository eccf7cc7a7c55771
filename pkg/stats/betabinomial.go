package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// LogBetaBinomial is the logarithm of the e-value of "x of n, where each is bad with probability p0" against the same
// with a probability drawn from Beta(a, b): the ratio of a beta-binomial and a binomial probability. Both a and b must
// be greater than 0. It is finite for every input; what is no possible observation gives 0 (no evidence).
// Robbins 1970; Howard & Ramdas 2022, "Sequential estimation of quantiles", section 3.
func LogBetaBinomial(x, n, p0, a, b float64) float64 {
	if !(x >= 0 && x <= n) || math.IsInf(n, 0) || !(p0 > 0 && p0 < 1) || !(a > 0 && b > 0) ||
		math.IsInf(a, 0) || math.IsInf(b, 0) {
		return 0
	}
	return clampFinite(mathext.Lbeta(a+x, b+n-x) - mathext.Lbeta(a, b) - x*math.Log(p0) - (n-x)*math.Log1p(-p0))
}

// BernoulliTuning says where a confidence sequence for a share is tightest.
type BernoulliTuning struct {
	N     float64 // number of observations to be tightest at
	Alpha float64 // at this level
}

// concentration is a + b of the beta prior, which is centred on the null hypothesis.
func (t BernoulliTuning) concentration() float64 {
	return math.Max(t.N/tuning(t.Alpha, false)-1, 1e-3)
}

// logShareE is the e-value against "the share is p0": a beta prior centred on p0, as Howard & Ramdas 2022 choose it.
func (t BernoulliTuning) logShareE(x, n, p0 float64) float64 {
	c := t.concentration()
	return LogBetaBinomial(x, n, p0, c*p0, c*(1-p0))
}

func (t BernoulliTuning) validate() error {
	if !(t.N > 0) || math.IsInf(t.N, 0) || !(t.Alpha > 0 && t.Alpha < 1) {
		return fmt.Errorf("bernoulli tuning: %v observations at alpha %v", t.N, t.Alpha)
	}
	return nil
}

// BernoulliInterval is the confidence sequence of a share after x of n: the shares whose e-value against x stays below
// 1/alpha. It covers the share at every look at once with probability at least 1 - alpha. Without observations it is
// [0, 1]. It errs on impossible counts and levels.
func BernoulliInterval(x, n, alpha float64, tune BernoulliTuning) (lower, upper float64, err error) {
	if !(x >= 0 && x <= n) || math.IsInf(n, 0) {
		return 0, 1, fmt.Errorf("bernoulli interval: %v of %v is no share", x, n)
	}
	if !(alpha > 0 && alpha < 1) {
		return 0, 1, fmt.Errorf("bernoulli interval: alpha %v is not between 0 and 1", alpha)
	}
	if err := tune.validate(); err != nil {
		return 0, 1, fmt.Errorf("bernoulli interval: %w", err)
	}
	if n == 0 {
		return 0, 1, nil
	}
	const edge = 1e-12 // where the logarithms still hold
	threshold := math.Log(1 / alpha)
	share := math.Min(math.Max(x/n, edge), 1-edge)
	excess := func(p float64) float64 { return tune.logShareE(x, n, p) - threshold }
	lower, upper = 0, 1
	if x > 0 && excess(edge) > 0 {
		lower = bisect(func(p float64) float64 { return -excess(p) }, edge, share)
	}
	if x < n && excess(1-edge) > 0 {
		upper = bisect(excess, share, 1-edge)
	}
	return lower, upper, nil
}
