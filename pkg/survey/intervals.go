package survey

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// intervalTTL is how long a scrape interval is believed.
	intervalTTL = 10 * time.Minute
	// absentTTL is how long a metric without samples is not asked for again.
	absentTTL = 20 * time.Second
	// intervalsOf is how exactly the time is kept as of which an interval was learnt: that of an old range may be another one.
	intervalsOf = 6 * time.Hour
	// fewSamples are too few to tell an interval from: one that is just missed changes them by more than a quarter.
	fewSamples = 4
	// lastingSpan bounds how far back is looked for a metric that ended.
	lastingSpan = 6 * time.Hour
)

// usualWindows tell the intervals that are usual, the short one those of series that are young; rareWindows, slid over a longer
// time, what is scraped every few minutes, and what ended.
var (
	usualWindows = []time.Duration{5 * time.Minute, 15 * time.Minute}
	rareWindows  = []time.Duration{5 * time.Minute, time.Hour}
)

// roundIntervals are those that people configure.
var roundIntervals = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute,
	30 * time.Minute, time.Hour,
}

// Intervals finds out how often metrics are scraped, from the samples that they have, and remembers it for a while. Where the
// settings say it, they are believed and nothing is asked.
type Intervals struct {
	catalogue Catalogue
	client    querier
	settings  model.Settings
	known     *ttlcache.Cache[string, time.Duration]
}

func newIntervals(client querier, catalogue Catalogue, settings model.Settings) *Intervals {
	return &Intervals{catalogue: catalogue, client: client, settings: settings, known: ttlcache.New(
		ttlcache.WithCapacity[string, time.Duration](cacheSize), ttlcache.WithDisableTouchOnHit[string, time.Duration]())}
}

// Of is how far apart the samples are that a query reads, between two times: the longest interval of the jobs and signals
// among them, those of traffic where the query names none. Where the samples do not tell, or cannot be read, it is what the
// settings say, or their default.
func (i *Intervals) Of(ctx context.Context, query model.Query, from, to time.Time) time.Duration {
	if i.settings.ScrapeIntervalIsSet() {
		return i.settings.ScrapeInterval()
	}
	interval, _ := i.of(ctx, query, from, to)
	return interval
}

// OfTraffic is how far apart the samples of traffic are between two times; learnt tells whether the samples say so.
func (i *Intervals) OfTraffic(ctx context.Context, from, to time.Time) (interval time.Duration, learnt bool) {
	if i.settings.ScrapeIntervalIsSet() {
		return i.settings.ScrapeInterval(), false
	}
	return i.of(ctx, model.Query{}, from, to)
}

func (i *Intervals) of(ctx context.Context, query model.Query, from, to time.Time) (interval time.Duration, learnt bool) {
	asked := i.questionsOf(query, to)
	found := make([]time.Duration, len(asked))
	err := parallel.Do(len(asked), func(k int) error {
		found[k] = i.answer(ctx, asked[k], from, to)
		return nil
	})
	if longest := slices.Max(append(found, 0)); err == nil && longest > 0 {
		return longest, true
	}
	return i.settings.ScrapeInterval(), false
}

// question asks how often the metrics of a signal are scraped.
type question struct {
	key     string
	series  promql.Series
	metrics []string
}

// questionsOf are the questions about the signals of a query, each once; about the one that counts as traffic where there are
// none, and none where one of them is unknown.
func (i *Intervals) questionsOf(query model.Query, to time.Time) []question {
	signals, err := i.catalogue.Signals(query.Signals)
	if err == nil && len(signals) == 0 {
		signals = make([]model.Signal, 1)
		signals[0], err = i.catalogue.Traffic()
	}
	if err != nil {
		return nil
	}
	var asked []question
	for _, signal := range signals {
		scope := i.catalogue.Scope(model.Query{Flag: query.Flag}, signal)
		metrics := i.catalogue.KindOf(signal).Found.Metrics(signal)
		parts := append([]string{scope.Flag, scope.Selector, string(scope.Split.Split.Mode), to.Truncate(intervalsOf).String()}, metrics...)
		key := names.Key(parts...)
		if !slices.ContainsFunc(asked, func(q question) bool { return q.key == key }) {
			asked = append(asked, question{key, scope.Series(), metrics})
		}
	}
	return asked
}

// answer is the answer to a question; 0 where it cannot be known.
func (i *Intervals) answer(ctx context.Context, q question, from, to time.Time) time.Duration {
	if item := i.known.Get(q.key); item != nil {
		return item.Value()
	}
	found, err := i.learn(ctx, q, from, to)
	if err != nil {
		return 0
	}
	ttl := intervalTTL
	if found == 0 {
		// What is not there yet may come with the next scrape.
		ttl = absentTTL
	}
	i.known.Set(q.key, found, ttl)
	return found
}

// learn asks for the interval: once as a rule, again for what is scraped rarely, and over all of the time for what ended
// before it did. A histogram may have nothing but its buckets.
func (i *Intervals) learn(ctx context.Context, q question, from, to time.Time) (time.Duration, error) {
	over := min(to.Sub(from), lastingSpan).Truncate(time.Second)
	for _, attempt := range []struct {
		metrics []string
		windows []time.Duration
		over    time.Duration
	}{
		{q.metrics, usualWindows, 0}, {q.metrics, rareWindows, time.Hour}, {bucketsOf(q.metrics), rareWindows, time.Hour}, {q.metrics, rareWindows, over},
	} {
		if len(attempt.metrics) == 0 {
			continue
		}
		expr, err := q.series.Samples(attempt.metrics, attempt.windows, attempt.over)
		if err != nil {
			return 0, err
		}
		result, err := i.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: to})
		if err != nil {
			return 0, err
		}
		if found, sure := longestOf(result); sure {
			return found, nil
		}
	}
	return 0, nil
}

// bucketsOf are the buckets of the histograms among the names of metrics.
func bucketsOf(metrics []string) []string {
	var buckets []string
	for _, name := range metrics {
		if histogram, ok := strings.CutSuffix(name, "_count"); ok {
			buckets = append(buckets, histogram+"_bucket")
		}
	}
	return buckets
}

// longestOf is the longest interval of the jobs of an answer; sure tells whether each of them has enough samples.
func longestOf(result *promapi.Result) (longest time.Duration, sure bool) {
	jobs := map[string]time.Duration{}
	most := map[string]float64{}
	for _, series := range result.Series {
		seconds, err := strconv.ParseFloat(series.Labels.Get(promql.PartLabel), 64)
		if err != nil || len(series.Floats) == 0 {
			continue
		}
		job, n := series.Labels.Get(promql.JobLabel), series.Floats[0].V
		if !(n >= 1) || math.IsInf(n, 1) {
			continue
		}
		most[job] = max(most[job], n)
		// A young series has too few samples for a long window, and looks as if it were scraped seldom there.
		interval := time.Duration(seconds / n * float64(time.Second))
		if known, ok := jobs[job]; n >= fewSamples && (!ok || interval < known) {
			jobs[job] = interval
		}
	}
	sure = len(most) > 0
	for job := range most {
		if most[job] < fewSamples {
			sure = false
		}
		longest = max(longest, jobs[job])
	}
	return rounded(longest), sure
}

// rounded is an interval as somebody would set it: windows that end between two scrapes hold one more or one fewer.
func rounded(interval time.Duration) time.Duration {
	if interval <= 0 {
		return 0
	}
	nearest := slices.MinFunc(roundIntervals, func(a, b time.Duration) int {
		return int(((a - interval).Abs() - (b - interval).Abs()) / time.Microsecond)
	})
	if (nearest - interval).Abs() <= nearest/5 {
		return nearest
	}
	return max(interval.Round(time.Second), time.Second)
}
