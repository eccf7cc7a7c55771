package peers

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// ZTest is the two-sided p value of the pooled test of two shares, as a dashboard's author would compute it.
func ZTest(xa, na, xb, nb float64) float64 {
	p := (xa + xb) / (na + nb)
	se := math.Sqrt(p * (1 - p) * (1/na + 1/nb))
	if !(se > 0) {
		return 1
	}
	return 2 * distuv.UnitNormal.Survival(math.Abs(xb/nb-xa/na)/se)
}
