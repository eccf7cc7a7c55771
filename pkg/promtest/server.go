// Package promtest runs a real Prometheus for a test, on loopback, over samples that the test loads. Nothing of it is
// part of the backend.
package promtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/stretchr/testify/require"
)

// Epoch is when the samples of a test begin. It is fixed, so that a test sees the same numbers on every day, and a
// multiple of every step in use.
var Epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Server is a Prometheus that answers until the test ends, or until it is stopped.
type Server struct {
	// URL is what a datasource is given.
	URL string
	// Stop ends the server and returns once it has ended; it may be called again.
	Stop func()
}

// Script is one group of series in the notation of Prometheus's own tests, with samples from Epoch on, Every apart:
//
//	http_requests_total{code="200"} 0+10x100
type Script struct {
	Every  time.Duration
	Series string
	// From is when the samples begin; Epoch if zero.
	From time.Time
	// Exemplars are those that the last scrape brought, in the order of their times.
	Exemplars []Exemplar
}

// Exemplar is what a server stores for one of a script's series, as a scrape of OpenMetrics brings it.
type Exemplar struct {
	// Series in PromQL: x_bucket{le="1"}.
	Series string
	At     time.Time
	Value  float64
	Labels map[string]string
}

// Start runs a Prometheus on the samples of scripts. The test fails, and is not skipped, where there is no Prometheus:
// the variable FLAGLENS_PROMETHEUS names one, else the one that the project builds is taken.
func Start(t testing.TB, scripts ...Script) *Server {
	t.Helper()
	binary := Executable(t)
	data := t.TempDir()
	store(t, data, scripts)
	return Serve(t, binary, data, FreeAddress(t), "--enable-feature=exemplar-storage")
}

// store writes samples as Prometheus stores them.
func store(t testing.TB, folder string, scripts []Script) {
	t.Helper()
	options := tsdb.DefaultOptions()
	options.RetentionDuration = 0
	options.EnableExemplarStorage = true
	options.MaxExemplars = 10_000
	db, err := tsdb.Open(folder, nil, nil, options, nil)
	require.NoError(t, err)
	promql := parser.NewParser(parser.Options{})
	type sample struct {
		series labels.Labels
		value  parser.SequenceValue
	}
	var times [][]sample
	var every time.Duration
	from := Epoch
	var exemplars []Exemplar
	for _, script := range scripts {
		exemplars = append(exemplars, script.Exemplars...)
		require.True(t, every == 0 || every == script.Every, "the scripts of one server share their distance")
		every = script.Every
		if !script.From.IsZero() {
			from = script.From
		}
		for line := range strings.Lines(script.Series) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			series, values, err := promql.ParseSeriesDesc(line)
			require.NoError(t, err, line)
			for i, value := range values {
				if i == len(times) {
					times = append(times, nil)
				}
				if !value.Omitted {
					times[i] = append(times[i], sample{series, value})
				}
			}
		}
	}
	// One commit a scrape, as a server does it: a head that spans hours takes nothing older than its newest hour.
	for i, samples := range times {
		appender := db.Appender(context.Background())
		at := from.Add(time.Duration(i) * every).UnixMilli()
		for _, s := range samples {
			if s.value.Histogram != nil {
				_, err = appender.AppendHistogram(0, s.series, at, nil, s.value.Histogram)
			} else {
				_, err = appender.Append(0, s.series, at, s.value.Value)
			}
			require.NoError(t, err, "%s at scrape %d", s.series, i)
		}
		require.NoError(t, appender.Commit())
	}
	storeExemplars(t, db, exemplars)
	require.NoError(t, db.Close())
}

func storeExemplars(t testing.TB, db *tsdb.DB, exemplars []Exemplar) {
	t.Helper()
	appender := db.Appender(context.Background())
	for _, e := range exemplars {
		series, _, err := parser.NewParser(parser.Options{}).ParseSeriesDesc(e.Series)
		require.NoError(t, err, e.Series)
		_, err = appender.AppendExemplar(0, series, exemplar.Exemplar{
			Labels: labels.FromMap(e.Labels), Value: e.Value, Ts: e.At.UnixMilli(), HasTs: true,
		})
		require.NoError(t, err, "the exemplar of %s", e.Series)
	}
	require.NoError(t, appender.Commit())
}
