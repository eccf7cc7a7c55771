package verdict

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/numbers"
)

// minus is the sign that stands in text before a negative number.
const minus = numbers.Minus

// scale is how numbers of a unit are written: multiplied, with what follows them.
type scale struct {
	factor float64
	suffix string
}

// scaleOf chooses the scale in which a number of the size of value reads well: 0.224 s is 224 ms.
func scaleOf(unit string, value float64) scale {
	factor, suffix := numbers.Scale(unit, value)
	return scale{factor, suffix}
}

// decimals is how many of them show a number of the size of value with so many significant digits, at most 6.
func decimals(value float64, digits int) int {
	size := math.Abs(value)
	if size == 0 || math.IsNaN(size) || math.IsInf(size, 0) {
		return 0
	}
	return min(max(digits-1-int(math.Floor(math.Log10(size))), 0), 6)
}

// fixed writes a number with so many decimals, with the sign of text.
func fixed(value float64, places int) string {
	text := strconv.FormatFloat(math.Abs(value), 'f', places, 64)
	if value < 0 && strings.ContainsAny(text, "123456789") {
		return minus + text
	}
	return text
}

// signed is fixed with a sign before what is not 0.
func signed(value float64, places int) string {
	text := fixed(value, places)
	if value > 0 && strings.ContainsAny(text, "123456789") {
		return "+" + text
	}
	return text
}

// Quantity writes a value of a unit with three significant digits: 224 ms, 1.24 s, 0.62%.
func Quantity(unit string, value float64) string {
	if math.IsNaN(value) {
		return "nothing"
	}
	return numbers.Value(unit, value)
}

// share writes a part of a whole in percent: 0.42%, 8.1%.
func share(value float64) string {
	percent := value * 100
	places := decimals(percent, 2)
	if percent > 0 && percent < 0.01 {
		places = decimals(percent, 1)
	}
	return fixed(percent, places) + "%"
}

// span is a difference with its interval, in one unit and with the same decimals: +38 ms (+21 to +55). The bounds lie on
// their sides of the border.
func span(unit string, difference, lower, upper float64, b border) string {
	s, places := spanScale(unit, difference, lower, upper)
	lower, upper, places = b.round(lower, upper, s.factor, places)
	bound := func(value float64) string { return signed(value*s.factor, places) }
	text := signed(difference*s.factor, places) + s.suffix
	switch noLower, noUpper := math.IsInf(lower, -1), math.IsInf(upper, 1); {
	case noLower && noUpper:
		return text
	case noUpper:
		return text + " (" + bound(lower) + " or more)"
	case noLower:
		return text + " (" + bound(upper) + " or less)"
	}
	return text + " (" + bound(lower) + " to " + bound(upper) + ")"
}

// spanScale is the scale of a span, and how many decimals it has.
func spanScale(unit string, difference, lower, upper float64) (scale, int) {
	s := differenceScale(unit, difference, lower, upper)
	width := math.Abs(difference)
	if w := upper - lower; !math.IsInf(w, 0) && !math.IsNaN(w) && w > 0 {
		width = w
	}
	places := decimals(width*s.factor, 2)
	if difference == 0 {
		return s, places
	}
	return s, min(places, decimals(difference*s.factor, 4))
}

// offset is a signed number in the unit of a difference, with at least so many decimals: +0.14 pp, −5 ms.
func offset(unit string, value float64, places int) string {
	s := differenceScale(unit, value)
	return signed(value*s.factor, max(places, decimals(value*s.factor, offsetDigits))) + s.suffix
}

// offsetDigits are the significant digits of an offset.
const offsetDigits = 2

// differenceScale is the scale of the largest of the numbers that are finite. Parts of a whole differ in percentage
// points.
func differenceScale(unit string, values ...float64) scale {
	largest := 0.0
	for _, value := range values {
		if size := math.Abs(value); !math.IsInf(size, 0) && size > largest {
			largest = size
		}
	}
	s := scaleOf(unit, largest)
	if s.suffix == "%" {
		s.suffix = " pp"
	}
	return s
}

// count writes a number of things: 214, 12,300, 1.46 M.
func count(n float64) string {
	switch {
	case n >= 1e9:
		return fixed(n/1e9, decimals(n/1e9, 3)) + " G"
	case n >= 1e6:
		return fixed(n/1e6, decimals(n/1e6, 3)) + " M"
	}
	digits := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// about rounds a count up to one significant digit, two above ten thousand: what is an estimate should read like one.
func about(n float64) string {
	unit := math.Pow(10, math.Floor(math.Log10(math.Max(n, 1))))
	if n >= 1e4 {
		unit /= 10
	}
	return count(math.Ceil(n/unit) * unit)
}

// moment writes a time for people of any zone.
func moment(unix int64) string { return time.Unix(unix, 0).UTC().Format("2 Jan 15:04 UTC") }

// trimmed writes a number of a unit without needless digits: 250 ms, 1 s, 98%.
func trimmed(unit string, value float64) string {
	s := scaleOf(unit, value)
	return strconv.FormatFloat(value*s.factor, 'g', 6, 64) + s.suffix
}

// ticksLength is how long so many minutes are.
func ticksLength(ticks int) string { return numbers.Length(time.Duration(ticks) * time.Minute) }
