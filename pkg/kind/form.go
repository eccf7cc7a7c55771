package kind

import (
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// Form is what the series of a histogram's name have. Several can hold while an application migrates, or where services
// expose one name in different ways. The zero form is that of a metric that is not there.
type Form struct {
	// Classic is set where there are buckets with upper bounds (le), Ranges where there are some with both bounds (vmrange).
	Classic, Ranges bool
	// Infinite is set where some classic histograms have the bucket +Inf, Open where some lack it.
	Infinite, Open bool
	// Bare is set where some observations are counted of which there are no buckets.
	Bare bool
	// Count and Sum are set where the observations are counted, and added up, by a counter of their own.
	Count, Sum bool
	// Native, Summary and Plain say what has the name itself: native histograms, quantiles, or numbers that are neither.
	Native, Summary, Plain bool
}

// Absent is whether nothing is there.
func (f Form) Absent() bool { return f == Form{} }

// Countable is whether the counter of the observations stands for the bucket +Inf, which some histograms lack.
func (f Form) Countable() bool { return f.Open && f.Count && !f.Bare }

// Buckets is whether there are buckets of any kind but those of native histograms.
func (f Form) Buckets() bool { return f.Classic || f.Ranges }

// Buckets says which series hold the buckets of a histogram. Where nothing is known of it, it is taken for a whole classic
// one.
func (s Source) Buckets() promql.Buckets {
	f := s.Form
	return promql.Buckets{
		Metric: s.Signal.Metric, Ranges: f.Ranges && !f.Classic, Count: f.Count || f.Absent(), Open: f.Open,
		Beside: s.Beside != "",
	}
}

// Said are the sentences that a reader has to know about a form that is read: where something else stands for what is missing,
// or what is left out.
func (s Source) Said() []string {
	f, metric := s.Form, s.Signal.Metric
	if !s.Whole || !f.Classic || !f.Open {
		return nil
	}
	if f.Count {
		return []string{s.Signal.Name + ": some series of " + metric + "_bucket have no bucket +Inf; " + metric + "_count is taken for it."}
	}
	return []string{s.Signal.Name + ": some series of " + metric + " have neither the bucket +Inf nor " + metric +
		"_count, so how many observations they have cannot be known: they are left out of counts. Expose one of them."}
}

// Counter is what counts the observations of a histogram of this form, of which s is the count: the counter itself; where
// that is missing the bucket that counts all of them, or the ranges together. It is false where there are buckets, of which
// none counts all.
func (f Form) Counter(histogram string, s model.Signal) (model.Signal, bool) {
	switch {
	case f.Count || !f.Buckets():
		return s, true
	case f.Infinite:
		s.Metric, s.Selector = histogram+"_bucket", model.BothSelectors(s.Selector, promql.EveryObservation())
	case f.Ranges:
		s.Metric, s.Selector = histogram+"_bucket", model.BothSelectors(s.Selector, promql.EveryRange())
	}
	return s, f.Infinite || f.Ranges
}
