package model_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/flaglens/flaglens/pkg/model"
)

// refused is the field and a part of the message of the one *InvalidError that a wrong input must give.
type refused struct{ field, says string }

func requireRefused(t *testing.T, err error, want refused) {
	t.Helper()
	var wrong *InvalidError
	require.True(t, errors.As(err, &wrong), "want an *InvalidError, got %v", err)
	require.Equal(t, want.field, wrong.Field)
	require.Contains(t, wrong.Message, want.says)
	require.True(t, strings.HasPrefix(err.Error(), want.field+": "), "%q must begin with the field", err)
}

func TestDecodeQueryRefusesByName(t *testing.T) {
	tests := map[string]struct {
		query string
		want  refused
	}{
		"no JSON":              {`latency`, refused{"query", "this is no JSON"}},
		"null":                 {`null`, refused{"query", "send a JSON object"}},
		"two objects":          {`{"queryType":"flags"} {}`, refused{"query", "text after"}},
		"list":                 {`[]`, refused{"query", "give an object"}},
		"signals is a string":  {`{"signals":"latency"}`, refused{"signals", "a JSON string does not fit"}},
		"quantile is a string": {`{"quantiles":["p95"]}`, refused{"quantiles", "give a number"}},
		"flag is a number":     {`{"flag":7}`, refused{"flag", "give a string"}},
		"no type":              {`{"flag":"a","signals":["latency"]}`, refused{"queryType", "choose one of split, compare, distribution, flags, verdict, changes, backtest"}},
		"unknown type":         {`{"queryType":"verdicts"}`, refused{"queryType", `"verdicts" is no query type`}},
		"split as table":       {`{"queryType":"split","flag":"a","signals":["latency"],"format":"table"}`, refused{"format", "choose one of series, alert"}},
		"compare as heatmap":   {`{"queryType":"compare","flag":"a","signals":["latency"],"format":"heatmap"}`, refused{"format", "series, table, alert"}},
		"flags as series":      {`{"queryType":"flags","format":"series"}`, refused{"format", "choose one of table"}},
		"no flag":              {`{"queryType":"compare","signals":["latency"]}`, refused{"flag", "choose the flag"}},
		"blank flag":           {`{"queryType":"compare","flag":"  ","signals":["latency"]}`, refused{"flag", "no flag is named"}},
		"no signal":            {`{"queryType":"compare","flag":"a"}`, refused{"signals", "choose at least one"}},
		"empty signals":        {`{"queryType":"compare","flag":"a","signals":[]}`, refused{"signals", "choose at least one"}},
		"empty signal":         {`{"queryType":"compare","flag":"a","signals":[""]}`, refused{"signals[0]", "name a signal"}},
		"empty variant":        {`{"queryType":"compare","flag":"a","signals":["latency"],"variants":["on",""]}`, refused{"variants[1]", "this is no variant"}},
		"quantile above 1":     {`{"queryType":"compare","flag":"a","signals":["latency"],"quantiles":[0.5,95]}`, refused{"quantiles[1]", "95 is outside 0..1"}},
		"quantile below 0":     {`{"queryType":"compare","flag":"a","signals":["latency"],"quantiles":[-0.1]}`, refused{"quantiles[0]", "0.95 for p95"}},
		"unknown stat":         {`{"queryType":"compare","flag":"a","signals":["latency"],"stats":["p95","median"]}`, refused{"stats[1]", `"median" is no stat`}},
		"stat beyond 100":      {`{"queryType":"compare","flag":"a","signals":["latency"],"stats":["p101"]}`, refused{"stats[0]", "is no stat"}},
		"filter without key":   {`{"queryType":"flags","filters":[{"operator":"=","value":"x"}]}`, refused{"filters[0].key", "name is empty"}},
		"filter on __name__":   {`{"queryType":"flags","filters":[{"key":"__name__","operator":"=","value":"x"}]}`, refused{"filters[0].key", "reserved"}},
		"filter operator":      {`{"queryType":"flags","filters":[{"key":"a","operator":"==","value":"x"}]}`, refused{"filters[0].operator", "use =, !=, =~ or !~"}},
		"filter without one":   {`{"queryType":"flags","filters":[{"key":"a","value":"x"}]}`, refused{"filters[0].operator", "is no operator"}},
		"filter regex":         {`{"queryType":"flags","filters":[{"key":"a","operator":"=","value":"("},{"key":"b","operator":"=~","value":"("}]}`, refused{"filters[1].value", "is no regular expression"}},
		"group by le":          {`{"queryType":"split","flag":"a","signals":["latency"],"groupBy":["route","le"]}`, refused{"groupBy[1]", "label of the answer itself"}},
		"group by variant":     {`{"queryType":"split","flag":"a","signals":["latency"],"groupBy":["variant"]}`, refused{"groupBy[0]", "choose another label"}},
		"group by nothing":     {`{"queryType":"split","flag":"a","signals":["latency"],"groupBy":[""]}`, refused{"groupBy[0]", "is empty"}},
		"group by a number":    {`{"queryType":"split","flag":"a","signals":["latency"],"groupBy":["NaN"]}`, refused{"groupBy[0]", "as a number"}},
		"group by of a CDF":    {`{"queryType":"distribution","flag":"a","signals":["latency"],"format":"cdf","groupBy":["route"]}`, refused{"groupBy", "leave it out"}},
		"group by of flags":    {`{"queryType":"flags","groupBy":["route"]}`, refused{"groupBy", "leave it out"}},
		"role":                 {`{"queryType":"split","flag":"a","signals":["latency"],"roles":["canary"]}`, refused{"roles[0]", `"canary" is no role`}},
		"too many in the stats": {`{"queryType":"split","flag":"a","signals":["latency"],"quantiles":[` + manyQuantiles + `],"stats":["p99.99"]}`,
			refused{"stats", "there are 101 quantiles, at most 100 are computed"}},
		"too many quantiles":     {`{"queryType":"flags","quantiles":[` + strings.Repeat("0.5,", 100) + `0.5]}`, refused{"quantiles", "101 are too many"}},
		"flag of a megabyte":     {`{"queryType":"compare","signals":["latency"],"flag":"` + strings.Repeat("x", 1<<20) + `"}`, refused{"flag", "too long"}},
		"label name of 2 kB":     {`{"queryType":"flags","filters":[{"key":"` + strings.Repeat("x", 2048) + `","operator":"=","value":""}]}`, refused{"filters[0].key", "too long"}},
		"flags with a bad value": {`{"queryType":"flags","filters":[{"key":"a","operator":"!~","value":"[z-a]"}]}`, refused{"filters[0].value", "RE2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := DecodeQuery([]byte(test.query))
			requireRefused(t, err, test.want)
		})
	}
}

func TestDecodeQueryFillsInDefaults(t *testing.T) {
	tests := map[string]struct {
		query string
		want  Query
	}{
		"series and three quantiles; what later versions know is ignored": {
			`{"refId":"A","queryType":"compare","flag":"a","signals":["latency","errors","latency"],"later":{"x":1}}`,
			Query{QueryType: QueryCompare, Flag: "a", Signals: []string{"latency", "errors"}, Quantiles: []float64{0.5, 0.95, 0.99}, Format: FormatSeries},
		},
		"heatmap": {
			`{"queryType":"distribution","flag":"a","signals":["latency"]}`,
			Query{QueryType: QueryDistribution, Flag: "a", Signals: []string{"latency"}, Quantiles: []float64{0.5, 0.95, 0.99}, Format: FormatHeatmap},
		},
		"shift": {
			`{"queryType":"distribution","flag":"a","signals":["latency"],"format":"shift"}`,
			Query{QueryType: QueryDistribution, Flag: "a", Signals: []string{"latency"}, Quantiles: ShiftQuantiles, Format: FormatShift},
		},
		"flags need nothing": {
			`{"queryType":"flags"}`,
			Query{QueryType: QueryFlags, Quantiles: []float64{0.5, 0.95, 0.99}, Format: FormatTable},
		},
		"a stat that names a quantile asks for it": {
			`{"queryType":"split","flag":"a","signals":["latency"],"quantiles":[0,1,0.5,0.5],"stats":["p99.9","p050","mean"]}`,
			Query{
				QueryType: QuerySplit, Flag: "a", Signals: []string{"latency"}, Format: FormatSeries,
				Quantiles: []float64{0, 1, 0.5, 0.999}, Stats: []string{"p99.9", "p50", "mean"},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := DecodeQuery([]byte(test.query))
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestValidateRefusesNaN(t *testing.T) {
	_, err := Query{QueryType: QueryCompare, Flag: "a", Signals: []string{"latency"}, Quantiles: []float64{math.NaN()}}.Validate()
	requireRefused(t, err, refused{"quantiles[0]", "outside 0..1"})
}

// Text that is dangerous elsewhere is only text here.
func TestDecodeQueryTakesAnyText(t *testing.T) {
	query, err := DecodeQuery([]byte(`{"queryType":"compare","flag":"\"}\\\n🚀{","baseline":"<script>","signals":["latency"],
		"filters":[{"key":"http.route","operator":"=","value":"\"} or up{"}],"groupBy":["a b"]}`))
	require.NoError(t, err)
	require.Equal(t, "\"}\\\n🚀{", query.Flag)
	require.Equal(t, `"} or up{`, query.Filters[0].Value)
}

func TestDecodePromQLRequest(t *testing.T) {
	request, err := DecodePromQLRequest([]byte(`{"query":{"queryType":"flags"},"from":1000,"to":2000,"intervalMs":15000,"maxDataPoints":500}`))
	require.NoError(t, err)
	require.Equal(t, int64(1000), request.From)
	require.Equal(t, FormatTable, request.Query.Format, "the query's defaults are filled in")

	_, err = DecodePromQLRequest([]byte(`{"query":{"queryType":"flags"},"from":2000,"to":1000}`))
	requireRefused(t, err, refused{"to", "ends before it begins"})
	_, err = DecodePromQLRequest([]byte(`{"query":{"queryType":"compare"}}`))
	requireRefused(t, err, refused{"flag", "no flag"})
	_, err = DecodePromQLRequest([]byte(`{"from":"now"}`))
	requireRefused(t, err, refused{"from", "give a number"})
}

func TestStatNames(t *testing.T) {
	for quantile, stat := range map[float64]string{0: "p0", 0.5: "p50", 0.95: "p95", 0.999: "p99.9", 0.9999: "p99.99", 1: "p100", 0.07: "p7"} {
		require.Equal(t, stat, QuantileStat(quantile))
		back, ok := StatQuantile(stat)
		require.True(t, ok)
		require.Equal(t, quantile, back, "the name of a quantile leads back to the very same number") //nolint:testifylint // exact on purpose
	}
	for _, stat := range []string{"", "p", "mean", "P95", "p-1", "p1e2", "p101", "pNaN", "pInf", "p0x1"} {
		_, ok := StatQuantile(stat)
		require.False(t, ok, "%q names no quantile", stat)
	}
}

func TestWantsStat(t *testing.T) {
	require.True(t, Query{}.WantsStat("p95"))
	require.True(t, Query{Stats: []string{"p95"}}.WantsStat("p95"))
	require.False(t, Query{Stats: []string{"p95"}}.WantsStat("mean"))
}

// manyQuantiles are as many as a query may have.
var manyQuantiles = func() string {
	var all []string
	for i := range 100 {
		all = append(all, fmt.Sprint(float64(i)/100))
	}
	return strings.Join(all, ",")
}()
