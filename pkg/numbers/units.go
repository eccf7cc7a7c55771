// Package numbers writes numbers of units for people, as the panel writes them in its cells and on its axes: both are held
// to the vectors in testdata/numbers. Units are ids of Grafana, scaled as Grafana scales them.
package numbers

import (
	"math"
	"slices"
	"strings"
)

// step is how a unit writes numbers below a bound: multiplied, with what follows them.
type step struct {
	below, factor float64
	suffix        string
}

var forever = math.Inf(1)

// lengths are the units of time, by the steps of Grafana's own formatters.
var lengths = map[string][]step{
	"ns": {
		{1e3, 1, "ns"}, {1e6, 1e-3, "µs"}, {1e9, 1e-6, "ms"}, {6e10, 1e-9, "s"}, {36e11, 1 / 6e10, "min"}, {864e11, 1 / 36e11, "hour"},
		{forever, 1 / 864e11, "day"},
	},
	"µs": {{1e3, 1, "µs"}, {1e6, 1e-3, "ms"}, {forever, 1e-6, "s"}},
	"ms": {
		{1e3, 1, "ms"}, {6e4, 1e-3, "s"}, {36e5, 1 / 6e4, "min"}, {864e5, 1 / 36e5, "hour"}, {31536e6, 1 / 864e5, "day"},
		{forever, 1 / 31536e6, "year"},
	},
	"s": {
		{1e-6, 1e9, "ns"}, {1e-3, 1e6, "µs"}, {1, 1e3, "ms"}, {60, 1, "s"}, {3600, 1.0 / 60, "min"}, {86400, 1.0 / 3600, "hour"},
		{604800, 1.0 / 86400, "day"}, {31536e3, 1.0 / 604800, "week"}, {forever, 1.0 / 31556900, "year"},
	},
	"m": {
		{60, 1, "min"}, {1440, 1.0 / 60, "hour"}, {10080, 1.0 / 1440, "day"}, {604800, 1.0 / 10080, "week"}, {forever, 1.0 / 525948, "year"},
	},
}

// IsDuration says whether a unit is one of time.
func IsDuration(unit string) bool { return lengths[unit] != nil }

// counts are what is counted in a time: thousands are K, M, B, T.
var counts = map[string]string{
	"reqps": "req/s", "ops": "ops/s", "rps": "rd/s", "wps": "wr/s", "iops": "io/s", "cps": "c/s", "eps": "evt/s", "mps": "msg/s",
	"reqpm": "req/m", "opm": "ops/m", "cpm": "c/m",
}

// binary and decimal are amounts of data.
var (
	binary  = map[string]string{"bytes": "B", "bits": "b", "binBps": "B/s", "binbps": "b/s"}
	decimal = map[string]string{"decbytes": "B", "decbits": "b", "Bps": "B/s", "bps": "b/s"}

	binaryPrefixes  = []string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"}
	decimalPrefixes = []string{"f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"}
	countPrefixes   = []string{"", "K", "M", "B", "T"}
)

// shortFrom is where a number without a unit is written with a prefix: 14.6 k.
const shortFrom = 10_000

// Scale is how a magnitude of a unit is written: what it is multiplied by, and what follows it.
func Scale(unit string, magnitude float64) (factor float64, suffix string) {
	return scaleOf(unit, math.Abs(magnitude))
}

// scaleOf is how a magnitude of a unit is written: what it is multiplied by, and what follows it.
func scaleOf(unit string, magnitude float64) (factor float64, suffix string) {
	if steps, ok := lengths[unit]; ok {
		if magnitude == 0 {
			return 1, " " + unitOfZero(unit)
		}
		at := slices.IndexFunc(steps, func(s step) bool { return magnitude < s.below })
		if at < 0 {
			at = len(steps) - 1
		}
		return steps[at].factor, " " + plural(steps[at].suffix, magnitude*steps[at].factor)
	}
	if symbol, ok := counts[unit]; ok {
		factor, prefix := prefixOf(countPrefixes, 0, 1000, magnitude)
		if prefix != "" {
			prefix += " "
		}
		return factor, " " + prefix + symbol
	}
	if symbol, ok := binary[unit]; ok {
		factor, prefix := prefixOf(binaryPrefixes, 0, 1024, magnitude)
		return factor, " " + prefix + symbol
	}
	if symbol, ok := decimal[unit]; ok {
		factor, prefix := prefixOf(decimalPrefixes, 5, 1000, magnitude)
		return factor, " " + prefix + symbol
	}
	switch unit {
	case "percentunit":
		return 100, "%"
	case "percent":
		return 1, "%"
	case "", "none", "short":
		if magnitude < shortFrom {
			return 1, ""
		}
		factor, prefix := prefixOf(decimalPrefixes, 5, 1000, magnitude)
		return factor, " " + prefix
	}
	return 1, " " + strings.TrimSpace(strings.TrimPrefix(unit, "suffix:"))
}

// plural is the name of a unit of time for a number of them; symbols have none.
func plural(name string, n float64) string {
	if n > 1 && slices.Contains([]string{"min", "hour", "day", "week", "year"}, name) {
		return name + "s"
	}
	return name
}

func unitOfZero(unit string) string {
	if unit == "m" {
		return "min"
	}
	return unit
}

// prefixOf is the prefix that leaves a magnitude between 1 and base, as far as there are prefixes, of which base is none.
func prefixOf(prefixes []string, none int, base, magnitude float64) (factor float64, prefix string) {
	power := 0
	if magnitude > 0 {
		power = int(math.Floor(math.Log(magnitude) / math.Log(base)))
		// The quotient of logarithms may lie a bit beside a whole number.
		if math.Pow(base, float64(power+1)) <= magnitude {
			power++
		} else if math.Pow(base, float64(power)) > magnitude {
			power--
		}
	}
	power = min(max(power, -none), len(prefixes)-1-none)
	return math.Pow(base, float64(-power)), prefixes[none+power]
}

func isRatio(unit string) bool { return unit == "percentunit" || unit == "percent" }
