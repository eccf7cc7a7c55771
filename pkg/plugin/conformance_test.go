package plugin

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/promtest/conformance"
)

// TestConformance asks every case of testdata/conformance, and those that are generated, on each engine that is installed,
// and holds the answers against what is right. FLAGLENS_CASES names a folder of other cases: those of somebody who writes an
// exporter or a hook; then the answers are shown too.
func TestConformance(t *testing.T) {
	folder := os.Getenv("FLAGLENS_CASES")
	theirs := folder != ""
	if !theirs {
		folder = filepath.Join("..", "..", "testdata", "conformance")
	}
	cases, err := conformance.Cases(folder)
	require.NoError(t, err)
	known, err := conformance.ReadKnown(folder)
	require.NoError(t, err)
	if !theirs {
		generated, err := conformance.Generated()
		require.NoError(t, err)
		cases = append(cases, generated...)
		require.Empty(t, known.Stray(cases), "known.json names what no case expects")
	}
	began := time.Now()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { testCase(t, c, known, theirs) })
	}
	t.Logf("%d cases took %.0f s", len(cases), time.Since(began).Seconds())
}

// testCase asks a case on each of its engines.
func testCase(t *testing.T, c conformance.Case, known conformance.Known, show bool) {
	for _, engine := range c.Request.Engines {
		t.Run(string(engine), func(t *testing.T) {
			binary, missing := engine.Binary(t)
			if missing != "" {
				t.Skip(missing)
			}
			answers := answersTo(t, c, engine, binary)
			for _, q := range c.Request.Queries {
				if show {
					t.Logf("%s\n%s", q.Name, answers[q.Name])
				}
			}
			for _, e := range c.Expectations {
				if e.On(engine) {
					t.Run(e.Name, func(t *testing.T) { hold(t, e, answers, known.Of(c.Name, e.Name, engine)) })
				}
			}
		})
	}
}

// hold checks one expectation. One that is known to fall short has to do so still, so that a fix is seen.
func hold(t *testing.T, e conformance.Expectation, answers map[string]conformance.Answer, known string) {
	err := e.Met(answers)
	if known == "" {
		require.NoError(t, err)
	} else {
		require.Error(t, err, "now right: remove it from known.json, which says %q", known)
		t.Log("known:", known)
	}
}

// answersTo asks a case's queries one after the other, as the samples arrive.
func answersTo(t *testing.T, c conformance.Case, engine conformance.Engine, binary string) map[string]conformance.Answer {
	store := conformance.StartStore(t, engine, binary)
	defer store.Stop()
	var now atomic.Pointer[time.Time]
	backends := map[string]*Datasource{}
	answers := map[string]conformance.Answer{}
	for i, q := range c.Request.Queries {
		samples, err := c.Arriving(i)
		require.NoError(t, err)
		store.Load(samples)
		if q.PromQL != "" {
			answers[q.Name] = store.Ask(q.PromQL, q.To.Time)
			continue
		}
		if q.Restart {
			clear(backends)
		}
		now.Store(&q.Now.Time)
		settings, err := c.Request.SettingsOf(q)
		require.NoError(t, err)
		d := backends[string(settings)]
		if d == nil {
			d = newDatasource(t.Context(), instance(store.URL, string(settings)), compare.Options{Now: func() time.Time { return *now.Load() }})
			defer d.Dispose()
			backends[string(settings)] = d
		}
		answer := ask(t, d, queryOf(q))[q.Name]
		answers[q.Name] = conformance.AnswerOf(answer.Frames, answer.Error)
	}
	return answers
}

// shortestInterval is what Grafana asks of this datasource at least.
const shortestInterval = 15 * time.Second

// queryOf is a query as Grafana sends it.
func queryOf(q conformance.Query) backend.DataQuery {
	return backend.DataQuery{
		RefID: q.Name, JSON: q.Query, MaxDataPoints: q.MaxDataPoints,
		Interval:  max(q.To.Sub(q.From.Time)/time.Duration(q.MaxDataPoints), shortestInterval),
		TimeRange: backend.TimeRange{From: q.From.Time, To: q.To.Time},
	}
}
