// Package number keeps numbers finite.
package number

import "math"

// Finite says whether x is a finite number.
func Finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Clamp keeps a logarithm of evidence within the finite numbers.
func Clamp(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return math.Min(math.Max(x, -math.MaxFloat64), math.MaxFloat64)
}
