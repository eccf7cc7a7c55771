package stats

import "math"

// claim is what a test tries to refute: the tested arm's bad share is at most ratio times the other's plus shift.
type claim struct {
	ratio, shift float64
	// arm is 0 where B is tested against A, 1 where A is tested against B.
	arm int
}

// seen is a stratum as a claim sees it: the tested arm is B.
func (c claim) seen(s stratum) (w, nB, xA, xB float64) {
	if c.arm == 0 {
		return s.nB / s.nA, s.nB, s.xA, s.xB
	}
	return s.nA / s.nB, s.nA, s.xB, s.xA
}

// gains are the logarithms of the likelihood ratios of one stratum for each alternative r = q ratio:
//
//	ln L = x_A ln c_A + x_B ln c_B - shift n_B (c_B - 1),  c_A = (1 + w ratio)/(1 + w r),  c_B = q c_A
//
// Under the claim E[L] <= 1, for independent requests whose shares may differ from stratum to stratum, since then
// 1 + x <= e^x bounds every factor. Without a shift it is the conditional binomial test of Lindon & Malek 2022.
func (c claim) gains(s stratum, out *gainsOf) {
	w, nB, xA, xB := c.seen(s)
	v := w * c.ratio
	for k := range out {
		rest := 1 + v*effects.q[k]
		logA := math.Log((1 + v) / rest)
		g := xA*logA + xB*(logA+effects.log[k])
		if c.shift != 0 {
			g -= c.shift * nB * (effects.q[k] - 1) / rest
		}
		out[k] = g
	}
}

// logFeature is ln c_B of an alternative: what one bad event of the tested arm adds.
func (c claim) logFeature(w float64, k int) float64 {
	v := w * c.ratio
	return effects.log[k] + math.Log((1+v)/(1+v*effects.q[k]))
}
