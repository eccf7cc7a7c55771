package collect

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// A week of 20 instances, two variants, three bucket edges and the count: what a verdict on latency collects.
const (
	benchDays      = 7
	benchTicks     = benchDays * 24 * 60
	benchInstances = 20
)

var benchBounds = []string{"0.25", "0.5", "1", "+Inf"}

// standIn answers range queries as a Prometheus would, from a formula, so that what is measured is our own work and the
// transport alone.
func standIn(b *testing.B) *httptest.Server {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/query") {
			var text strings.Builder
			for k, le := range []string{"0.1", "0.25", "0.5", "1", "2.5", "+Inf"} {
				fmt.Fprintf(&text, `,{"metric":{"feature_flag_variant":"off","le":%q},"value":[1767225600,"%d"]}`, le, []int{300, 500, 950, 990, 999, 1000}[k])
			}
			_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, text.String()[1:])
			return
		}
		start, _ := strconv.ParseFloat(r.FormValue("start"), 64)
		end, _ := strconv.ParseFloat(r.FormValue("end"), 64)
		_, _ = w.Write(weekOf(int64(start), int64(end)))
	}))
	b.Cleanup(server.Close)
	return server
}

// weekOf is the answer for a range (unix seconds) of a week of counters.
func weekOf(start, end int64) []byte {
	body := []byte(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for instance := range benchInstances {
		for arm, variant := range variants {
			for k, le := range benchBounds {
				if body[len(body)-1] == '}' {
					body = append(body, ',')
				}
				body = fmt.Appendf(body, `{"metric":{"feature_flag_variant":%q,"instance":"10.0.0.%d:8080","job":"shop","le":%q},"values":[`, variant, instance, le)
				for at := start; at <= end; at += 60 {
					if at > start {
						body = append(body, ',')
					}
					body = append(body, '[')
					body = strconv.AppendInt(body, at, 10)
					body = append(body, `,"`...)
					body = strconv.AppendInt(body, (at-promtest.Epoch.Unix()+7200)/60*int64(300+40*k+arm), 10)
					body = append(body, `"]`...)
				}
				body = append(body, `]}`...)
			}
		}
	}
	return append(body, `]}}`...)
}

// recorded answers with what was decoded already: what is left is our own work after decoding.
type recorded struct{ answers map[string]*promapi.Result }

func (k *recorded) QueryRange(_ context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	return k.answers[q.Start.String()], nil
}

func (k *recorded) Query(context.Context, promapi.InstantQuery) (*promapi.Result, error) {
	result := &promapi.Result{}
	for i, le := range []string{"0.25", "0.5", "1", "+Inf"} {
		result.Series = append(result.Series, promapi.Series{
			Labels: labels.FromStrings("le", le, "feature_flag_variant", "off"),
			Floats: []promapi.FloatPoint{{V: []float64{500, 950, 990, 1000}[i]}},
		})
	}
	return result, nil
}

var benchSignal = model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Metric: "request_seconds"}

// BenchmarkWeek measures a week that is collected cold, over HTTP; the same without transport and decoding; and the
// minute that is added to it.
func BenchmarkWeek(b *testing.B) {
	server := standIn(b)
	client, err := promapi.NewClient(&http.Client{}, server.URL, promapi.Options{GeneratedPromQL: true})
	require.NoError(b, err)
	end := promtest.Epoch.Add(benchTicks * counts.Step)
	collectWith := func(b *testing.B, collector *Collector, after int64) Collected {
		b.Helper()
		request := requestOf(benchSignal)
		request.After = after
		got, err := collector.Collect(b.Context(), request)
		require.NoError(b, err)
		return got
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			got := collectWith(b, New(client, settingsOf(b, `{}`), Options{Now: at(end)}), 0)
			require.Len(b, got.Series["on"].Ticks, benchTicks)
		}
	})
	b.Run("without decoding", func(b *testing.B) {
		decoded := &recorded{answers: map[string]*promapi.Result{}}
		for first := 0; first <= benchTicks; first += chunkTicks {
			from := promtest.Epoch.Add(time.Duration(first) * counts.Step)
			to := min(first+chunkTicks-1, benchTicks)
			decoded.answers[from.String()], err = client.QueryRange(b.Context(), promapi.RangeQuery{
				Expr: "x", Start: from, End: promtest.Epoch.Add(time.Duration(to) * counts.Step), Step: counts.Step,
			})
			require.NoError(b, err)
		}
		b.ResetTimer()
		for b.Loop() {
			collectWith(b, New(decoded, settingsOf(b, `{}`), Options{Now: at(end)}), 0)
		}
	})
	b.Run("one minute more", func(b *testing.B) {
		now := end
		collector := New(client, settingsOf(b, `{}`), Options{Now: func() time.Time { return at(now)() }})
		got := collectWith(b, collector, 0)
		var memory runtime.MemStats
		b.ResetTimer()
		for b.Loop() {
			now = now.Add(counts.Step)
			got = collectWith(b, collector, got.End.Unix())
			require.Len(b, got.Series["on"].Ticks, 1)
		}
		runtime.GC()
		runtime.ReadMemStats(&memory)
		key, err := collector.keyOf(requestOf(benchSignal))
		require.NoError(b, err)
		held, release, err := collector.runs.Acquire(b.Context(), key, nil)
		require.NoError(b, err)
		defer release()
		b.ReportMetric(float64(held.Size())/(1<<20), "MB-kept")
		b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "MB-heap")
	})
}
