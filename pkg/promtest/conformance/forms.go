package conformance

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
)

// forms are histograms that lack a part, have bounds in several spellings, or other buckets than those of Prometheus.
func forms() []stack {
	micrometer := map[string]string{"method": "GET", "uri": "/cart/{id}"}
	const base, status = "http_server_requests_seconds", "status"
	form := func(name, situation string, s stack) stack {
		s.name, s.situation, s.base, s.labels = name, situation, base, micrometer
		s.status, s.ok, s.bad = status, "200", "500"
		if s.processes == nil {
			s.processes = scraped
		}
		if s.engines == nil {
			s.engines = everywhere
		}
		return byLabels(s, "flag", "variant")
	}
	decimals := []string{"0.005", "0.010", "0.025", "0.050", "0.100", "0.250", "0.500", "1.000", "2.500", "5.000", "10.000", "+Inf"}
	java := []string{"5.0E-3", "1.0E-2", "2.5E-2", "5.0E-2", "1.0E-1", "2.5E-1", "5.0E-1", "1.0E0", "2.5E0", "5.0E0", "1.0E1", "Inf"}
	haskell := []string{"5.0e-3", "1.0e-2", "2.5e-2", "5.0e-2", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "inf"}
	padded := []string{"00.005", "00.010", "00.025", "00.050", "00.100", "00.250", "00.500", "01.000", "02.500", "05.000", "10.000", "+inf"}
	whole := []string{"5E-3", ".01", "25e-3", "+5.0e-02", "1e-1", "2.50e-01", "5e-01", "1e+00", "25E-1", "5e0", "1e+01", "+Infinity"}
	return []stack{
		form("vmrange", "The Go library of VictoriaMetrics: buckets have both bounds, and those without an observation are missing.",
			stack{ranges: true}),
		form("vmrange-without-count", "The same through a relabelling that keeps the buckets alone.",
			stack{ranges: true, lacks: map[string]int{"_count": -1, "_sum": -1}}),
		form("spellings-by-instance", "Two processes with other client libraries, which spell the same bounds in their own ways.",
			stack{spelled: [][]string{decimals, java}, engines: Engines}),
		form("spellings-of-all-kinds", "Bounds with an exponent here and none there, padded, or whole numbers times a power of ten.",
			stack{spelled: [][]string{haskell, whole, padded}, engines: Engines, processes: append(slices.Clone(scraped),
				map[string]string{"job": "shop", "instance": "10.0.0.3:8080"})}),
		form("without-count", "Buckets with +Inf, and no _count: the requests are those of the bucket +Inf.",
			stack{lacks: map[string]int{"_count": -1}}),
		form("without-inf", "Buckets without +Inf, and a _count.", stack{lacks: map[string]int{"+Inf": -1}}),
		form("without-inf-in-one-process", "One of two processes exposes no bucket +Inf, both a _count.",
			stack{lacks: map[string]int{"+Inf": 1}}),
	}
}

// rangesPerDecade is into how many ranges VictoriaMetrics divides a power of ten.
const rangesPerDecade = 18

// rangeOf is the number of the range that a value lies in: lower bounds are not part of it, upper ones are.
func rangeOf(seconds float64) int { return int(math.Ceil(math.Log10(seconds) * rangesPerDecade)) }

// ranged are the samples of the ranges that have observations.
func (n *counted) ranged(of labels.Labels, at int64) []Sample {
	var samples []Sample
	for _, i := range slices.Sorted(maps.Keys(n.ranges)) {
		bound := func(i int) float64 { return math.Pow(10, float64(i)/rangesPerDecade) }
		text := fmt.Sprintf("%.3e...%.3e", bound(i-1), bound(i))
		series := labels.NewBuilder(of).Set("vmrange", text).Labels()
		samples = append(samples, Sample{Series: series, At: at, Value: n.ranges[i]})
	}
	return samples
}
