package survey

import (
	"strings"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
)

// checkHistogram rejects what quantiles cannot come from, with the reason and what to do.
func checkHistogram(signal model.Signal, found kind.Form) error {
	why, cause := "", model.CauseUnfit
	switch {
	case found.Native, found.Absent(), found.Buckets() && (found.Count || found.Infinite || found.Ranges):
		return nil
	case found.Classic:
		why = "has buckets, but neither the bucket +Inf nor {metric}_count, so it cannot be known how many observations there are, " +
			"and no quantile: expose one of them"
	case found.Summary:
		why = "is a summary: its quantiles were computed in each process and cannot be added up over instances or split again; " +
			"record a histogram in the service and name that one in the signal"
	case found.Count && found.Sum:
		cause = model.CauseNoBuckets
		why = "has no buckets, but {metric}_count and {metric}_sum alone, of which no quantile can be known: switch histograms on in your " +
			"client (in Micrometer percentiles-histogram), or give the signal the kind mean with {metric}_sum and {metric}_count"
	case found.Count || found.Sum:
		cause = model.CauseNoBuckets
		why = "has no buckets, of which quantiles come: switch histograms on in your client"
	default:
		why = "is no histogram: it has neither buckets ({metric}_bucket) nor native ones; name a histogram without its _bucket, " +
			"or give the signal the kind rate or gauge"
	}
	return &model.InvalidError{Field: signal.ID, Message: signal.Metric + " " + withName(why, signal.Metric), Cause: cause}
}

// uncounted says why the observations of a histogram that has buckets cannot be counted.
func uncounted(signal model.Signal, histogram string) error {
	return &model.InvalidError{Field: signal.ID, Message: withName("{metric} has buckets, but neither {metric}_count nor the "+
		"bucket +Inf, so it cannot be known how many observations there are: expose one of them", histogram)}
}

// withName fills a metric's name in.
func withName(text, metric string) string { return strings.ReplaceAll(text, "{metric}", metric) }
