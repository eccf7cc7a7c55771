package conformance

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/value"
	"github.com/stretchr/testify/require"
)

// written is a file of a case in a folder of its own.
func written(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

const second = int64(1_795_888_800) // 28 Nov 2026, 18:00 UTC

func TestReadInput(t *testing.T) {
	type row struct {
		series string
		after  int64 // milliseconds after the first second
		value  float64
	}
	stale := math.Float64frombits(value.StaleNaN)
	for name, test := range map[string]struct {
		file, text string
		rows       []row
	}{
		"expanding notation": {"input.load", "load 60s 2026-11-28T18:00:00Z\nx{a=\"b\"} 0+10x2\n",
			[]row{{`{__name__="x", a="b"}`, 0, 0}, {`{__name__="x", a="b"}`, 60_000, 10}, {`{__name__="x", a="b"}`, 120_000, 20}}},
		"gaps and an end": {"input.load", "load 15s 2026-11-28T18:00:00Z\nx 1 _ _x2 5 stale\n",
			[]row{{`{__name__="x"}`, 0, 1}, {`{__name__="x"}`, 60_000, 5}, {`{__name__="x"}`, 75_000, stale}}},
		"two groups": {"input.load", "load 60s 2026-11-28T18:00:00Z\nx 1\n# and\nload 60s 2026-11-28T18:00:07.5Z\ny 2\n",
			[]row{{`{__name__="x"}`, 0, 1}, {`{__name__="y"}`, 7_500, 2}}},
		"seconds": {"input.om", "# TYPE x counter\nx_total{a=\"} b {\\\" c\"} 3 1795888800.5\n# EOF\n",
			[]row{{`{__name__="x_total", a="} b {\" c"}`, 500, 3}}},
		"milliseconds":           {"input.txt", "x 1e3 1795888800500\n", []row{{`{__name__="x"}`, 500, 1000}}},
		"a space before labels":  {"input.txt", "x {a=\"b\"} 1 1795888800\n", []row{{`{__name__="x", a="b"}`, 0, 1}}},
		"an exemplar behind":     {"input.om", "x_bucket{le=\"1\"} 3 1795888800 # {trace_id=\"a\"} 0.5\n", []row{{`{__name__="x_bucket", le="1"}`, 0, 3}}},
		"a marker":               {"input.lines", "x STALE 1795888800\n", []row{{`{__name__="x"}`, 0, stale}}},
		"dotted names":           {"input.lines", "{\"a.b\",\"c.d\"=\"e\"} 1 1795888800\n", []row{{`{__name__="a.b", "c.d"="e"}`, 0, 1}}},
		"a bound as it is spelt": {"input.om", "# TYPE x histogram\nx_bucket{le=\"00.050\"} 1 1795888800\n", []row{{`{__name__="x_bucket", le="00.050"}`, 0, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			samples, err := ReadInput(written(t, test.file, test.text))
			require.NoError(t, err)
			var rows []row
			for _, s := range samples {
				rows = append(rows, row{s.Series.String(), s.At - 1000*second, s.Value})
			}
			require.Len(t, rows, len(test.rows))
			for i := range rows {
				require.Equal(t, math.Float64bits(test.rows[i].value), math.Float64bits(rows[i].value))
				rows[i].value, test.rows[i].value = 0, 0
			}
			require.Equal(t, test.rows, rows)
		})
	}
	t.Run("native histograms", func(t *testing.T) {
		const native = "{{schema:0 count:3 sum:4 buckets:[1 2]}}"
		for file, text := range map[string]string{
			"input.lines": "x{a=\"b\"} " + native + " 1795888800", "input.load": "load 60s 2026-11-28T18:00:00Z\nx{a=\"b\"} " + native,
		} {
			samples, err := ReadInput(written(t, file, text))
			require.NoError(t, err)
			require.Len(t, samples, 1)
			require.EqualValues(t, 3, samples[0].Histogram.Count)
			require.Equal(t, 1000*second, samples[0].At)
		}
	})
	t.Run("packed", func(t *testing.T) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err := z.Write([]byte("x 1 1795888800\n"))
		require.NoError(t, err)
		require.NoError(t, z.Close())
		samples, err := ReadInput(written(t, "input.lines.gz", packed.String()))
		require.NoError(t, err)
		require.Len(t, samples, 1)
	})
}

func TestReadInputRefuses(t *testing.T) {
	for name, test := range map[string]struct{ file, text, says string }{
		"another format":       {"input.csv", "x,1", `".csv" is not known`},
		"nothing":              {"input.om", "# EOF\n", "holds no samples"},
		"no time":              {"input.om", "x 1\n", "line 1: x 1: has no time"},
		"no value":             {"input.lines", "x one 1795888800\n", `"one" is no value`},
		"a bad time":           {"input.lines", "x 1 now\n", `"now" is no time`},
		"labels without end":   {"input.lines", "x{a=\"b 1 2\n", "expected name{labels} value time"},
		"a bad series":         {"input.lines", "x{a=b} 1 2\n", "line 1: x{a=b}"},
		"series before load":   {"input.load", "x 1\n", "has to stand before the first series"},
		"load without a time":  {"input.load", "load 60s\nx 1\n", "no time of a first sample"},
		"load without a step":  {"input.load", "load often 2026-11-28T18:00:00Z\n", `"often" is no distance`},
		"a bad histogram":      {"input.lines", "x {{count:}} 1795888800\n", "is no native histogram"},
		"not packed":           {"input.lines.gz", "x 1 1795888800\n", "is not packed with gzip"},
		"a number in its name": {"input.load", "load 60s 2026-11-28T18:00:00Z\nx 1 two\n", "line 2: x 1 two"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadInput(written(t, test.file, test.text))
			require.ErrorContains(t, err, test.says)
		})
	}
}

// answers are two rows of a table, and of one series.
func answers() map[string]Answer {
	at := time.UnixMilli(1000 * second)
	table := data.NewFrame("",
		data.NewField("signal", nil, []string{"latency", "errors"}),
		data.NewField("value", nil, []*float64{ptr(0.5), nil}),
		data.NewField("at", nil, []*time.Time{&at, nil}),
		data.NewField("n", nil, []int64{7, 8}))
	table.AppendNotices(data.Notice{Text: "Errors: 3 increments were left out."})
	series := data.NewFrame("",
		data.NewField("Time", nil, []time.Time{at, at.Add(time.Minute)}),
		data.NewField("Value", data.Labels{"role": "feature"}, []float64{1, math.NaN()}))
	return map[string]Answer{
		"table": AnswerOf(data.Frames{table}, nil), "series": AnswerOf(data.Frames{series}, nil),
		"broken": AnswerOf(nil, errors.New("x is a summary")),
	}
}

func ptr(v float64) *float64 { return &v }

// Each expectation is met by one answer and not by the other: none holds whatever is answered.
func TestExpectations(t *testing.T) {
	for name, test := range map[string]struct{ met, not string }{
		"says":       {`"query":"table","says":"(?i)LEFT out"`, `"query":"table","says":"no traffic"`},
		"says not":   {`"query":"table","saysNot":"no traffic"`, `"query":"table","saysNot":"left"`},
		"error":      {`"query":"broken","error":"summary"`, `"query":"table","error":"left out"`},
		"no error":   {`"query":"table","noError":true`, `"query":"broken","noError":true`},
		"rows":       {`"query":"table","rows":2`, `"query":"table","row":{"signal":"errors"},"rows":2`},
		"near":       {`"query":"table","row":{"signal":"latency"},"column":"value","near":0.51,"within":0.02`, `"query":"table","row":{"signal":"latency"},"column":"value","near":0.53,"within":0.02`},
		"near null":  {`"query":"table","row":{"signal":"errors"},"column":"n","near":8,"within":0`, `"query":"table","row":{"signal":"errors"},"column":"value","near":0,"within":1`},
		"near time":  {`"query":"table","row":{"signal":"latency"},"column":"at","nearTime":"2026-11-28T18:00:05Z","within":6`, `"query":"table","row":{"signal":"latency"},"column":"at","nearTime":"2026-11-28T18:00:05Z","within":4`},
		"at least":   {`"query":"table","row":{"signal":"latency"},"column":"n","atLeast":7`, `"query":"table","row":{"signal":"latency"},"column":"n","atLeast":7.1`},
		"at most":    {`"query":"table","row":{"signal":"latency"},"column":"n","atMost":7`, `"query":"table","row":{"signal":"latency"},"column":"n","atMost":6.9`},
		"one of":     {`"query":"table","row":{"n":7},"column":"signal","oneOf":["latency"]`, `"query":"table","row":{"n":8},"column":"signal","oneOf":["latency"]`},
		"not one of": {`"query":"table","row":{"n":8},"column":"signal","notOneOf":["latency"]`, `"query":"table","row":{"n":7},"column":"signal","notOneOf":["latency"]`},
		"no row":     {`"query":"table","row":{"n":8},"column":"signal","notOneOf":["x"]`, `"query":"table","row":{"n":9},"column":"signal","notOneOf":["x"]`},
		"null":       {`"query":"table","row":{"n":8},"column":"value","null":true`, `"query":"table","row":{"n":7},"column":"value","null":true`},
		"no column":  {`"query":"table","row":{"n":8},"column":"value","null":true`, `"query":"table","row":{"n":8},"column":"vale","null":true`},
		"matches":    {`"query":"table","row":{"n":7},"column":"signal","matches":"^lat"`, `"query":"table","row":{"n":7},"column":"signal","matches":"^err"`},
		"unlike":     {`"query":"table","row":{"n":7},"column":"signal","matchesNot":"^err"`, `"query":"table","row":{"n":7},"column":"signal","matchesNot":"^lat"`},
		"reduced":    {`"query":"series","row":{"role":"feature"},"column":"Value","reduce":"mean","near":1,"within":0`, `"query":"series","row":{"role":"baseline"},"column":"Value","reduce":"mean","near":1,"within":0`},
		"many rows":  {`"query":"table","column":"n","reduce":"sum","near":15,"within":0`, `"query":"table","column":"n","near":15,"within":10`},
		"the same":   {`"query":"table","row":{"n":7},"column":"signal","sameAs":"table"`, `"query":"table","row":{"n":7},"column":"signal","sameAs":"series"`},
		"any":        {`"any":[{"query":"table","rows":5},{"query":"table","rows":2}]`, `"any":[{"query":"table","rows":5},{"query":"table","rows":3}]`},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expectation(t, test.met).Met(answers()))
			require.Error(t, expectation(t, test.not).Met(answers()))
		})
	}
}

func expectation(t *testing.T, fields string) Expectation {
	t.Helper()
	var e Expectation
	require.NoError(t, json.Unmarshal([]byte("{"+fields+"}"), &e))
	require.NoError(t, e.check(map[string]bool{"table": true, "series": true, "broken": true}))
	return e
}

// What could never fail, or never hold, is refused.
func TestReadCaseRefuses(t *testing.T) {
	const request = `{"settings":{},"from":"2026-11-28T18:00:00Z","to":1795892400000,"queries":[{"name":"a","query":{}}]}`
	const expected = `[{"name":"x","query":"a","noError":true}]`
	for name, test := range map[string]struct{ request, expected, says string }{
		"a misspelled field":      {request, `[{"name":"x","query":"a","say":"b"}]`, `unknown field "say"`},
		"nothing expected":        {request, `[]`, "nothing is expected"},
		"an empty expectation":    {request, `[{"name":"x","query":"a"}]`, "expects nothing"},
		"no name":                 {request, `[{"query":"a","noError":true}]`, "needs a name"},
		"a name twice":            {request, `[{"name":"x","query":"a","noError":true},{"name":"x","query":"a","noError":true}]`, "needs a name of its own"},
		"an unknown query":        {request, `[{"name":"x","query":"b","noError":true}]`, `"b" is none of the request's`},
		"a value of no column":    {request, `[{"name":"x","query":"a","near":1}]`, "column: goes with"},
		"a column without value":  {request, `[{"name":"x","query":"a","column":"n","noError":true}]`, "column: goes with"},
		"a bad regular one":       {request, `[{"name":"x","query":"a","says":"("}]`, "missing closing"},
		"an unknown reduction":    {request, `[{"name":"x","query":"a","column":"n","near":1,"reduce":"median"}]`, `"median" is none`},
		"a bad one among several": {request, `[{"name":"x","any":[{"query":"b","noError":true}]}]`, "any[0]"},
		"an unknown engine":       {strings.Replace(request, `{"settings"`, `{"engines":["thanos"],"settings"`, 1), expected, `"thanos" is none`},
		"a range that ends early": {strings.Replace(request, "1795892400000", "5", 1), expected, "from has to lie before to"},
		"a bad time":              {strings.Replace(request, `"2026-11-28T18:00:00Z"`, `"yesterday"`, 1), expected, "is no time"},
		"no query":                {strings.Replace(request, `{"name":"a","query":{}}`, "", 1), expected, "nothing is asked"},
		"neither of both":         {strings.Replace(request, `,"query":{}`, "", 1), expected, "needs either query or promql"},
		"both":                    {strings.Replace(request, `"query":{}`, `"query":{},"promql":"up"`, 1), expected, "needs either query or promql"},
		"a query without a name":  {strings.Replace(request, `"name":"a",`, "", 1), expected, "needs a name"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, text := range map[string]string{"request.json": test.request, "expected.json": test.expected, "input.lines": "x 1 1"} {
				require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
			}
			_, err := ReadCase(folder)
			require.ErrorContains(t, err, test.says)
		})
	}
	t.Run("no input", func(t *testing.T) {
		folder := t.TempDir()
		for file, text := range map[string]string{"request.json": request, "expected.json": expected} {
			require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
		}
		_, err := Cases(folder)
		require.ErrorContains(t, err, "there is no input")
	})
	t.Run("no case", func(t *testing.T) {
		_, err := Cases(t.TempDir())
		require.ErrorContains(t, err, "no case is below")
	})
}

func TestKnown(t *testing.T) {
	folder := t.TempDir()
	known, err := ReadKnown(folder)
	require.NoError(t, err)
	require.Empty(t, known)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "known.json"),
		[]byte(`{"a":{"x":"everywhere","y":{"victoria-metrics":"there alone"},"gone":"z"},"b":{"x":"no such case"}}`), 0o600))
	known, err = ReadKnown(folder)
	require.NoError(t, err)
	require.Equal(t, "everywhere", known.Of("a", "x", Prometheus3))
	require.Equal(t, "there alone", known.Of("a", "y", VictoriaMetrics))
	require.Empty(t, known.Of("a", "y", Prometheus3))
	require.Empty(t, known.Of("a", "z", Prometheus3))
	cases := []Case{{Name: "a", Expectations: []Expectation{{Name: "x"}, {Name: "y"}}}}
	require.Equal(t, []string{"a: gone", "b: x"}, known.Stray(cases))
}

// The generated cases hold what they say: equal numbers of requests, and a quantile that does not hang on the bounds.
func TestGenerated(t *testing.T) {
	cases, err := Generated()
	require.NoError(t, err)
	names := map[string]bool{}
	for _, c := range cases {
		require.NotEmpty(t, c.Samples)
		require.False(t, names[c.Name], "%s is there twice", c.Name)
		names[c.Name] = true
	}
	uniform := make([]float64, 1000)
	for i := range uniform {
		uniform[i] = float64(i+1) / 1000
	}
	require.InDelta(t, 1.85, quantileOfBuckets(0.95, uniform, []float64{0.25, 0.5, 2}), 1e-9, "nine tenths of the way through a wide bucket")
	require.InDelta(t, 0.5, quantileOfBuckets(0.5, uniform, []float64{0.4, 1}), 1e-9)
	require.InDelta(t, 0.9, quantileOfBuckets(0.95, uniform, []float64{0.9}), 1e-9, "above the last bound there is but the bound")
}
