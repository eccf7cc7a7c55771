package promapi

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnswersThatAreNone(t *testing.T) {
	matrix := func(result string) string {
		return `{"status":"success","data":{"resultType":"matrix","result":` + result + `}}`
	}
	deep := strings.Repeat("[", 100_000)
	for _, tt := range []struct {
		name        string
		handler     http.HandlerFunc
		wantMessage string
	}{
		{"login page", answer(200, "text/html", "<!DOCTYPE html><html><title>Log in</title></html>"), "web page"},
		{"login page that claims JSON", answer(200, "application/json", "\n <html>"), "web page"},
		{"no content", answer(204, "", ""), "nothing"},
		{"empty", answerJSON(""), "nothing"},
		{"white space", answerJSON(" \n\t"), "nothing"},
		{"text", answerJSON("OK"), "not that of a Prometheus API: OK"},
		{"list", answerJSON("[]"), "not that of a Prometheus API"},
		{"empty object", answerJSON("{}"), "not that of a Prometheus API"},
		{"JSON of something else", answerJSON(`{"took":3,"hits":{}}`), "not that of a Prometheus API"},
		{"error in a 200", answerJSON(`{"status":"error","errorType":"internal","error":"out of\nmemory"}`), "out of memory"},
		{"error with data", answerJSON(`{"status":"error","error":"boom","data":{"resultType":"matrix","result":[]}}`), "boom"},
		{"no data", answerJSON(`{"status":"success"}`), "no data field"},
		{"data null", answerJSON(`{"status":"success","data":null}`), "damaged"},
		{"data a list", answerJSON(`{"status":"success","data":[]}`), "damaged"},
		{"no result", answerJSON(`{"status":"success","data":{"resultType":"matrix"}}`), "no result"},
		{"no result type", answerJSON(`{"status":"success","data":{"result":[]}}`), "no result"},
		{"unknown type", answerJSON(`{"status":"success","data":{"resultType":"streams","result":[]}}`), `"streams"`},
		{"string", answerJSON(`{"status":"success","data":{"resultType":"string","result":[1,"x"]}}`), `"string"`},
		{"trailing garbage", answerJSON(matrix("[]") + "x"), "damaged"},
		{"two answers", answerJSON(matrix("[]") + matrix("[]")), "damaged"},
		{"deep nesting in a field", answerJSON(`{"status":"success","x":` + deep), "damaged"},
		{"deep nesting in the result", answerJSON(matrix(deep)), "damaged"},
		{"deep nesting in a sample", answerJSON(matrix(`[{"metric":{},"values":[` + deep)), "damaged"},
		{"result an object", answerJSON(matrix(`{}`)), "damaged"},
		{"series a text", answerJSON(matrix(`["x"]`)), "damaged"},
		{"label a number", answerJSON(matrix(`[{"metric":{"a":1}}]`)), "damaged"},
		{"label twice", answerJSON(matrix(`[{"metric":{"a":"1","a":"2"}}]`)), "damaged"},
		{"huge label", answerJSON(matrix(`[{"metric":{"a":"` + strings.Repeat("x", maxLabelBytes+1) + `"}}]`)), "label"},
		{"sample of one", answerJSON(matrix(`[{"metric":{},"values":[[1]]}]`)), "sample"},
		{"sample of three", answerJSON(matrix(`[{"metric":{},"values":[[1,"2","3"]]}]`)), "value"},
		{"sample no pair", answerJSON(matrix(`[{"metric":{},"values":["1"]}]`)), "sample"},
		{"value a number", answerJSON(matrix(`[{"metric":{},"values":[[1,2]]}]`)), "not a text"},
		{"value a word", answerJSON(matrix(`[{"metric":{},"values":[[1,"many"]]}]`)), `"many"`},
		{"time a text", answerJSON(matrix(`[{"metric":{},"values":[["1","2"]]}]`)), "time"},
		{"time beyond all", answerJSON(matrix(`[{"metric":{},"values":[[1e300,"2"]]}]`)), "time"},
		{"label set twice", answerJSON(matrix(`[{"metric":{"a":"1"},"values":[[1,"1"]]},{"metric":{"b":"1"},"values":[]},{"metric":{"a":"1"},"values":[[2,"1"]]}]`)), "not unique"},
		{"label set twice, once with an empty label", answerJSON(matrix(`[{"metric":{"a":"1","b":""}},{"metric":{"a":"1"}}]`)), "not unique"},
		{"bucket of three", answerJSON(matrix(`[{"metric":{},"histograms":[[1,{"count":"1","sum":"1","buckets":[[0,"1","2"]]}]]}]`)), "damaged"},
		{"bucket without rule", answerJSON(matrix(`[{"metric":{},"histograms":[[1,{"count":"1","sum":"1","buckets":[["0","1","2","3"]]}]]}]`)), "rule"},
		{"buckets that overlap", answerJSON(matrix(`[{"metric":{},"histograms":[[1,{"count":"1","sum":"1","buckets":[[0,"1","3","3"],[0,"2","4","3"]]}]]}]`)), "overlap"},
		{"bucket upside down", answerJSON(matrix(`[{"metric":{},"histograms":[[1,{"count":"1","sum":"1","buckets":[[0,"3","1","3"]]}]]}]`)), "overlap"},
		{"bucket of NaN", answerJSON(matrix(`[{"metric":{},"histograms":[[1,{"count":"1","sum":"1","buckets":[[0,"NaN","1","3"]]}]]}]`)), "overlap"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := failure(t, serve(t, tt.handler, Options{}))
			assert.Equal(t, http.StatusBadGateway, err.Status)
			assert.True(t, err.Downstream)
			assert.Equal(t, KindBadResponse, err.Kind)
			assert.Contains(t, err.Message, tt.wantMessage)
			assert.NotEmpty(t, err.Hint)
			assert.NotContains(t, err.Error(), "<")
		})
	}
}

func TestDecode(t *testing.T) {
	inf := math.Inf(1)
	series := func(floats ...FloatPoint) []Series { return []Series{{Floats: floats}} }
	matrix := func(values string) string {
		return `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[` + values + `]}]}}`
	}
	for _, tt := range []struct {
		name, body string
		want       []Series
	}{
		{"matrix", matrix(`[1435781430.781,"1"],[1435781445,"-0.5"]`), series(FloatPoint{1435781430781, 1}, FloatPoint{1435781445000, -0.5})},
		{"white space", matrix(" [ 1 ,\n\"1\" ] , [ 2 , \"2\" ] "), series(FloatPoint{1000, 1}, FloatPoint{2000, 2})},
		{"infinities", matrix(`[1,"+Inf"],[2,"-Inf"]`), series(FloatPoint{1000, inf}, FloatPoint{2000, -inf})},
		{"large and small", matrix(`[1,"1e400"],[2,"1e-400"],[3,"1.7976931348623157e+308"]`), series(FloatPoint{1000, inf}, FloatPoint{2000, 0}, FloatPoint{3000, math.MaxFloat64})},
		{"before 1970", matrix(`[-1.5,"1"]`), series(FloatPoint{-1500, 1})},
		{"unordered", matrix(`[3,"3"],[1,"1"],[2,"2"]`), series(FloatPoint{1000, 1}, FloatPoint{2000, 2}, FloatPoint{3000, 3})},
		{"duplicate times", matrix(`[1,"1"],[2,"2"],[2,"7"]`), series(FloatPoint{1000, 1}, FloatPoint{2000, 7})},
		{"unordered duplicate times", matrix(`[2,"2"],[1,"1"],[2,"7"]`), series(FloatPoint{1000, 1}, FloatPoint{2000, 7})},
		{"vector", `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"1"},"value":[1,"2"]}]}}`,
			[]Series{{Labels: labels.FromStrings("a", "1"), Floats: []FloatPoint{{1000, 2}}}}},
		{"scalar", `{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`, series(FloatPoint{1000, 2})},
		{"result before its type", `{"data":{"result":[{"metric":{},"values":[[1,"2"]]}],"resultType":"matrix"},"status":"success"}`, series(FloatPoint{1000, 2})},
		{"fields unknown to us", `{"x":[{}],"status":"success","data":{"stats":{"a":[1]},"resultType":"matrix","result":[{"y":null,"metric":{},"values":[[1,"2"]]}]},"trace":{"id":[]}}`,
			series(FloatPoint{1000, 2})},
		{"result null", `{"status":"success","data":{"resultType":"matrix","result":null}}`, nil},
		{"result empty", `{"status":"success","data":{"resultType":"matrix","result":[]}}`, nil},
		{"values null", `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":null}]}}`, []Series{{}}},
		{"sorted by labels", `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"b":"1"},"value":[1,"3"]},{"metric":{"a":"2"},"value":[1,"2"]},{"metric":{"a":"1"},"value":[1,"1"]}]}}`,
			[]Series{
				{Labels: labels.FromStrings("a", "1"), Floats: []FloatPoint{{1000, 1}}},
				{Labels: labels.FromStrings("a", "2"), Floats: []FloatPoint{{1000, 2}}},
				{Labels: labels.FromStrings("b", "1"), Floats: []FloatPoint{{1000, 3}}},
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := serve(t, answerJSON(tt.body), Options{}).Query(context.Background(), anyQuery)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.Series)
			assert.False(t, got.Partial)
			assert.Empty(t, got.Warnings)
		})
	}
}

func TestNaNIsKept(t *testing.T) {
	body := `{"status":"success","data":{"resultType":"scalar","result":[1,"NaN"]}}`
	got, err := serve(t, answerJSON(body), Options{}).Query(context.Background(), anyQuery)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(got.Series[0].Floats[0].V))
}

func TestLabelsMakeTheRoundTrip(t *testing.T) {
	long := strings.Repeat("ä", 10_000)
	for name, tt := range map[string]struct{ json, want string }{
		"quotes":              {`\"x\"`, `"x"`},
		"backslash":           {`a\\b`, `a\b`},
		"newline":             {`a\nb`, "a\nb"},
		"braces":              {`{}}{`, `{}}{`},
		"emoji":               {`🚀`, "🚀"},
		"escaped emoji":       {`\ud83d\ude80`, "🚀"},
		"script":              {`<script>alert(1)</script>`, `<script>alert(1)</script>`},
		"long":                {long, long},
		"null byte":           {`a\u0000b`, "a\x00b"},
		"invalid UTF-8":       {"a\xffb", "a\uFFFDb"},
		"lone surrogate":      {`a\ud800b`, "a\uFFFDb"},
		"cut multibyte":       {"a\xe2\x82", "a\uFFFD"},
		"right to left marks": {"a\u202eb", "a\u202eb"},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"dotted.näme":"` + tt.json + `"},"value":[1,"1"]}]}}`
			got, err := serve(t, answerJSON(body), Options{}).Query(context.Background(), anyQuery)
			require.NoError(t, err)
			value := got.Series[0].Labels.Get("dotted.näme")
			assert.Equal(t, tt.want, strings.ReplaceAll(value, "\uFFFD\uFFFD", "\uFFFD"))
		})
	}
}

func TestWarningsInfosPartial(t *testing.T) {
	body := func(extra string) string {
		return strings.TrimSuffix(oneSeries, "}") + extra + "}"
	}
	for _, tt := range []struct {
		name, extra string
		warnings    []string
		infos       []string
		partial     bool
	}{
		{"warnings", `,"warnings":["slow","old","slow"]`, []string{"slow", "old"}, nil, true},
		{"infos", `,"infos":["not a counter","not a counter"]`, nil, []string{"not a counter"}, false},
		{"null", `,"infos":null,"warnings":null`, nil, nil, false},
		{"partial", `,"isPartial":true`, []string{"the answer is partial: the server says that some of its storage did not answer"}, nil, true},
		{"not partial", `,"isPartial":false`, nil, nil, false},
		{"a store of Thanos", `,"warnings":["receive series from Addr: a:10901: rpc error: code = Unavailable desc = connection refused"]`,
			[]string{"receive series from Addr: a:10901: rpc error: code = Unavailable desc = connection refused"}, nil, true},
		{"a remote storage", `,"warnings":["remote_read: remote server http://a/read returned HTTP status 500"]`,
			[]string{"remote_read: remote server http://a/read returned HTTP status 500"}, nil, true},
		{"of the query", `,"warnings":["PromQL warning: bucket label le is missing"]`, []string{"PromQL warning: bucket label le is missing"}, nil, false},
		{"no store has it", `,"warnings":["No StoreAPIs matched for this query"]`, []string{"No StoreAPIs matched for this query"}, nil, false},
		{"limited by the server", `,"warnings":["results truncated due to limit"]`, []string{"results truncated due to limit"}, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := serve(t, answerJSON(body(tt.extra)), Options{}).Query(context.Background(), anyQuery)
			require.NoError(t, err)
			assert.Len(t, got.Series, 1)
			assert.Equal(t, tt.warnings, got.Warnings)
			assert.Equal(t, tt.infos, got.Infos)
			assert.Equal(t, tt.partial, got.Partial)
		})
	}
}

// The buckets of a native histogram count each: it takes the room of as many numbers.
func TestBucketsAreSamples(t *testing.T) {
	const one = `{"metric":{"i":"%d"},"histograms":[[1,{"count":"2","sum":"3","buckets":[[0,"1","2","1"],[0,"2","4","1"]]}]]}`
	body := `{"status":"success","data":{"resultType":"matrix","result":[` + fmt.Sprintf(one, 1) + "," + fmt.Sprintf(one, 2) + `]}}`
	for most, want := range map[int]int{6: 2, 5: 1} {
		got, err := serve(t, answerJSON(body), Options{MaxSamples: most}).Query(context.Background(), anyQuery)
		require.NoError(t, err)
		assert.Len(t, got.Series, want)
		assert.Equal(t, want < 2, got.Cut)
	}
}

// A list without a limit of its own is kept up to as many elements as an answer may have series.
func TestListsAreBounded(t *testing.T) {
	client := serve(t, answerJSON(`{"status":"success","data":["a","b","c"]}`), Options{MaxSeries: 2})
	values, warnings, err := client.LabelValues(context.Background(), "x", MetaQuery{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, values)
	assert.Equal(t, []string{"the list was cut at 2"}, warnings)
}

func TestCaps(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for i := range 100 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"metric":{"i":"%03d"},"values":[[1,"%d"]]}`, i, i)
	}
	b.WriteString(`]}}`)
	body := b.String()
	run := func(t *testing.T, options Options) *Result {
		got, err := serve(t, answerJSON(body), options).QueryRange(context.Background(),
			RangeQuery{Expr: "up", Start: time.Unix(0, 0), End: time.Unix(10, 0), Step: time.Second})
		require.NoError(t, err)
		return got
	}
	t.Run("series", func(t *testing.T) {
		got := run(t, Options{MaxSeries: 7})
		assert.Len(t, got.Series, 7)
		assert.True(t, got.Partial)
		assert.Contains(t, got.Warnings[0], "cut at 7 series")
	})
	t.Run("exactly as many series", func(t *testing.T) {
		got := run(t, Options{MaxSeries: 100})
		assert.Len(t, got.Series, 100)
		assert.False(t, got.Partial)
	})
	t.Run("samples", func(t *testing.T) {
		got := run(t, Options{MaxSamples: 7})
		assert.Len(t, got.Series, 7)
		assert.True(t, got.Partial)
		assert.True(t, got.Cut)
		assert.Contains(t, got.Warnings[0], "cut at 7 samples")
	})
	t.Run("exactly as many samples", func(t *testing.T) {
		got := run(t, Options{MaxSamples: 100})
		assert.Len(t, got.Series, 100)
		assert.False(t, got.Partial)
	})
	t.Run("bytes", func(t *testing.T) {
		got := run(t, Options{MaxBytes: 1000})
		assert.Greater(t, len(got.Series), 10)
		assert.Less(t, len(got.Series), 30)
		assert.True(t, got.Partial)
		assert.Contains(t, got.Warnings[0], "cut at 1000 bytes")
		for i, s := range got.Series {
			assert.Equal(t, []FloatPoint{{1000, float64(i)}}, s.Floats, "a series is kept whole or not at all")
		}
	})
	t.Run("exactly as many bytes", func(t *testing.T) {
		got := run(t, Options{MaxBytes: int64(len(body))})
		assert.Len(t, got.Series, 100)
		assert.False(t, got.Partial)
	})
	t.Run("one byte short", func(t *testing.T) {
		got := run(t, Options{MaxBytes: int64(len(body)) - 1})
		assert.Len(t, got.Series, 100)
		assert.True(t, got.Partial)
	})
	t.Run("no series fits", func(t *testing.T) {
		err := failure(t, serve(t, answerJSON(body), Options{MaxBytes: 70}))
		assert.Equal(t, http.StatusBadGateway, err.Status)
		assert.Contains(t, err.Error(), "larger than the limit of 70 bytes")
	})
	t.Run("a small answer that inflates", func(t *testing.T) {
		bomb := compress(t, oneSeries[:len(oneSeries)-3]+strings.Repeat(" ", 8<<20)+"]}}")
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, Options{MaxBytes: 1 << 20})
		got, err := c.Query(context.Background(), anyQuery)
		require.NoError(t, err)
		assert.Len(t, got.Series, 1)
		assert.True(t, got.Partial)
	})
}

// The short cut for whole numbers gives what the long way gives.
func TestWholeNumbersAreReadAlike(t *testing.T) {
	for _, text := range []string{
		"0", "7", "007", "1767225600", "999999999999999", "1000000000000000", "9007199254740993", "-1", "1.5", "1e3", "", "+1", "1_0",
	} {
		whole, short := wholeNumber([]byte(text))
		long, err := strconv.ParseFloat(text, 64)
		if short {
			require.NoError(t, err, text)
			require.InDelta(t, long, float64(whole), 0, text)
		}
		require.Equal(t, short, err == nil && len(text) <= 15 && strings.Trim(text, "0123456789") == "", text)
	}
	at, err := parseTime([]byte("100000000000001"))
	require.Error(t, err, "%d is too far away", at)
}
