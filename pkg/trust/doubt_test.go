package trust

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promapi"
)

func TestWords(t *testing.T) {
	shop := labels.FromStrings("job", "shop", "instance", "a:80")
	for name, test := range map[string]struct {
		doubt       Doubt
		want        string
		notWithheld bool
	}{
		"several writers": {
			Doubt{Cause: Writers, Process: shop, Writers: 3},
			"Errors: about 3 processes write the series of instance a:80, job shop, so that each sample shows another one. " +
				"Give each process an instance label of its own, or aggregate the counters of the cluster before they are scraped.", false,
		},
		"and in other processes": {
			Doubt{Cause: Writers, Process: shop, Writers: 2, Others: 4},
			"Errors: about 2 processes write the series of instance a:80, job shop (and of up to 4 processes more), so that each sample shows another one. " +
				"Give each process an instance label of its own, or aggregate the counters of the cluster before they are scraped.", false,
		},
		"increments, one process more": {
			Doubt{Cause: Deltas, Process: shop, Others: 1},
			"Errors: the samples of instance a:80, job shop (and of one process more) are increments and no totals: deltas were stored as they came. " +
				"Export cumulative totals, or turn deltas into them before they are stored.", false,
		},
		"without labels of processes": {
			Doubt{Cause: Restless, PerHour: 88.4},
			"Errors: the counters of the metric (no label tells its processes apart) fall 88 times an hour, far more often than a process restarts. " +
				"If several processes share these series, give each an instance label of its own; if they hold increments, store totals.", false,
		},
		"overflow": {
			Doubt{Cause: Overflow, Part: 0.0714},
			"Errors: 7.14% of the requests lie in series with the label otel_metric_overflow, which do not say their variant. " +
				"Raise the limit of series in the SDK's view (the cardinality limit), or record fewer attributes.", false,
		},
		"copies": {
			Doubt{Cause: Replicas, Labels: []string{"prometheus_replica"}},
			"Errors: each series is stored more than once, apart in prometheus_replica, and counted as often. " +
				"Ask a server that removes copies (Thanos, Mimir), or filter by one of them.", false,
		},
		"nothing new": {
			Doubt{Cause: Stopped, Since: time.Date(2026, 11, 28, 20, 4, 0, 0, time.UTC)},
			"Errors: nothing new since 28 Nov 20:04 UTC: none of its series was scraped after that. Check that the processes are up and scraped.", true,
		},
		"behind one target": {
			Doubt{Cause: Behind, Writers: 6},
			"Errors: up to 6 processes stand behind one target, apart in exported_instance or exported_job. " +
				"Name these labels as process labels in the datasource's settings: where one of the processes ends, the others' counts are left out for that minute.", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, test.doubt.Notice("Errors"))
			require.Equal(t, !test.notWithheld, test.doubt.Withholds())
		})
	}
}

// What processes say of their start decides where the samples leave it open.
func TestStartTimesDecide(t *testing.T) {
	said := func(values ...float64) starts {
		var samples []Sample
		for i, v := range values {
			samples = append(samples, at(i, time.Minute, v))
		}
		return startsOf(samples)
	}
	pattern := Pattern{Falls: 10, Together: 4}
	doubt := Doubt{Cause: Restless, Writers: 4, PerHour: 60}
	for name, test := range map[string]struct {
		starts  starts
		cause   Cause
		writers int
	}{
		"it restarted each time":             {said(1, 2, 3, 4, 4, 5, 6), "", 0},
		"starts go back: others write too":   {said(7, 5, 7, 7, 5, 5, 7), Writers, 2},
		"three of them":                      {said(7, 5, 9, 7, 5, 9, 7), Writers, 3},
		"it did not restart at all":          {said(7, 7, 7, 7), Restless, 4},
		"it restarted far less often":        {said(7, 7, 8, 8), Restless, 4},
		"one start that went back is a slip": {said(7, 8, 7, 7), Restless, 4},
		"it says nothing":                    {said(), Restless, 4},
	} {
		t.Run(name, func(t *testing.T) {
			got := doubt.weigh(pattern, test.starts)
			require.Equal(t, test.cause, got.Cause)
			require.Equal(t, test.writers, got.Writers)
		})
	}
}

func TestOneDoubtOfEachCause(t *testing.T) {
	got := Merged([]Doubt{
		{Cause: Writers, Writers: 2, PerHour: 9}, {Cause: Overflow, Part: 0.1}, {Cause: Writers, Writers: 5, Others: 2, PerHour: 8}, {Cause: Overflow, Part: 0.2},
	})
	require.Equal(t, []Doubt{{Cause: Writers, Writers: 5, Others: 2, PerHour: 9}, {Cause: Overflow, Part: 0.2}}, got)
	require.Empty(t, Merged(nil))
}

// Copies of a series are alike; replicas of a service are not.
func TestCopied(t *testing.T) {
	series := func(instance, replica string, v float64) promapi.Series {
		return promapi.Series{Labels: labels.FromStrings("instance", instance, "replica", replica), Floats: []promapi.FloatPoint{{V: v}}}
	}
	for name, test := range map[string]struct {
		series []promapi.Series
		want   bool
	}{
		"two servers store the same":    {[]promapi.Series{series("a", "0", 50_000), series("a", "1", 50_040), series("b", "0", 7), series("b", "1", 3)}, true},
		"three do":                      {[]promapi.Series{series("a", "0", 50_000), series("a", "1", 50_040), series("a", "2", 49_990)}, true},
		"replicas of a service":         {[]promapi.Series{series("a", "0", 50_000), series("b", "1", 50_100)}, false},
		"of one instance, but not like": {[]promapi.Series{series("a", "0", 50_000), series("a", "1", 41_000)}, false},
		"one copy that restarted":       {[]promapi.Series{series("a", "0", 50_000), series("a", "1", 1_000), series("b", "0", 90), series("b", "1", 91)}, false},
		"few are there twice":           {[]promapi.Series{series("a", "0", 5), series("a", "1", 5), series("b", "0", 8), series("c", "0", 8)}, false},
		"nothing":                       {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, copied(&promapi.Result{Series: test.series}, []string{"replica"}))
		})
	}
}
