// Package likelihood is the conditional likelihood ratio of two bad shares, by stratum, for a grid of alternatives: the
// test of Lindon & Malek 2022, "Anytime-valid inference for multinomial count data", and Lindon & Kallus 2024,
// "Anytime-valid inference in linear models and counts", extended by an absolute margin.
package likelihood

import "math"

// Claim is what a test tries to reject: the tested arm's bad share is at most ratio times the other's plus shift. For
// each alternative r = q ratio, a stratum adds to the logarithm of the likelihood ratio
//
//	ln L = x_A ln c_A + x_B ln c_B - shift n_B (c_B - 1),  c_A = (1 + w ratio)/(1 + w r),  c_B = q c_A
//
// with B the tested arm and w = n_B / n_A. Under the claim E[L] <= 1, for independent requests whose shares may differ
// from stratum to stratum, since then 1 + x <= e^x bounds every factor. Without a shift it is the conditional binomial
// test of Lindon & Malek 2022.
type Claim struct {
	Ratio, Shift float64
	// Arm is 0 where B is tested against A, 1 where A is tested against B.
	Arm int
}

// LogFeature is ln c_B of an alternative: what one bad event of the tested arm adds.
func (c Claim) LogFeature(w float64, k int) float64 {
	v := w * c.Ratio
	return Effects.log[k] + math.Log((1+v)/(1+v*Effects.q[k]))
}

// Stratum is a Stratum with counts on both arms, its process numbered from 0 in the order of appearance.
type Stratum struct {
	Process        int32
	NA, NB, XA, XB float64
}
