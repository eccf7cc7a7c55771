package promapi_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// The tests of this file talk to a real Prometheus.

const seriesOfServer = `
n{kind="fine"} {{schema:3 sum:20 count:14 z_bucket:2 z_bucket_w:0.001 offset:-4 buckets:[3 0 5 4]}}+{{schema:3 sum:20 count:14 z_bucket:2 z_bucket_w:0.001 offset:-4 buckets:[3 0 5 4]}}x60
n{kind="coarse"} {{schema:0 sum:20 count:12 offset:-2 buckets:[3 5 4]}}+{{schema:0 sum:20 count:12 offset:-2 buckets:[3 5 4]}}x60
n{kind="negative"} {{schema:1 sum:-9 count:12 n_buckets:[3 5 4]}}+{{schema:1 sum:-9 count:12 n_buckets:[3 5 4]}}x60
c{kind="custom"} {{schema:-53 sum:20 count:15 custom_values:[0.1 0.25 0.5 1 2.5] buckets:[1 2 3 4 0 5]}}+{{schema:-53 sum:20 count:15 custom_values:[0.1 0.25 0.5 1 2.5] buckets:[1 2 3 4 0 5]}}x60
c{kind="powers"} {{schema:-53 sum:20 count:7 custom_values:[0.1 0.25 0.5 1 2.5] buckets:[0 0 3 4 0 0]}}+{{schema:-53 sum:20 count:7 custom_values:[0.1 0.25 0.5 1 2.5] buckets:[0 0 3 4 0 0]}}x60
b{le="0.1"} 0+1x60
b{le="1"} 0+5x60
b{le="+Inf"} 0+7x60
{"dotted.name","label.ü"="q\"uote\\ \n<b>"} 1+0x60
not_a_number NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN
up{instance="a"} 1 1 1 _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 1 1 1
`

func start(t *testing.T) *promapi.Client {
	t.Helper()
	server := promtest.Start(t, promtest.Script{Every: 15 * time.Second, Series: seriesOfServer})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := promapi.NewClient(&http.Client{Transport: transport}, server.URL, promapi.Options{})
	require.NoError(t, err)
	return client
}

func TestAgainstPrometheus(t *testing.T) {
	client := start(t)
	ctx := context.Background()
	begin, end := promtest.Epoch.Add(2*time.Minute), promtest.Epoch.Add(14*time.Minute)
	span := func(expr string) promapi.RangeQuery {
		return promapi.RangeQuery{Expr: expr, Start: begin, End: end, Step: 30 * time.Second}
	}
	meta := promapi.MetaQuery{Start: begin, End: end}

	t.Run("quantiles of native histograms are the server's", func(t *testing.T) {
		compared := 0
		for _, expr := range []string{"n", "rate(n[1m])", "sum by (kind) (increase(n[2m]))", "c", "rate(c[1m])", "rate(n[1m]) or rate(c[1m])"} {
			histograms, err := client.QueryRange(ctx, span(expr))
			require.NoError(t, err)
			for _, q := range []float64{0, 0.1, 0.5, 0.9, 0.95, 0.99, 1} {
				quantiles, err := client.QueryRange(ctx, span(fmt.Sprintf("histogram_quantile(%v, %s)", q, expr)))
				require.NoError(t, err)
				wanted := byKind(quantiles)
				for kind, series := range byKind(histograms) {
					require.Len(t, series.Histograms, len(wanted[kind].Floats))
					for i, point := range series.Histograms {
						want := wanted[kind].Floats[i]
						require.Equal(t, want.T, point.T)
						got, lower, upper := histo.NativeQuantile(q, point.H)
						require.InDelta(t, want.V, got, 1e-9*math.Abs(want.V), "quantile %v of %s of %s", q, kind, expr)
						require.True(t, lower <= got && got <= upper)
						compared++
					}
				}
			}
		}
		assert.Greater(t, compared, 1500)
	})
	t.Run("quantiles of classic histograms are the server's", func(t *testing.T) {
		buckets, err := client.Query(ctx, promapi.InstantQuery{Expr: "rate(b[1m])", Time: end})
		require.NoError(t, err)
		var classic histo.Classic
		for i, upper := range []float64{math.Inf(1), 0.1, 1} { // in the order of the label's text
			classic = append(classic, histo.Bucket{UpperBound: upper, Count: buckets.Series[i].Floats[0].V})
		}
		want, err := client.Query(ctx, promapi.InstantQuery{Expr: "histogram_quantile(0.6, rate(b[1m]))", Time: end})
		require.NoError(t, err)
		got, lower, upper := classic.Quantile(0.6)
		assert.InEpsilon(t, want.Series[0].Floats[0].V, got, 1e-9)
		assert.Equal(t, []float64{0.1, 1}, []float64{lower, upper})
	})
	t.Run("scalars, NaN and infinities", func(t *testing.T) {
		for expr, want := range map[string]float64{"1.5": 1.5, "1 / 0": math.Inf(1), "vector(-1) / 0": math.Inf(-1), "not_a_number": math.NaN()} {
			result, err := client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: end})
			require.NoError(t, err)
			require.Len(t, result.Series, 1, expr)
			got := result.Series[0].Floats[0]
			assert.Equal(t, end.UnixMilli(), got.T)
			assert.True(t, got.V == want || math.IsNaN(want) && math.IsNaN(got.V), "%s is %v", expr, got.V)
		}
	})
	t.Run("a series that pauses leaves a gap", func(t *testing.T) {
		result, err := client.QueryRange(ctx, promapi.RangeQuery{Expr: "up", Start: promtest.Epoch, End: promtest.Epoch.Add(8 * time.Minute), Step: 15 * time.Second})
		require.NoError(t, err)
		points := result.Series[0].Floats
		require.NotEmpty(t, points)
		assert.Less(t, len(points), 33)
	})
	t.Run("UTF-8 names and values make the round trip", func(t *testing.T) {
		series, _, err := client.Series(ctx, promapi.MetaQuery{Match: []string{`{"dotted.name"}`}, Start: begin, End: end})
		require.NoError(t, err)
		assert.Equal(t, []labels.Labels{labels.FromStrings("__name__", "dotted.name", "label.ü", "q\"uote\\ \n<b>")}, series)
		names, _, err := client.LabelNames(ctx, meta)
		require.NoError(t, err)
		assert.Contains(t, names, "label.ü")
		values, _, err := client.LabelValues(ctx, "label.ü", meta)
		require.NoError(t, err)
		assert.Equal(t, []string{"q\"uote\\ \n<b>"}, values)
	})
	t.Run("a list is cut, and says so", func(t *testing.T) {
		values, warnings, err := client.LabelValues(ctx, "kind", promapi.MetaQuery{Start: begin, End: end, Limit: 2})
		require.NoError(t, err)
		assert.Equal(t, []string{"coarse", "custom"}, values)
		assert.Equal(t, []string{"the list was cut at 2"}, warnings)
	})
	t.Run("infos", func(t *testing.T) {
		result, err := client.Query(ctx, promapi.InstantQuery{Expr: "rate(up[1m])", Time: promtest.Epoch.Add(30 * time.Second)})
		require.NoError(t, err)
		require.NotEmpty(t, result.Infos)
		assert.Contains(t, result.Infos[0], "might not be a counter")
	})
	t.Run("errors", func(t *testing.T) {
		for expr, want := range map[string]promapi.Kind{
			"sum(":                   promapi.KindBadData,
			"n + on () group_left n": promapi.KindExecution,
		} {
			_, err := client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: end})
			var known *promapi.Error
			require.ErrorAs(t, err, &known, expr)
			assert.Equal(t, want, known.Kind, known.Error())
		}
		_, err := client.QueryRange(ctx, promapi.RangeQuery{Expr: "up", Start: begin, End: begin.Add(11_001 * time.Second), Step: time.Second})
		var known *promapi.Error
		require.ErrorAs(t, err, &known)
		assert.Contains(t, known.Hint, "Raise the step")
	})
	t.Run("outside retention", func(t *testing.T) {
		result, err := client.Query(ctx, promapi.InstantQuery{Expr: "up", Time: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		assert.Empty(t, result.Series)
	})
	t.Run("build info", func(t *testing.T) {
		info, err := client.BuildInfo(ctx)
		require.NoError(t, err)
		assert.NotEmpty(t, info.GoVersion)
	})
	t.Run("metadata", func(t *testing.T) {
		metadata, err := client.Metadata(ctx, "up", 1)
		require.NoError(t, err)
		assert.Empty(t, metadata, "nothing was scraped")
	})
}

// TestServerCutsAtTheLimit lets the server itself keep to the cap on series.
func TestServerCutsAtTheLimit(t *testing.T) {
	server := promtest.Start(t, promtest.Script{Every: 15 * time.Second, Series: seriesOfServer})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := promapi.NewClient(&http.Client{Transport: transport}, server.URL, promapi.Options{MaxSeries: 2})
	require.NoError(t, err)
	result, err := client.Query(context.Background(), promapi.InstantQuery{Expr: `{__name__=~"b|n"}`, Time: promtest.Epoch.Add(time.Minute)})
	require.NoError(t, err)
	assert.Len(t, result.Series, 2)
	assert.True(t, result.Partial)
	assert.Equal(t, []string{"results truncated due to limit"}, result.Warnings)
}

func byKind(result *promapi.Result) map[string]promapi.Series {
	out := map[string]promapi.Series{}
	for _, s := range result.Series {
		out[s.Labels.Get("kind")] = s
	}
	return out
}
