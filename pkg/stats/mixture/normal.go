// Package mixture is the normal mixture supermartingale of Robbins 1970 and Howard, Ramdas, McAuliffe & Sekhon 2020,
// "Time-uniform Chernoff bounds via nonnegative supermartingales", with its boundary.
package mixture

import (
	"fmt"
	"math"

	"github.com/flaglens/flaglens/pkg/stats/internal/number"
)

// Normal tests whether a sum S of increments with conditional mean at most 0 (one-sided) or exactly 0
// (two-sided) has drifted, given its intrinsic time V (the sum of the increments' variances): the likelihood ratio
// exp(lambda S - lambda^2 V / 2) mixed over lambda ~ N(0, 1/Rho), restricted to lambda > 0 where OneSided.
// Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform Chernoff bounds", propositions 5 and 6.
type Normal struct {
	Rho      float64 // precision of the mixing distribution, in units of V; greater than 0
	OneSided bool
}

// NewNormal chooses Rho so that the bound at level alpha is tightest near intrinsic time v, by the
// approximation of Howard et al. 2021, section 3.5 (equation 3.7 there): v / (2 ln(1/a) + ln(1 + 2 ln(1/a))), where a
// one-sided mixture takes a = 2 alpha. It errs unless v > 0 and 0 < alpha < 1/2.
func NewNormal(v, alpha float64, oneSided bool) (Normal, error) {
	if !(v > 0) || math.IsInf(v, 0) {
		return Normal{}, fmt.Errorf("normal mixture: intrinsic time %v is not a positive number", v)
	}
	if !(alpha > 0 && alpha < 0.5) {
		return Normal{}, fmt.Errorf("normal mixture: alpha %v is not between 0 and 1/2", alpha)
	}
	return Normal{Rho: v / tuning(alpha, oneSided), OneSided: oneSided}, nil
}

// tuning is 2 ln(1/a) + ln(1 + 2 ln(1/a)), the ratio of the intrinsic time to tune for and Rho.
func tuning(alpha float64, oneSided bool) float64 {
	if oneSided {
		alpha *= 2
	}
	l := 2 * math.Log(1/alpha)
	return l + math.Log1p(l)
}

// LogE is the natural logarithm of the e-value at sum s and intrinsic time v (negative v counts as 0). It is finite
// for finite input, and 0 (no evidence) where s or v is no finite number.
func (m Normal) LogE(s, v float64) float64 {
	if !number.Finite(s) || !number.Finite(v) || !(m.Rho > 0) {
		return 0
	}
	v = math.Max(v, 0)
	z := s / math.Sqrt(v+m.Rho)
	logE := 0.5 * math.Log(m.Rho/(v+m.Rho))
	switch {
	case !m.OneSided:
		logE += z * z / 2
	case z < -30:
		// By Mills' ratio, where Phi underflows: its exp(-z^2/2) cancels the mixture's exp(z^2/2), which their logarithms
		// would not do to the digit. What hardly scatters lies billions of standard errors below the margin.
		logE += math.Ln2 - math.Log(-z) - 0.5*math.Log(2*math.Pi) + math.Log1p(-1/(z*z))
	default:
		logE += math.Ln2 + z*z/2 + math.Log(0.5*math.Erfc(-z/math.Sqrt2))
	}
	return number.Clamp(logE)
}

// Bound is the sum at which the e-value reaches 1/alpha at intrinsic time v: s stays below it (its absolute value,
// two-sided) for ever with probability at least 1 - alpha under the null hypothesis. It errs unless 0 < alpha < 1.
func (m Normal) Bound(v, alpha float64) (float64, error) {
	if !(alpha > 0 && alpha < 1) || !(v >= 0) || math.IsInf(v, 0) || !(m.Rho > 0) {
		return 0, fmt.Errorf("normal mixture: no bound at intrinsic time %v, alpha %v, rho %v", v, alpha, m.Rho)
	}
	// Two-sided, ln E = 1/2 ln(rho/(v+rho)) + s^2/(2(v+rho)) is solved for s; one-sided, that s is too large by less
	// than the factor 2 Phi(s) that it leaves out, and too small by none: it brackets the root from above.
	threshold := math.Log(1 / alpha)
	high := math.Sqrt(2 * (v + m.Rho) * (threshold + 0.5*math.Log1p(v/m.Rho)))
	if !m.OneSided {
		return high, nil
	}
	low := -high
	for m.LogE(low, v) > threshold {
		low *= 2
	}
	for m.LogE(high, v) < threshold {
		high = 2*high + math.Sqrt(v+m.Rho)
	}
	return bisect(func(s float64) float64 { return m.LogE(s, v) - threshold }, low, high), nil
}

// bisect finds where the increasing function f crosses 0 between low and high, to the last bit that halving reaches.
func bisect(f func(float64) float64, low, high float64) float64 {
	for range 200 {
		mid := low + (high-low)/2
		if mid <= low || mid >= high {
			break
		}
		if f(mid) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}
