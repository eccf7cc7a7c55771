package frames

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// goldens lie where the tests of the panel read them too, so that both sides hold one contract. Each is
// what Grafana's HTTP API answers for one query.
var goldens = filepath.Join("..", "..", "testdata", "frames")

// requireGolden compares a response with testdata/frames/<name>.json.
func requireGolden(t *testing.T, name string, response backend.DataResponse) {
	t.Helper()
	raw, err := json.Marshal(response)
	require.NoError(t, err)
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, raw, "", "  "))
	indented.WriteByte('\n')
	path := filepath.Join(goldens, name+".json")
	if *update {
		require.NoError(t, os.MkdirAll(goldens, 0o755))
		require.NoError(t, os.WriteFile(path, indented.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "write it with -update")
	assert.Equal(t, string(want), indented.String(), "differs from %s; write it anew with -update and review", path)
}

// minute is the step of the goldens' grid: eight minutes of a morning.
const minute = int64(time.Minute / time.Millisecond)

var (
	begin      = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC).UnixMilli()
	goldenGrid = Grid{Start: begin, End: begin + 7*minute, Step: minute}
	inf, nan   = math.Inf(1), math.NaN()
)

// points puts values on the grid from its start; gap leaves one out.
var gap = math.Float64frombits(0x7ff8_0000_0000_1234)

func points(values ...float64) []promapi.FloatPoint {
	var out []promapi.FloatPoint
	for i, v := range values {
		if math.Float64bits(v) != math.Float64bits(gap) {
			out = append(out, promapi.FloatPoint{T: begin + int64(i)*minute, V: v})
		}
	}
	return out
}

// lane makes the series of one stat: the baseline, then each feature with its difference and ratio.
type lane struct {
	signal, stat, unit string
	direction          model.Direction
	expr               string
	baseline           []float64
	features           map[string][]float64
	order              []string
	group              map[string]string
	noComparison       bool
}

func (l lane) series() []Series {
	one := func(variant string, role model.Role, values []float64) Series {
		return Series{
			Identity:  Identity{Flag: "checkout-v2", Variant: variant, Role: role, Signal: l.signal, Stat: l.stat, Group: l.group},
			Unit:      l.unit,
			Direction: l.direction,
			Expr:      l.expr,
			Points:    points(values...),
		}
	}
	all := []Series{one("off", model.RoleBaseline, l.baseline)}
	for _, variant := range l.order {
		all = append(all, one(variant, model.RoleFeature, l.features[variant]))
	}
	if l.noComparison {
		return all
	}
	for _, variant := range l.order {
		var difference, ratio []float64
		for i, v := range l.features[variant] {
			if v != v || l.baseline[i] != l.baseline[i] {
				difference, ratio = append(difference, gap), append(ratio, gap)
				continue
			}
			difference, ratio = append(difference, v-l.baseline[i]), append(ratio, v/l.baseline[i])
		}
		all = append(all, one(variant, model.RoleDifference, difference), one(variant, model.RoleRatio, ratio))
	}
	return all
}

func seriesOf(lanes ...lane) []Series {
	var all []Series
	for _, l := range lanes {
		all = append(all, l.series()...)
	}
	return all
}

// compared is the query of most goldens.
var compared = model.Query{QueryType: model.QueryCompare, Format: model.FormatSeries}

const (
	bucketsExpr = `sum by (feature_flag_variant, le) (rate(feature_flag_http_request_duration_seconds_bucket{feature_flag_key="checkout-v2"}[1m]))`
	rateExpr    = `sum by (feature_flag_variant) (rate(feature_flag_http_request_duration_seconds_count{feature_flag_key="checkout-v2"}[1m]))`
)

// latency, errors and throughput of one feature: slower in the tail from the fourth minute, with a gap in
// the sixth, where a percentile lies beyond the last bucket in the last.
func latency(features ...string) []lane {
	on := map[string][3][]float64{
		"on": {
			{0.042, 0.041, 0.043, 0.044, 0.046, gap, 0.045, 0.044},
			{0.118, 0.12, 0.121, 0.244, 0.31, gap, 0.332, 0.325},
			{0.2, 0.21, 0.22, 0.61, 0.82, gap, 0.94, inf},
		},
		"next": {
			{0.039, 0.04, 0.038, 0.039, 0.04, 0.041, 0.039, 0.038},
			{0.102, 0.104, 0.1, 0.101, 0.099, 0.103, 0.1, 0.098},
			{0.19, 0.188, 0.191, 0.187, 0.19, 0.186, 0.189, 0.19},
		},
	}
	baselines := [3][]float64{
		{0.041, 0.042, 0.041, 0.043, 0.042, gap, 0.041, 0.042},
		{0.119, 0.118, 0.121, 0.12, 0.119, gap, 0.122, 0.12},
		{0.205, 0.2, 0.21, 0.208, 0.203, gap, 0.207, nan},
	}
	var lanes []lane
	for i, stat := range []string{"p50", "p95", "p99"} {
		l := lane{signal: "latency", stat: stat, unit: "s", direction: model.LowerIsBetter, expr: bucketsExpr, baseline: baselines[i], features: map[string][]float64{}, order: features}
		for _, f := range features {
			l.features[f] = on[f][i]
		}
		lanes = append(lanes, l)
	}
	return lanes
}

var throughput = []lane{
	{signal: "throughput", stat: "rate", unit: "reqps", direction: model.Neutral, expr: rateExpr,
		baseline: []float64{54, 53, 55, 54, 52, 0, 53, 54}, features: map[string][]float64{"on": {6, 6.5, 6, 27, 28, 0, 27.5, 27}}, order: []string{"on"}},
	{signal: "throughput", stat: "share", unit: "percentunit", direction: model.Neutral, expr: rateExpr, noComparison: true,
		baseline: []float64{0.9, 0.891, 0.902, 0.667, 0.65, nan, 0.658, 0.667}, features: map[string][]float64{"on": {0.1, 0.109, 0.098, 0.333, 0.35, nan, 0.342, 0.333}}, order: []string{"on"}},
}

var errorRatio = lane{signal: "errors", stat: "ratio", unit: "percentunit", direction: model.LowerIsBetter,
	expr:     `sum by (feature_flag_variant) (rate(feature_flag_http_request_duration_seconds_count{feature_flag_key="checkout-v2",status=~"5.."}[1m]))`,
	baseline: []float64{0, 0.001, 0, 0.002, 0.001, gap, 0, 0.001}, features: map[string][]float64{"on": {0, 0.001, 0.001, 0.012, 0.018, gap, 0.02, 0.019}}, order: []string{"on"}}

func TestGoldenSeries(t *testing.T) {
	inGroup := func(l lane, route string) lane {
		l.group = map[string]string{"route": route, "role": "shadowed by the contract's own label"}
		return l
	}
	for name, tt := range map[string]struct {
		series []Series
		meta   Meta
	}{
		"compare-two-signals": {
			series: seriesOf(append(latency("on"), throughput...)...),
			meta: Meta{Notices: Notices(
				[]string{"the answer was cut at 20000 series; narrow the time range or the filters"},
				[]string{`PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "requests"`})},
		},
		"compare-errors":       {series: seriesOf(errorRatio)},
		"compare-two-features": {series: seriesOf(latency("on", "next")...)},
		"compare-grouped":      {series: seriesOf(inGroup(latency("on")[1], "/cart"), inGroup(latency("on")[1], "/pay <b>\"now\"</b> 🚀"))},
		"split": {series: func() []Series {
			l := latency("on")[1]
			l.noComparison = true
			return l.series()
		}()},
	} {
		t.Run(name, func(t *testing.T) {
			requireGolden(t, name, backend.DataResponse{Status: http.StatusOK, Frames: TimeSeries(goldenGrid, tt.series, tt.meta)})
		})
	}
}

func TestGoldenPartialError(t *testing.T) {
	message := "errors: Prometheus could not run the query: query processing would load too many samples into memory in query execution. Narrow the time range or the filters, raise the step, or raise --query.max-samples on the server"
	requireGolden(t, "partial-error", backend.DataResponse{
		Status:      http.StatusUnprocessableEntity,
		Error:       errors.New(message),
		ErrorSource: backend.ErrorSourceDownstream,
		Frames: WithFailures(compared, TimeSeries(goldenGrid, seriesOf(latency("on")[1]), Meta{}), []model.Failure{
			{Signals: []string{"errors"}, Message: message},
		}),
	})
}

// One request was for two signals and failed for both; a field of the query is no signal, though its error is written alike.
func TestGoldenFailedTogether(t *testing.T) {
	failures := []model.Failure{
		{Signals: []string{"latency", "throughput"}, Message: "latency, throughput: no connection to Prometheus: dial tcp 127.0.0.1:9090: connect: connection refused"},
		{Signals: []string{}, Message: "flag: there is no baseline, or no feature, to test with; choose the baseline"},
	}
	requireGolden(t, "failed-together", backend.DataResponse{
		Status:      http.StatusBadRequest,
		Error:       errors.Join(errors.New(failures[0].Message), errors.New(failures[1].Message)),
		ErrorSource: backend.ErrorSourceDownstream,
		Frames:      WithFailures(compared, nil, failures),
	})
}

func TestGoldenNoData(t *testing.T) {
	requireGolden(t, "no-data", backend.DataResponse{Status: http.StatusOK, Frames: Empty(compared, Meta{Notices: []data.Notice{
		{Severity: data.NoticeSeverityInfo, Text: `no requests were counted for the flag "checkout-v2" in this range`},
	}})})
}

func TestGoldenAlert(t *testing.T) {
	series := seriesOf(latency("on")[1], errorRatio)
	missing := series[1]
	missing.Variant, missing.Points = "next", nil
	requireGolden(t, "alert", backend.DataResponse{Status: http.StatusOK, Frames: Alert(append(series, missing), Meta{})})
}

func TestGoldenTables(t *testing.T) {
	row := func(variant, signal, stat, unit string, direction model.Direction, values ...float64) Comparison {
		c := Comparison{Flag: "checkout-v2", Baseline: "off", Variant: variant, Signal: signal, Stat: stat, Unit: unit, Direction: direction,
			BaselineValue: values[0], VariantValue: values[1], Difference: values[1] - values[0], Ratio: values[1] / values[0],
			BaselineLower: nan, BaselineUpper: nan, VariantLower: nan, VariantUpper: nan}
		if len(values) > 2 {
			c.BaselineLower, c.BaselineUpper, c.VariantLower, c.VariantUpper = values[2], values[3], values[4], values[5]
		}
		return c
	}
	rows := []Comparison{
		row("on", "latency", "p50", "s", model.LowerIsBetter, 0.042, 0.044, 0.025, 0.05, 0.025, 0.05),
		row("on", "latency", "p95", "s", model.LowerIsBetter, 0.12, 0.31, 0.1, 0.25, 0.25, 0.5),
		row("on", "latency", "p99", "s", model.LowerIsBetter, 0.205, 10, 0.1, 0.25, 10, inf),
		row("on", "latency", "mean", "s", model.LowerIsBetter, 0.051, 0.083),
		row("on", "errors", "ratio", "percentunit", model.LowerIsBetter, 0.001, 0.018),
		row("on", "throughput", "rate", "reqps", model.Neutral, 54, 27),
		row("on", "throughput", "share", "percentunit", model.Neutral, 0.667, 0.333),
		row("on", "memory", "value", "bytes", model.LowerIsBetter, 123456789, nan),
	}
	requireGolden(t, "table", backend.DataResponse{Status: http.StatusOK, Frames: Table(rows, bucketsExpr+"\n"+rateExpr, Meta{})})

	two := []Comparison{
		row("next", "latency", "p95", "s", model.LowerIsBetter, 0.12, 0.1, 0.1, 0.25, 0.05, 0.1),
		row("on", "latency", "p95", "s", model.LowerIsBetter, 0.12, 0.31, 0.1, 0.25, 0.25, 0.5),
	}
	two[0].Group, two[1].Group = map[string]string{"route": "/cart", "signal": "shadowed"}, map[string]string{"route": "/pay"}
	requireGolden(t, "table-two-features", backend.DataResponse{Status: http.StatusOK, Frames: Table(two, bucketsExpr, Meta{Notices: Notices([]string{"2 variants were left out"}, nil)})})
}

func TestGoldenDistributions(t *testing.T) {
	heatmap := func(variant string, role model.Role, rows ...[]float64) Heatmap {
		h := Heatmap{Identity: Identity{Flag: "checkout-v2", Variant: variant, Role: role, Signal: "latency"}, Expr: bucketsExpr}
		for i, upper := range []float64{1e-7, 0.05, 0.1, inf}[:len(rows)] {
			h.Rows = append(h.Rows, HeatmapRow{Upper: upper, Points: points(rows[i]...)})
		}
		return h
	}
	requireGolden(t, "heatmap", backend.DataResponse{Status: http.StatusOK, Frames: Heatmaps(goldenGrid, []Heatmap{
		heatmap("off", model.RoleBaseline, []float64{30, 31, 29, gap, 30, 30, 31, 30}, []float64{4, 3, 5, gap, 4, 4, 3, 4}, []float64{0, 0, 0, gap, 0, 0, 0, 0}, []float64{1, 0, 1, gap, 0, 1, 0, nan}),
		heatmap("on", model.RoleFeature, []float64{20, 21, 19, 18, 17, 16, 15, 14}, []float64{9, 8, 10, 11, 12, 13, 14, 15}),
	}, Meta{})})

	requireGolden(t, "cdf", backend.DataResponse{Status: http.StatusOK, Frames: CDF([]CDFRow{
		{Flag: "checkout-v2", Variant: "off", Role: model.RoleBaseline, Signal: "latency", LE: 0.05, Share: 0.8, Count: 800},
		{Flag: "checkout-v2", Variant: "off", Role: model.RoleBaseline, Signal: "latency", LE: inf, Share: 1, Count: 1000},
		{Flag: "checkout-v2", Variant: "on", Role: model.RoleFeature, Signal: "latency", LE: 0.05, Share: 0.6, Count: 60},
		{Flag: "checkout-v2", Variant: "on", Role: model.RoleFeature, Signal: "latency", LE: inf, Share: 1, Count: 100},
	}, "s", bucketsExpr, Meta{})})

	requireGolden(t, "shift", backend.DataResponse{Status: http.StatusOK, Frames: Shift([]ShiftRow{
		{Flag: "checkout-v2", Baseline: "off", Variant: "on", Signal: "latency", Quantile: 0.5, BaselineValue: 0.042, VariantValue: 0.044, Difference: 0.002,
			BaselineLower: 0.025, BaselineUpper: 0.05, VariantLower: 0.025, VariantUpper: 0.05},
		{Flag: "checkout-v2", Baseline: "off", Variant: "on", Signal: "latency", Quantile: 0.99, BaselineValue: 0.205, VariantValue: nan, Difference: nan,
			BaselineLower: 0.1, BaselineUpper: 0.25, VariantLower: nan, VariantUpper: inf},
	}, "s", bucketsExpr, Meta{})})
}

func TestGoldenFlags(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 2, hour, 30, 0, 0, time.FixedZone("CET", 3600)) }
	requireGolden(t, "flags", backend.DataResponse{Status: http.StatusOK, Frames: Flags([]FlagRow{
		{Flag: "checkout-v2", Variant: "off", Role: model.RoleBaseline, Share: 0.9, FirstSeen: at(8), LastSeen: at(10)},
		{Flag: "checkout-v2", Variant: "on", Role: model.RoleFeature, Share: 0.1, FirstSeen: at(9), LastSeen: at(10)},
		{Flag: "search-ranking", Variant: "control", Role: model.RoleBaseline, Share: nan},
	}, rateExpr, Meta{})})
}

func TestGoldenExemplars(t *testing.T) {
	signal := model.Signal{ID: "latency", Kind: model.KindHistogram, Unit: "s"}
	at := func(minutes int64, seconds float64, variant string, role model.Role, id, status string) Exemplar {
		return Exemplar{
			At: time.UnixMilli(begin + minutes*minute + 12_345), Value: seconds, Flag: "checkout-v2", Variant: variant, Role: role,
			TraceID: id, Labels: map[string]string{"span_id": "00f067aa0ba902b7", "route": "/checkout", "status": status, "flag": "not ours"},
		}
	}
	rows := []Exemplar{
		at(4, 0.413, "on", model.RoleFeature, "4bf92f3577b34da6a3ce929d0e0e4736", "200"),
		at(4, 0.048, "off", model.RoleBaseline, "0af7651916cd43dd8448eb211c80319c", "200"),
		at(1, 0.044, "on", model.RoleFeature, "a1b2c3d4e5f60718293a4b5c6d7e8f90", "500"),
	}
	link := TraceLink{URL: "http://127.0.0.1:16686/trace/${traceId}"}
	answer := append(TimeSeries(goldenGrid, seriesOf(latency("on")[1]), Meta{}),
		Exemplars(signal, model.DefaultTraceLabel, rows, `feature_flag_http_request_duration_seconds_bucket{feature_flag_key="checkout-v2"}`, link)...)
	requireGolden(t, "exemplars", backend.DataResponse{Status: http.StatusOK, Frames: answer})
}

func TestExemplarsLinkWhereTheTracesAre(t *testing.T) {
	rows := []Exemplar{{At: time.UnixMilli(begin), Value: 1, TraceID: "1"}}
	for name, test := range map[string]struct {
		link TraceLink
		want []data.DataLink
	}{
		"nowhere": {TraceLink{}, nil},
		"a page":  {TraceLink{URL: "http://x/${traceId}"}, []data.DataLink{{Title: "View trace", URL: "http://x/${__value.raw}", TargetBlank: true}}},
		"a datasource first": {TraceLink{DatasourceUID: "jaeger", URL: "http://x/${traceId}"}, []data.DataLink{{
			Title: "View trace",
			Internal: &data.InternalDataLink{
				DatasourceUID: "jaeger", Query: map[string]string{"query": "${__value.raw}", "queryType": "traceql"},
			},
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			frame := Exemplars(model.Signal{ID: "latency"}, "traceID", rows, "x", test.link)[0]
			field, _ := frame.FieldByName("traceID")
			require.NotNil(t, field)
			assert.Equal(t, test.want, field.Config.Links)
		})
	}
	assert.Empty(t, Exemplars(model.Signal{}, "trace_id", nil, "x", TraceLink{}), "no frame without rows")
}

func TestEveryGoldenIsWritten(t *testing.T) {
	files, err := os.ReadDir(goldens)
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	assert.ElementsMatch(t, []string{
		"alert.json", "backtest.json", "cdf.json", "changes.json", "compare-errors.json", "compare-grouped.json", "compare-two-features.json", "compare-two-signals.json",
		"exemplars.json", "failed-together.json", "flags.json", "heatmap.json", "no-data.json", "partial-error.json", "shift.json", "split.json", "table-two-features.json", "table.json",
		"verdict-alert.json", "verdict-message.json", "verdict.json",
	}, names, "a golden that no test writes is stale")
}
