package model

import "time"

// Cause is why there is nothing to show or to judge of a signal. Each has its own sentence, which says what to do.
type Cause string

// Causes. That there was no traffic is one of them alone, and never said in the place of another.
const (
	// CauseNone: there is something.
	CauseNone Cause = ""
	// CauseNoTraffic: everything is there, and nothing was counted.
	CauseNoTraffic Cause = "no traffic"
	// CauseMetricMissing: no series has the metric's name.
	CauseMetricMissing Cause = "metric missing"
	// CauseLabelMissing: the metric carries no label by which it is split.
	CauseLabelMissing Cause = "label missing"
	// CauseSelectorEmpty: a selector or a filter finds none of the metric's series.
	CauseSelectorEmpty Cause = "selector finds nothing"
	// CauseFlagUnknown: the metric carries other flags.
	CauseFlagUnknown Cause = "flag unknown"
	// CauseVariantEmpty: the flag's series have an empty variant, or none.
	CauseVariantEmpty Cause = "variant empty"
	// CauseBoundsDiffer: the series have no bucket bounds in common.
	CauseBoundsDiffer Cause = "bounds differ"
	// CauseNoBuckets: a histogram has a count, or a sum, and no buckets.
	CauseNoBuckets Cause = "no buckets"
	// CauseFewSamples: there are fewer samples than a window needs.
	CauseFewSamples Cause = "too few samples"
	// CauseNotJoined: the info metric tells no variant, or several at once.
	CauseNotJoined Cause = "not joined"
	// CauseUnreadable: the server did not answer, or not in full.
	CauseUnreadable Cause = "not read"
	// CauseStopped: nothing new arrives; what is said holds for the time before that.
	CauseStopped Cause = "nothing new"
	// CauseLost: processes restart, or lose parts of their series, again and again, and what they count then is not known.
	CauseLost Cause = "counts lost"
	// CauseUnfit: the metric is not of the kind that the signal says.
	CauseUnfit Cause = "unfit metric"
)

const (
	stopsAfter        = 5 * time.Minute
	stopsAfterScrapes = 3
)

// StopsAfter is how long nothing may have been scraped before it is said that nothing new arrives: long enough for a deployment,
// and some scrapes where they are rarer. scrape is how far apart samples are.
func StopsAfter(scrape time.Duration) time.Duration { return max(stopsAfter, stopsAfterScrapes*scrape) }

var causes = []Cause{
	CauseNoTraffic, CauseMetricMissing, CauseLabelMissing, CauseSelectorEmpty, CauseFlagUnknown, CauseVariantEmpty,
	CauseBoundsDiffer, CauseNoBuckets, CauseFewSamples, CauseNotJoined, CauseUnreadable,
	CauseStopped, CauseLost, CauseUnfit,
}
