package promapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExemplars(t *testing.T) {
	var asked seen
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked = seen{method: r.Method, path: r.URL.EscapedPath(), form: r.Form}
		answerJSON(`{"status":"success","data":[
			{"seriesLabels":{"__name__":"x_bucket","le":"1"},"exemplars":[
				{"labels":{"trace_id":"b"},"value":"6","timestamp":1600096955.479,"more":1},
				{"labels":{"trace_id":"a"},"value":"+Inf","timestamp":1600096945}]},
			{"exemplars":null,"seriesLabels":{"__name__":"x_bucket","le":"0.5"}}],"warnings":["slow"]}`)(w, r)
	}, Options{})
	series, warnings, err := c.Exemplars(context.Background(), ExemplarQuery{
		Expr: `x_bucket{a="1"}`, Start: time.Unix(10, 0), End: time.Unix(20, 5e8)})
	require.NoError(t, err)
	assert.Equal(t, []string{"slow"}, warnings)
	assert.Equal(t, seen{method: "POST", path: "/api/v1/query_exemplars", form: url.Values{
		"query": {`x_bucket{a="1"}`}, "start": {"10"}, "end": {"20.5"}}}, asked)
	require.Len(t, series, 2)
	assert.Equal(t, "0.5", series[0].Labels.Get("le"))
	assert.Empty(t, series[0].Exemplars)
	require.Len(t, series[1].Exemplars, 2)
	assert.Equal(t, Exemplar{T: 1600096955479, V: 6, Labels: labels.FromStrings("trace_id", "b")}, series[1].Exemplars[1])
	assert.Equal(t, int64(1600096945000), series[1].Exemplars[0].T, "in the order of time")
}

func TestExemplarsOfEnginesWithoutThem(t *testing.T) {
	for _, body := range []string{`{"status":"success","data":[]}`, `{"status":"success","data":null}`} {
		series, _, err := serve(t, answerJSON(body), Options{}).Exemplars(context.Background(), ExemplarQuery{Expr: "x"})
		require.NoError(t, err)
		assert.Empty(t, series)
	}
	for name, handler := range map[string]http.HandlerFunc{
		"not found":     answer(http.StatusNotFound, "text/plain", "404 page not found"),
		"no value":      answerJSON(`{"status":"success","data":[{"exemplars":[{"timestamp":1}]}]}`),
		"no time":       answerJSON(`{"status":"success","data":[{"exemplars":[{"value":"1"}]}]}`),
		"another shape": answerJSON(`{"status":"success","data":{"resultType":"vector","result":[]}}`),
		"no number":     answerJSON(`{"status":"success","data":[{"exemplars":[{"timestamp":1,"value":"x"}]}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := serve(t, handler, Options{}).Exemplars(context.Background(), ExemplarQuery{Expr: "x"})
			var known *Error
			require.ErrorAs(t, err, &known)
		})
	}
	_, _, err := serve(t, answerJSON(`{}`), Options{}).Exemplars(context.Background(), ExemplarQuery{})
	require.Error(t, err, "without a query nothing is asked")
}

func TestExemplarsAreCut(t *testing.T) {
	one := `{"labels":{"trace_id":"a"},"value":"6","timestamp":1}`
	body := `{"status":"success","data":[{"seriesLabels":{"le":"1"},"exemplars":[` + one + strings.Repeat(","+one, MaxExemplars) + `]}]}`
	series, warnings, err := serve(t, answerJSON(body), Options{}).Exemplars(context.Background(), ExemplarQuery{Expr: "x"})
	require.NoError(t, err)
	require.Len(t, series, 1)
	assert.Len(t, series[0].Exemplars, MaxExemplars)
	assert.Equal(t, []string{"the exemplars were cut at 100000"}, warnings)

	series, warnings, err = serve(t, answerJSON(body), Options{MaxBytes: 1000}).Exemplars(context.Background(), ExemplarQuery{Expr: "x"})
	require.NoError(t, err)
	require.Len(t, series, 1)
	assert.Less(t, len(series[0].Exemplars), 20)
	assert.Len(t, warnings, 1)
}
