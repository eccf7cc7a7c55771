package survey

import (
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// What a metric is follows from what its series have; what it cannot give is said with what to do.
func TestFormsOfMetrics(t *testing.T) {
	signal := model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Metric: "request_seconds"}
	for name, test := range map[string]struct {
		parts  map[string]float64
		sample string
		want   kind.Form
		says   string
	}{
		"not there": {nil, "", kind.Form{}, ""},
		"classic": {
			map[string]float64{promql.FormClassic: 24, promql.FormHistograms: 2, promql.FormInfinite: 2, promql.FormCount: 2, promql.FormSum: 2}, "",
			kind.Form{Classic: true, Infinite: true, Count: true, Sum: true}, "",
		},
		"buckets alone": {
			map[string]float64{promql.FormClassic: 24, promql.FormHistograms: 2, promql.FormInfinite: 2}, "", kind.Form{Classic: true, Infinite: true}, "",
		},
		"without +Inf": {
			map[string]float64{promql.FormClassic: 24, promql.FormHistograms: 2, promql.FormCount: 2}, "",
			kind.Form{Classic: true, Open: true, Count: true}, "",
		},
		"without +Inf and _count": {
			map[string]float64{promql.FormClassic: 24, promql.FormHistograms: 2}, "", kind.Form{Classic: true, Open: true},
			"neither the bucket +Inf nor request_seconds_count",
		},
		"some without +Inf, some without buckets": {
			map[string]float64{promql.FormClassic: 24, promql.FormHistograms: 2, promql.FormInfinite: 1, promql.FormCount: 3}, "",
			kind.Form{Classic: true, Infinite: true, Open: true, Count: true, Bare: true}, "",
		},
		"ranges": {
			map[string]float64{promql.FormRanges: 40, promql.FormCount: 2, promql.FormSum: 2}, "", kind.Form{Ranges: true, Count: true, Sum: true}, "",
		},
		"native": {map[string]float64{promql.FormPlain: 2}, "histogram", kind.Form{Native: true}, ""},
		"a timer": {
			map[string]float64{promql.FormCount: 2, promql.FormSum: 2}, "", kind.Form{Count: true, Sum: true},
			"switch histograms on in your client",
		},
		"a count alone": {map[string]float64{promql.FormCount: 2}, "", kind.Form{Count: true}, "has no buckets"},
		"a summary": {
			map[string]float64{promql.FormQuantiles: 6, promql.FormCount: 2, promql.FormSum: 2}, "",
			kind.Form{Summary: true, Count: true, Sum: true}, "is a summary",
		},
		"a gauge":   {map[string]float64{promql.FormPlain: 2}, "number", kind.Form{Plain: true}, "is no histogram"},
		"a counter": {map[string]float64{promql.FormPlain: 2, promql.FormSum: 1}, "number", kind.Form{Plain: true, Sum: true}, "has no buckets"},
	} {
		t.Run(name, func(t *testing.T) {
			var series []promapi.Series
			for part, n := range test.parts {
				series = append(series, promapi.Series{Labels: labels.FromStrings(promql.FormLabel, part), Floats: []promapi.FloatPoint{{V: n}}})
			}
			sample := promapi.Series{Labels: labels.FromStrings(promql.FormLabel, promql.FormSample)}
			switch test.sample {
			case "histogram":
				sample.Histograms = []promapi.HistogramPoint{{H: &histogram.FloatHistogram{}}}
				series = append(series, sample)
			case "number":
				sample.Floats = []promapi.FloatPoint{{V: 1}}
				series = append(series, sample)
			}
			got := formOf(series)
			require.Equal(t, test.want, got)
			err := checkHistogram(signal, got)
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			var wrong *model.InvalidError
			require.ErrorAs(t, err, &wrong)
			require.ErrorContains(t, err, test.says)
			buckets := strings.Contains(test.says, "histograms on") || strings.Contains(test.says, "no buckets")
			require.Equal(t, buckets, wrong.Cause == model.CauseNoBuckets)
		})
	}
}
