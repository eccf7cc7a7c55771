package promql

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

const (
	// BucketLabel is the upper bound of a classic bucket.
	BucketLabel = "le"
	// RangeLabel holds both bounds of a bucket of VictoriaMetrics, which counts what lies between them alone: 1.0e-02...1.1e-02.
	RangeLabel = "vmrange"
)

// longestDecimal is up to which power of ten a bound is looked for without an exponent too.
const longestDecimal = 40

// rangeDots stands between the bounds of a range.
const rangeDots = "..."

// Bound reads an upper bound as a number, however it is spelled: 0.5, 00.500, 5.0E-1, Inf. It is false for what is no
// number, and for NaN.
func Bound(text string) (float64, bool) {
	bound, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return bound, err == nil && !math.IsNaN(bound)
}

// Range reads the bounds of a bucket of VictoriaMetrics.
func Range(text string) (lower, upper float64, ok bool) {
	from, to, found := strings.Cut(text, rangeDots)
	lower, okLower := Bound(from)
	upper, okUpper := Bound(to)
	return lower, upper, found && okLower && okUpper && lower < upper
}

// Spelled tells whether BoundIs finds a bound by this spelling of it.
func Spelled(text string) bool {
	bound, ok := Bound(text)
	return ok && BoundIs(bound).Matches(text)
}

// BoundIs matches the label of classic buckets with these upper bounds, whichever way exposition formats, client libraries
// and engines spell them: with zeros before and behind (00.100), with an exponent (1.0E-4, 1e+06), with a sign, and +Inf in
// words. A store keeps what it was sent, and one bound can be spelled in several ways within one metric.
func BoundIs(bounds ...float64) *labels.Matcher {
	patterns := make([]string, len(bounds))
	for i, bound := range bounds {
		patterns[i] = spellings(bound)
	}
	slices.Sort(patterns)
	return labels.MustNewMatcher(labels.MatchRegexp, BucketLabel, strings.Join(slices.Compact(patterns), "|"))
}

// EveryObservation selects the buckets that count all observations of a classic histogram.
func EveryObservation() string { return BoundIs(math.Inf(1)).String() }

// EveryRange selects the buckets that have both bounds, which together count all observations.
func EveryRange() string { return hasLabel(RangeLabel).String() }

// spellings is a pattern of all ways to write a number.
func spellings(number float64) string {
	if math.IsInf(number, 0) {
		sign := `\+?`
		if number < 0 {
			sign = "-"
		}
		return sign + "(?i:inf(inity)?)"
	}
	if number == 0 {
		return `[+-]?(0+(\.0*)?|\.0+)([eE][+-]?[0-9]+)?`
	}
	// The shortest digits that give the number back, and the power of ten of the first: 2.5e-01.
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(math.Abs(number), 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	exponent, _ := strconv.Atoi(power) // FormatFloat wrote it.
	ways := []string{decimal(digits, 0) + exponential(exponent)}
	if exponent > -longestDecimal && exponent < longestDecimal {
		ways = append(ways, decimal(digits, exponent))
	}
	if len(digits) > 1 {
		// Whole mantissas, as some decimals of unlimited precision have them: 25e-2.
		ways = append(ways, decimal(digits, len(digits)-1)+exponential(exponent-len(digits)+1))
	}
	sign := `\+?`
	if number < 0 {
		sign = "-"
	}
	return sign + "(" + strings.Join(ways, "|") + ")"
}

// decimal is a pattern of a number without an exponent: its digits, of which the first stands for that power of ten.
func decimal(digits string, power int) string {
	switch whole := power + 1; {
	case whole <= 0:
		return `0*\.` + strings.Repeat("0", -whole) + digits + "0*"
	case whole >= len(digits):
		return "0*" + digits + strings.Repeat("0", whole-len(digits)) + `(\.0*)?`
	default:
		return "0*" + digits[:whole] + `\.` + digits[whole:] + "0*"
	}
}

// exponential is a pattern of an exponent.
func exponential(power int) string {
	switch {
	case power < 0:
		return fmt.Sprintf("[eE]-0*%d", -power)
	case power == 0:
		return "[eE][+-]?0+"
	}
	return fmt.Sprintf(`[eE]\+?0*%d`, power)
}
