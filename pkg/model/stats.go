package model

import (
	"math"
	"strconv"
	"strings"
)

// Stats of signals that are no quantiles.
const (
	StatMean  = "mean"
	StatRate  = "rate"
	StatRatio = "ratio"
	StatShare = "share"
	StatValue = "value"
)

// DefaultQuantiles are the quantiles of a query that names none.
var DefaultQuantiles = []float64{0.5, 0.95, 0.99}

// QuantileStat names a quantile in 0..1 as a stat: 0.95 is p95, 0.999 is p99.9.
func QuantileStat(q float64) string {
	// Rounding hides that 0.999*100 is 99.89999999999999.
	percent := math.Round(q*100*1e10) / 1e10
	return "p" + strconv.FormatFloat(percent, 'f', -1, 64)
}

// StatQuantile is the quantile that a stat names, and whether it names one.
func StatQuantile(stat string) (float64, bool) {
	digits, ok := strings.CutPrefix(stat, "p")
	if !ok || strings.ContainsAny(digits, "+-eExX_") {
		return 0, false
	}
	// The exponent moves the point without the rounding of a division: p99.9 is 0.999 to the last bit.
	q, err := strconv.ParseFloat(digits+"e-2", 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0, false
	}
	return q, true
}
