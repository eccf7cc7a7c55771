package survey

import (
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
)

// metricsOf lists the names under which a signal's series can be found; a histogram's own name is that of a native one.
func metricsOf(signal model.Signal) []string {
	switch signal.Kind {
	case model.KindHistogram:
		return []string{signal.Metric + "_count", signal.Metric}
	case model.KindMean:
		return []string{signal.CountMetric}
	default:
		if histogram, ok := histogramCounted(signal); ok {
			return []string{signal.Metric, histogram}
		}
		return []string{signal.Metric}
	}
}

// countOf is the rate of a histogram's observations as a signal.
func countOf(histogram model.Signal) model.Signal {
	histogram.Metric += "_count"
	histogram.Kind = model.KindRate
	return histogram
}

// histogramCounted is the histogram whose count a rate or ratio reads.
func histogramCounted(signal model.Signal) (string, bool) {
	if signal.Kind != model.KindRate && signal.Kind != model.KindRatio {
		return "", false
	}
	return strings.CutSuffix(signal.Metric, "_count")
}

// matchAny makes a selector of each metric.
func matchAny(metrics []string, selector func(metric string) (string, error)) ([]string, error) {
	var match []string
	for _, metric := range metrics {
		one, err := selector(metric)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(match, one) {
			match = append(match, one)
		}
	}
	return match, nil
}
