package plugin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest"
)

// TestQueriesAreBounded asks for too much through the handler that Grafana calls: the error says what to reduce, and the
// server was asked for no more than a count.
func TestQueriesAreBounded(t *testing.T) {
	target, err := url.Parse(promtest.Start(t, samples()).URL)
	require.NoError(t, err)
	var mutex sync.Mutex
	var ranges []string
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/query_range") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			form, _ := url.ParseQuery(string(body))
			mutex.Lock()
			ranges = append(ranges, form.Get("query"))
			mutex.Unlock()
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	d := datasourceOn(t, instance(front.URL, "{}"), dataEnd)
	var quantiles []string
	for i := range 100 {
		quantiles = append(quantiles, fmt.Sprint(float64(i)/100))
	}
	query := func(refID string, points int, groupBy string) backend.DataQuery {
		q := lastHour(refID, fmt.Sprintf(`{"queryType":"compare","flag":"checkout","signals":["latency"],"groupBy":[%s],"quantiles":[%s]}`,
			groupBy, strings.Join(quantiles, ",")), dataEnd)
		q.TimeRange.From, q.MaxDataPoints = dataEnd.Add(-time.Duration(points)*scrape), 20_000
		return q
	}
	ask := func(queries ...backend.DataQuery) backend.Responses {
		ranges = nil
		return ask(t, d, queries...)
	}

	answer := ask(query("A", 2000, `"status"`))["A"]
	require.ErrorContains(t, answer.Error, "101 stats x 2 groups x 4 variants and their comparisons x 2001 points = 1.617 million values; at most 1.2 million")
	require.Equal(t, backend.Status(http.StatusBadRequest), answer.Status)
	require.Equal(t, backend.ErrorSourcePlugin, answer.ErrorSource)
	require.Empty(t, seriesOf(answer.Frames))
	require.Len(t, ranges, 1, "nothing but the count was asked")
	require.Contains(t, ranges[0], `"groups"`)

	answer = ask(query("A", 1000, `"status"`))["A"]
	require.NoError(t, answer.Error)
	require.Len(t, seriesOf(answer.Frames), 101*2*4)
	require.Len(t, ranges, 3)

	answers := ask(query("A", 1500, ""), query("B", 1500, ""), query("C", 1500, ""))
	refused := 0
	for _, one := range answers {
		if one.Error != nil {
			refused++
			require.ErrorContains(t, one.Error, "with the other queries of this request")
			require.Equal(t, backend.Status(http.StatusBadRequest), one.Status)
		}
	}
	require.Equal(t, 2, refused, "one of them is answered")

	d = datasourceOn(t, instance(front.URL, "{}"), dataEnd)
	many := json.RawMessage(`{"queryType":"changes","flag":"checkout","signals":["latency"]}`)
	ranges = nil
	old := viewOf(t, d).answer(t.Context(), backend.DataQuery{RefID: "A", JSON: many, TimeRange: backend.TimeRange{From: time.Unix(0, 0), To: dataEnd}}, false, nil)
	require.NoError(t, old.Error)
	require.Contains(t, noticesOf(old.Frames), "Changes are looked for in the last 182 days of the range")
	require.Less(t, len(ranges), 400, "half a year is read day by day, and not half a century")
}
