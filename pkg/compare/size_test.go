package compare

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// wide is a server on which a flag of two variants runs on many instances. It keeps what it is asked.
type wide struct {
	Client
	// instances are counted, found those that there are then.
	instances, found int
	mutex            sync.Mutex
	asked            []string
}

func (w *wide) keep(expr string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.asked = append(w.asked, expr)
}

func (w *wide) LabelValues(context.Context, string, promapi.MetaQuery) (values, warnings []string, err error) {
	return []string{"off", "on"}, nil, nil
}

// Series: all that it has carries a variant.
func (w *wide) Series(context.Context, promapi.MetaQuery) (series []labels.Labels, warnings []string, err error) {
	return nil, nil, nil
}

func one(label, value string, v float64) promapi.Series {
	return promapi.Series{Labels: labels.FromStrings(label, value), Floats: []promapi.FloatPoint{{V: v}}}
}

func (w *wide) Query(_ context.Context, q promapi.InstantQuery) (*promapi.Result, error) {
	if strings.Contains(q.Expr, promql.FormLabel) {
		return &promapi.Result{Series: []promapi.Series{
			one(promql.FormLabel, promql.FormClassic, 1), one(promql.FormLabel, promql.FormHistograms, 1), one(promql.FormLabel, promql.FormInfinite, 1),
		}}, nil
	}
	if strings.Contains(q.Expr, "resets(") || strings.Contains(q.Expr, `"`+promql.PartBehind+`"`) {
		// Nothing falls, and nothing is stored twice.
		return &promapi.Result{}, nil
	}
	if strings.Contains(q.Expr, "last_over_time") {
		// Something arrives.
		return &promapi.Result{Series: []promapi.Series{one("instance", "0", 1)}}, nil
	}
	return w.QueryRange(context.Background(), promapi.RangeQuery{Expr: q.Expr, Start: q.Time, End: q.Time, Step: time.Second})
}

var wideBounds = []string{"0.1", "0.5", "1", "+Inf"}

func (w *wide) QueryRange(_ context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	if strings.Contains(q.Expr, `"`+promql.PartGroups+`"`) {
		w.keep("count")
		return &promapi.Result{Series: []promapi.Series{
			one(promql.PartLabel, promql.PartArms, float64(2*w.instances)), one(promql.PartLabel, promql.PartGroups, float64(w.instances)),
			one(promql.PartLabel, promql.PartSeries, float64(2*w.instances*len(wideBounds))),
		}}, nil
	}
	if strings.Contains(q.Expr, "last_over_time") {
		w.keep("bounds")
		return &promapi.Result{}, nil
	}
	w.keep("data")
	result := &promapi.Result{}
	for instance := range max(w.found, w.instances) {
		for v, variant := range []string{"off", "on"} {
			for b, bound := range append([]string{""}, wideBounds...) {
				s := promapi.Series{Labels: labels.FromStrings("instance", fmt.Sprint(instance), "feature_flag_variant", variant, "le", bound)}
				for at := q.Start; !at.After(q.End); at = at.Add(q.Step) {
					s.Floats = append(s.Floats, promapi.FloatPoint{T: at.UnixMilli(), V: float64(b+v) + float64(at.Unix()%60)/60})
				}
				result.Series = append(result.Series, s)
			}
		}
	}
	return result, nil
}

// askWide asks for so many points by instance.
func askWide(w *wide, query model.Query, points int, shared *budget.Budget) (data.Frames, error) {
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(`{"timeInterval":"15s"}`))
	if err != nil {
		return nil, err
	}
	engine := New(w, settings, Options{Now: func() time.Time { return promtest.ShopEnd }, Budget: shared})
	defer engine.Close()
	query.Flag = "checkout"
	return engine.Run(context.Background(), Request{
		Query: query, From: promtest.ShopEnd.Add(-time.Duration(points-1) * time.Minute), To: promtest.ShopEnd, Interval: time.Minute, MaxDataPoints: 100_000,
	})
}

var byInstance = model.Query{QueryType: model.QueryCompare, Signals: []string{"latency"}, GroupBy: []string{"instance"}}

func with(change func(q *model.Query)) model.Query {
	q := byInstance
	change(&q)
	return q
}

func quantiles(n int) []float64 {
	var all []float64
	for i := range n {
		all = append(all, float64(i+1)/float64(n+1))
	}
	return all
}

// Beyond the limit nothing but the count is asked, and the error says by which numbers; up to it, all is answered.
func TestTheProductIsBounded(t *testing.T) {
	quantile := func(n int) func(*model.Query) {
		return func(q *model.Query) {
			q.Quantiles = quantiles(n)
			for _, quantile := range q.Quantiles {
				q.Stats = append(q.Stats, model.QuantileStat(quantile))
			}
		}
	}
	for name, test := range map[string]struct {
		query             model.Query
		instances, points int
		says              []string
	}{
		// Three quantiles and the mean, of baseline, feature, difference and ratio.
		"a dashboard":              {byInstance, 20, 1000, nil},
		"200 instances":            {byInstance, 200, 370, nil},
		"values, at the limit":     {byInstance, 75, 1000, nil},
		"values, over the limit":   {byInstance, 76, 1000, []string{"4 stats x 76 groups", "1000 points = 1.216 million values; at most 1.2 million"}},
		"series, at the limit":     {byInstance, 625, 5, nil},
		"series, over the limit":   {byInstance, 626, 5, []string{"= 10,016 series; at most 10,000"}},
		"samples, over the limit":  {with(func(q *model.Query) { q.Stats, q.Roles = []string{"mean"}, []model.Role{"baseline"} }), 500, 501, []string{"4000 series x 501 points = 2.004 million samples to read; at most 2 million"}},
		"100 quantiles":            {with(quantile(100)), 200, 1000, []string{"100 quantiles x 200 groups", "80 million values", "Group by fewer labels, add a filter, use fewer quantiles", "a shorter range, or a larger step"}},
		"100 quantiles, in alerts": {with(func(q *model.Query) { quantile(100)(q); q.Format = model.FormatAlert }), 200, 1000, []string{"80,000 series"}},
		"100 quantiles, in tables": {with(func(q *model.Query) { quantile(100)(q); q.Format = model.FormatTable }), 200, 1000, []string{"40,000 series"}},
		"a heatmap": {with(func(q *model.Query) { q.QueryType = model.QueryDistribution }), 200, 1300,
			[]string{"1600 series x 1300 points = 2.08 million samples to read", "Group by fewer labels"}},
		"a heatmap that fits":   {with(func(q *model.Query) { q.QueryType = model.QueryDistribution }), 20, 1000, nil},
		"a million instances":   {byInstance, 1_000_000, 11_000, []string{"173 billion values"}},
		"the finest step":       {with(func(q *model.Query) { quantile(50)(q); q.GroupBy = nil }), 1, 11_000, []string{"values; at most"}},
		"the same signal twice": {with(func(q *model.Query) { q.Signals = []string{"latency", "latency"} }), 75, 1000, nil},
		"the same label twice":  {with(func(q *model.Query) { q.GroupBy = []string{"instance", "instance"} }), 75, 1000, nil},
		"two signals that fit alone": {with(func(q *model.Query) { q.Signals = []string{"latency", "throughput", "errors"} }), 75, 1000,
			[]string{"of latency, and 1 more signals", "choose fewer signals"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wide{instances: test.instances}
			answer, err := askWide(w, test.query, test.points, budget.New(time.Minute))
			if test.says == nil {
				require.NoError(t, err)
				require.NotEmpty(t, answer)
				require.Contains(t, w.asked, "data")
				return
			}
			var wrong *model.InvalidError
			require.ErrorAs(t, err, &wrong, "it is the query that is wrong")
			for _, part := range test.says {
				require.ErrorContains(t, err, part)
			}
			require.Empty(t, answer)
			require.NotContains(t, w.asked, "data")
		})
	}
}

// What was not there when it was counted is not computed either.
func TestMoreThanWasCountedIsRefused(t *testing.T) {
	w := &wide{instances: 10, found: 2000}
	_, err := askWide(w, byInstance, 100, budget.New(time.Minute))
	require.ErrorContains(t, err, "2000 groups")
	require.ElementsMatch(t, []string{"count", "data", "bounds"}, w.asked)
}

// The largest query that is admitted, and several at once, stay within the memory that the backend may take.
func TestMemoryOfTheLargestQueries(t *testing.T) {
	shared := budget.New(5 * time.Minute)
	for name, queries := range map[string]int{"one": 1, "three at once": 3, "eight at once": 8} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			stop, most := make(chan struct{}), make(chan uint64)
			go func() {
				var peak uint64
				for {
					select {
					case <-stop:
						most <- peak
						return
					case <-time.After(2 * time.Millisecond):
						var now runtime.MemStats
						runtime.ReadMemStats(&now)
						peak = max(peak, now.HeapInuse)
					}
				}
			}()
			var all sync.WaitGroup
			for range queries {
				all.Add(1)
				go func() {
					defer all.Done()
					if _, err := askWide(&wide{instances: 200}, byInstance, 375, shared); err != nil {
						t.Error(err)
					}
				}()
			}
			all.Wait()
			close(stop)
			peak := <-most
			t.Logf("%d MiB at the peak, %d MiB before", peak>>20, before.HeapInuse>>20)
			require.Less(t, peak, uint64(200<<20), "256 MB less what the process is without queries")
		})
	}
}

// recording is a client that keeps what a real server is asked.
type recording struct {
	*counting
	mutex sync.Mutex
	exprs []string
}

func (k *recording) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	k.mutex.Lock()
	k.exprs = append(k.exprs, q.Expr)
	k.mutex.Unlock()
	return k.counting.QueryRange(ctx, q)
}

// A real server is asked for a count and, within the limit, for the rest.
func TestCountsAreAskedFirst(t *testing.T) {
	k := &recording{counting: clientOf(t, promtest.Start(t, promtest.Shop()))}
	_, err := engineOn(t, k, promtest.ShopSplits["labels"]).Run(context.Background(), Request{
		Query: model.Query{
			QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency"}, GroupBy: []string{"route", "instance"}, Quantiles: quantiles(100),
		},
		From: promtest.Epoch, To: promtest.ShopEnd, Interval: promtest.ShopScrape, MaxDataPoints: 10_000,
	})
	if err == nil {
		// Eight groups at 240 points are 800,000 values.
		require.Len(t, k.exprs, 3)
	}
	k.exprs = nil
	_, err = engineOn(t, k, promtest.ShopSplits["labels"]).Run(context.Background(), Request{
		Query: model.Query{
			QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency"}, GroupBy: []string{"route", "instance"}, Quantiles: quantiles(100),
		},
		From: promtest.Epoch.Add(-6 * time.Hour), To: promtest.ShopEnd, Interval: promtest.ShopScrape, MaxDataPoints: 10_000,
	})
	var wrong *model.InvalidError
	require.True(t, errors.As(err, &wrong), err)
	require.Len(t, k.exprs, 1, "nothing but the count was asked")
	require.Contains(t, k.exprs[0], `"groups"`)
}
