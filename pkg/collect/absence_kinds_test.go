package collect

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// steady is a series that counts the same in each minute; of a gauge it is its value.
func steady(metric, variant, route string, each float64) *shown {
	s := &shown{
		metric: metric, instance: "shop-1", variant: variant, route: route,
		total: each * aged, hidden: map[int]bool{}, restarts: map[int]bool{}, lag: map[int]int{},
	}
	for range minutes {
		s.each = append(s.each, each)
	}
	return s
}

// exposition is the series of one metric of each kind.
func exposition() []*shown {
	var all []*shown
	for _, variant := range variants {
		for _, route := range []string{"/cart", "/item"} {
			for le, each := range map[string]float64{"0.1": 50, "0.5": 95, "1": 99, "+Inf": 100} {
				s := steady("request_seconds_bucket", variant, route, each)
				s.le = le
				all = append(all, s)
			}
			gauge := steady("pool_in_use", variant, route, 7)
			gauge.gauge = true
			all = append(all, gauge,
				steady("basket_count", variant, route, 40), steady("basket_sum", variant, route, 600), steady("cpu_seconds_total", variant, route, 20))
		}
	}
	return all
}

// Parts of every kind of number that are out of sight: what they counted in all their life is never counted anew.
func TestPartsThatVanishAndReturn(t *testing.T) {
	const ticks = minutes - opened - 1
	is := func(metric, le string) func(s *shown) bool {
		return both(on, func(s *shown) bool { return s.metric == metric && s.le == le })
	}
	signals := map[string]model.Signal{
		"histogram": latencySignal,
		"mean":      {ID: "basket", Name: "Basket", Kind: model.KindMean, Metric: "basket_sum", CountMetric: "basket_count"},
		"rate":      {ID: "cpu", Name: "CPU", Kind: model.KindRate, Metric: "cpu_seconds_total"},
		"gauge":     {ID: "pool", Name: "Pool", Kind: model.KindGauge, Metric: "pool_in_use"},
	}
	each := map[string]counts.Arm{
		"histogram": {N: 200, Above: []float64{100, 10, 2}}, "mean": {N: 80, Sum: 1200}, "rate": {N: 60, Sum: 40}, "gauge": {N: 2, Sum: 14},
	}
	tests := map[string]struct {
		kind  string
		which func(s *shown) bool
		until int
		// lost is how many minutes are left out of the baseline and of the feature.
		lost [2]int
	}{
		"a bucket of a route":                   {kind: "histogram", which: both(is("request_seconds_bucket", "0.5"), cart), until: 43},
		"a bucket":                              {kind: "histogram", which: is("request_seconds_bucket", "0.5"), until: 43, lost: [2]int{0, 4}},
		"a bucket of a route for long":          {kind: "histogram", which: both(is("request_seconds_bucket", "0.5"), cart), until: 60, lost: [2]int{21, 21}},
		"the count of a route":                  {kind: "histogram", which: both(is("request_seconds_bucket", "+Inf"), cart), until: 43},
		"the count":                             {kind: "histogram", which: is("request_seconds_bucket", "+Inf"), until: 43},
		"the count of a route for long":         {kind: "histogram", which: both(is("request_seconds_bucket", "+Inf"), cart), until: 60, lost: [2]int{21, 21}},
		"a histogram of a route":                {kind: "histogram", which: both(on, cart), until: 43},
		"a histogram":                           {kind: "histogram", which: on, until: 43},
		"the sum of a mean of a route":          {kind: "mean", which: both(is("basket_sum", ""), cart), until: 43},
		"the sum of a mean of a route for long": {kind: "mean", which: both(is("basket_sum", ""), cart), until: 60, lost: [2]int{21, 21}},
		"the sum of a mean":                     {kind: "mean", which: is("basket_sum", ""), until: 43, lost: [2]int{0, 4}},
		"the count of a mean of a route":        {kind: "mean", which: both(is("basket_count", ""), cart), until: 43},
		"the count of a mean":                   {kind: "mean", which: is("basket_count", ""), until: 43},
		"a part of a rate":                      {kind: "rate", which: both(on, cart), until: 43},
		"a part of a rate for long":             {kind: "rate", which: both(on, cart), until: 60, lost: [2]int{21, 21}},
		"a rate":                                {kind: "rate", which: on, until: 43},
		"a part of a gauge":                     {kind: "gauge", which: both(on, cart), until: 43, lost: [2]int{0, 3}},
	}
	var counters []counter
	for name, test := range tests {
		all := exposition()
		hide(all, 40, test.until, test.which)
		for _, s := range all {
			counters = append(counters, s.counter(name))
		}
	}
	client := clientOf(t, promtest.Start(t, script(time.Minute, counters...)).URL)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := requestAt(name, signals[test.kind])
			got, err := New(client, settingsOf(t, `{}`), Options{Now: at(request.Start.Add(ticks * counts.Step))}).Collect(t.Context(), request)
			require.NoError(t, err)
			a, b := totals(got.Series["on"])
			for arm, counted := range []counts.Arm{a, b} {
				want := each[test.kind]
				counts := float64(ticks - test.lost[arm])
				require.InDelta(t, want.N*counts, counted.N, 1e-6, variants[arm])
				require.InDelta(t, want.Sum*counts, counted.Sum, 1e-6, variants[arm])
				for k := range want.Above {
					require.InDelta(t, want.Above[k]*counts, counted.Above[k], 1e-6, "%s above %v", variants[arm], got.Series["on"].Edges[k])
				}
			}
			require.Equal(t, test.lost != [2]int{}, len(got.Notices) > 0, strings.Join(got.Notices, " "))
		})
	}
}
