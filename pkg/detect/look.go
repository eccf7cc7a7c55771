package detect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// candidate is a metric that may be a signal, with what was seen of its series.
type candidate struct {
	family
	known known
	// series are some of those that carry the flag; cut tells that there are more.
	series []labels.Labels
	cut    bool
	form   kind.Form
	status *status
}

// metric is the name under which a candidate's series are listed: the fewest that there are.
func (c candidate) metric() string {
	switch {
	case c.count:
		return c.base + "_count"
	case c.bucket:
		return c.base + "_bucket"
	case c.sum:
		return c.base + "_sum"
	}
	return c.base
}

// values are those of a label.
func (c candidate) values(label string) []string {
	var all []string
	for _, one := range c.series {
		if value := one.Get(label); value != "" && !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

// has tells whether some series have a label.
func (c candidate) has(label string) bool { return len(c.values(label)) > 0 }

// fitting are the families that something is known of, the likeliest first, as many as are looked at.
func fitting(families []family, all []known, is func(family) bool) []candidate {
	var found []candidate
	for _, f := range families {
		if !is(f) {
			continue
		}
		if k, ok := knownOf(all, f.base); ok {
			found = append(found, candidate{family: f, known: k})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.known.score, a.known.score) })
	return found[:min(len(found), mostFamilies)]
}

// look reads some series of each candidate, and what a histogram consists of. Those of which none carry the flag are left out.
func (d *Detector) look(ctx context.Context, candidates []candidate, narrow string, histograms bool) ([]candidate, error) {
	s := d.span()
	err := parallel.Do(len(candidates), func(i int) error {
		c := &candidates[i]
		match, err := promql.Narrowed(c.metric(), narrow)
		if err != nil {
			return err
		}
		var warnings []string
		c.series, warnings, err = d.client.Series(ctx, promapi.MetaQuery{Match: []string{match}, Start: s.From, End: s.To, Limit: mostSeries})
		if err != nil {
			return err
		}
		c.cut = len(warnings) > 0
		if found, ok := statusOf(c.series); ok {
			c.status = &found
		}
		if histograms {
			c.form, err = d.classes.Of(ctx, c.base, narrow, s)
		}
		return err
	})
	return slices.DeleteFunc(candidates, func(c candidate) bool { return len(c.series) == 0 }), err
}

// class is what a histogram's series are; false for what is none.
func (c candidate) class() (model.MetricClass, bool) {
	f := c.form
	switch {
	case f.Native && f.Buckets():
		return model.ClassBoth, true
	case f.Native:
		return model.ClassNative, true
	case f.Ranges && !f.Classic:
		return model.ClassVMRange, true
	case f.Classic:
		return model.ClassClassic, f.Count || f.Infinite
	case f.Summary && f.Count && f.Sum:
		return model.ClassSummary, true
	case f.Count && f.Sum:
		return model.ClassCountSum, true
	}
	return "", false
}

// buckets tells whether quantiles can be had.
func buckets(class model.MetricClass) bool {
	return class != model.ClassSummary && class != model.ClassCountSum
}

// units are the endings of names that say a unit.
var units = []struct{ ending, unit string }{
	{"_seconds", "s"}, {"_milliseconds", "ms"}, {"_millis", "ms"}, {"_ms", "ms"}, {"_microseconds", "µs"}, {"_us", "µs"},
	{"_nanoseconds", "ns"}, {"_minutes", "m"}, {"_bytes", "bytes"}, {"_ratio", "percentunit"},
}

// described are units as OpenMetrics and OpenTelemetry write them.
var described = map[string]string{
	"seconds": "s", "s": "s", "milliseconds": "ms", "ms": "ms", "microseconds": "µs", "us": "µs", "nanoseconds": "ns", "ns": "ns", "bytes": "bytes", "by": "bytes",
}

// unitLabel is the label in which Prometheus can store a metric's unit.
const unitLabel = "__unit__"

// unit is a candidate's unit, a sentence that says what it rests on, and a doubt where nothing tells it.
func (c candidate) unit(there inventory) (unit, from, doubt string) {
	name := plain(c.base)
	for _, u := range units {
		if strings.HasSuffix(name, u.ending) {
			return u.unit, "Its name says the unit.", ""
		}
	}
	for _, about := range there.described[c.base] {
		if u := described[strings.ToLower(about.Unit)]; u != "" {
			return u, "Its description says the unit.", ""
		}
	}
	for _, value := range c.values(unitLabel) {
		if u := described[strings.ToLower(value)]; u != "" {
			return u, "The label " + unitLabel + " says the unit.", ""
		}
	}
	if c.known.unit != "" && c.known.score > 5 {
		return c.known.unit, "The unit is the one of " + c.known.of + ".", ""
	}
	if most := c.highestBound(); most > 0 {
		unit, word := "s", "seconds"
		if most >= millisecondsFrom {
			unit, word = "ms", "milliseconds"
		}
		return unit, "", fmt.Sprintf("Nothing says the unit of %s: %s are assumed, as its highest bound is %g. Change it if that is wrong.", c.base, word, most)
	}
	return "s", "", fmt.Sprintf("Nothing says the unit of %s: seconds are assumed. Change it if that is wrong.", c.base)
}

// millisecondsFrom is a highest bound that is hardly one of seconds: eight minutes.
const millisecondsFrom = 500

// highestBound is the highest bound of a bucket among the series that were seen; 0 where there is none.
func (c candidate) highestBound() float64 {
	most := 0.0
	for _, text := range c.values(promql.BucketLabel) {
		if bound, ok := promql.Bound(text); ok && bound < 1e300 {
			most = max(most, bound)
		}
	}
	return most
}

// selector narrows a metric that counts one request more than once.
func (c candidate) selector() string {
	for _, one := range []struct{ label, value string }{
		{"reporter", "destination"}, {"span_kind", "SPAN_KIND_SERVER"}, {"span.kind", "SPAN_KIND_SERVER"},
	} {
		if slices.Contains(c.values(one.label), one.value) {
			return is(one.label, one.value).String()
		}
	}
	return ""
}
