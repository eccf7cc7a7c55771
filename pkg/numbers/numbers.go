package numbers

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// Missing stands where there is no value.
	Missing = "–"
	// Minus stands before a negative number.
	Minus = "−"

	significant = 3
	// smallPercent is how many digits say enough of a percentage below 1: 0.42%.
	smallPercent = 2
	// noDecimals leaves the decimals to the number.
	noDecimals = -1
)

// parts is a written number: how many decimals it has, and what follows it.
type parts struct {
	text, suffix string
	decimals     int
}

// exponent is that of ten in a positive number: 2 for 224.
func exponent(v float64) int {
	_, digits, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(digits)
	return n
}

func digitsOf(scaled float64, unit string) int {
	if isRatio(unit) && scaled < 1 {
		return smallPercent
	}
	return significant
}

// decimalsFor leaves so many significant digits.
func decimalsFor(scaled float64, digits int) int {
	if scaled == 0 {
		return 0
	}
	return max(0, digits-1-exponent(scaled))
}

// fixed writes a number that is not negative with so many decimals; halves are rounded up.
func fixed(v float64, places int) string {
	exact := strings.TrimRight(strconv.FormatFloat(v, 'f', places+30, 64), "0")
	if _, rest, _ := strings.Cut(exact, "."); len(rest) == places+1 && strings.HasSuffix(rest, "5") {
		v = math.Nextafter(v, math.Inf(1))
	}
	return strconv.FormatFloat(v, 'f', places, 64)
}

// rounded is a magnitude with the digits that are shown, in the unit's own scale: 999.6 ms is 1 s.
func rounded(magnitude float64, unit string) float64 {
	factor, _ := scaleOf(unit, magnitude)
	scaled := magnitude * factor
	if scaled == 0 {
		return 0
	}
	shown, _ := strconv.ParseFloat(fixed(scaled, decimalsFor(scaled, digitsOf(scaled, unit))), 64)
	return shown * magnitude / scaled
}

func partsOf(magnitude float64, unit string, decimals int) parts {
	factor, _ := scaleOf(unit, magnitude)
	source := magnitude
	if decimals == noDecimals && magnitude*factor < 1000 {
		source = rounded(magnitude, unit)
	}
	factor, suffix := scaleOf(unit, source)
	places := decimals
	if decimals == noDecimals {
		places = decimalsFor(source*factor, digitsOf(source*factor, unit))
	}
	return parts{text: fixed(source*factor, places), suffix: suffix, decimals: places}
}

func infinite(v float64) string {
	if v > 0 {
		return "∞"
	}
	return Minus + "∞"
}

// Value writes a value of a unit with three significant digits: 224 ms, 1.24 s, 0.42%. NaN is Missing.
func Value(unit string, v float64) string {
	switch {
	case math.IsNaN(v):
		return Missing
	case math.IsInf(v, 0):
		return infinite(v)
	}
	p := partsOf(math.Abs(v), unit, noDecimals)
	if v < 0 {
		return Minus + p.text + p.suffix
	}
	return p.text + p.suffix
}

// Style is how differences of a unit are written.
type Style struct {
	Unit string
	// Decimals replaces those that the values suggest; negative leaves it to them.
	Decimals int
}

// StyleOf leaves the decimals to the values.
func StyleOf(unit string) Style { return Style{Unit: unit, Decimals: noDecimals} }

type differenceScale struct {
	factor   float64
	decimals int
	suffix   string
	known    bool
}

// scale is that of the largest of what the difference lies between, else of the numbers themselves.
func (s Style) scale(between, own []float64) differenceScale {
	for _, values := range [][]float64{between, own} {
		reference := largest(values)
		if reference == 0 {
			continue
		}
		p := partsOf(reference, s.Unit, s.Decimals)
		factor, _ := scaleOf(s.Unit, rounded(reference, s.Unit))
		if isRatio(s.Unit) {
			p.suffix = " pp"
		}
		return differenceScale{factor: factor, decimals: p.decimals, suffix: p.suffix, known: true}
	}
	return differenceScale{factor: 1}
}

// largest is the largest finite magnitude; 0 where there is none.
func largest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		if size := math.Abs(v); !math.IsInf(size, 0) && size > most {
			most = size
		}
	}
	return most
}

func (d differenceScale) signed(v float64) string {
	switch {
	case math.IsNaN(v):
		return Missing
	case math.IsInf(v, 1):
		return "+∞"
	case math.IsInf(v, -1):
		return infinite(v)
	}
	text := fixed(math.Abs(v*d.factor), d.decimals)
	switch {
	case !strings.ContainsAny(text, "123456789"):
		return text
	case v < 0:
		return Minus + text
	}
	return "+" + text
}

// Difference writes a difference with its sign: +38 ms, −0.05 pp. It shares unit and decimals with the larger of the values
// that it lies between, so that what is rounding in those is not written as a difference.
func Difference(s Style, difference float64, between ...float64) string {
	scale := s.scale(between, []float64{difference})
	switch {
	case math.IsNaN(difference):
		return Missing
	case math.IsInf(difference, 0):
		return scale.signed(difference)
	case !scale.known:
		p := partsOf(math.Abs(difference), s.Unit, s.Decimals)
		return p.text + p.suffix
	}
	return scale.signed(difference) + scale.suffix
}

// Interval writes an interval around a difference like the difference beside it, which carries the unit: +21 to +55, +21 or
// more where nothing bounds one end. Ends without a bound are infinite or NaN; it is empty where nothing bounds either.
func Interval(s Style, lower, upper float64, between ...float64) string {
	scale := s.scale(between, []float64{lower, upper})
	noLower, noUpper := math.IsNaN(lower) || math.IsInf(lower, 0), math.IsNaN(upper) || math.IsInf(upper, 0)
	switch {
	case noLower && noUpper:
		return ""
	case noUpper:
		return scale.signed(lower) + " or more"
	case noLower:
		return scale.signed(upper) + " or less"
	}
	return scale.signed(lower) + " to " + scale.signed(upper)
}

// Grid is what Difference and Interval multiply numbers by, and to how many decimals they round then.
func (s Style) Grid(own []float64, between ...float64) (factor float64, decimals int) {
	scale := s.scale(between, own)
	return scale.factor, scale.decimals
}

// Setting writes a difference that somebody chose with no more digits than it has: +10 pp, +0.25 pp, +50 ms.
func Setting(unit string, v float64) string {
	text := Difference(StyleOf(unit), v)
	end := strings.LastIndexAny(text, "0123456789") + 1
	if head := text[:end]; strings.Contains(head, ".") {
		return strings.TrimRight(strings.TrimRight(head, "0"), ".") + text[end:]
	}
	return text
}

// Length writes a span of time in at most two units: 6 h 12 m, 9 d 3 h, 45 s.
func Length(d time.Duration) string {
	seconds := max(0, int64(math.Round(d.Seconds())))
	if seconds < 60 {
		return fmt.Sprintf("%d s", seconds)
	}
	minutes := int64(math.Round(d.Minutes()))
	named := []struct {
		n    int64
		unit string
	}{{minutes / 1440, "d"}, {minutes % 1440 / 60, "h"}, {minutes % 60, "m"}}
	if named[0].n > 0 {
		named = named[:2]
	}
	var written []string
	for _, part := range named {
		if part.n > 0 {
			written = append(written, fmt.Sprintf("%d %s", part.n, part.unit))
		}
	}
	return strings.Join(written, " ")
}

// Split writes shares of a whole, 0..1, as percentages in order: 50.0 : 50.0.
func Split(shares ...float64) string {
	texts := make([]string, len(shares))
	for i, share := range shares {
		texts[i] = Missing
		if !math.IsNaN(share) {
			texts[i] = fixed(share*100, 1)
		}
	}
	return strings.Join(texts, " : ")
}
