package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// short is the short form of the simulation: few runs of the streams that are hardest.
func short() *simulation {
	return &simulation{workers: min(runtime.NumCPU(), 2), scale: 1, log: io.Discard}
}

func streamNamed(t *testing.T, all []streams.Stream, name string) streams.Stream {
	t.Helper()
	at := slices.IndexFunc(all, func(s streams.Stream) bool { return s.Name == name })
	require.GreaterOrEqual(t, at, 0, "there is no stream %q", name)
	return all[at]
}

func alarms(o outcome) int {
	n := 0
	for _, at := range o.at {
		if at > 0 {
			n++
		}
	}
	return n
}

// Nine alarms in all would be expected in one of several hundred repetitions if the rate were 1% in each stream: the
// limits fail an engine that is out of hand, not one that had bad luck. The same streams must be hard for a test that
// takes requests as independent, or they would show nothing.
func TestFalseAlarms(t *testing.T) {
	const runs, limit, limitInAll = 50, 4, 8
	s := short()
	inAll, independent := 0, 0
	names := []string{
		"independent, 10 rps",
		"over-dispersed x10",
		"bursts of 20 over 2 min, 10 rps",
		"clusters of 100 over 10 min, 10 rps",
		"clusters of 100 over 10 min, 100 rps",
		"feature share 90%, clusters",
		"feature share 5%, bursts",
	}
	for _, name := range names {
		outcomes, err := s.simulate(streamNamed(t, streams.AA(), name), runs, strict(), exact("exact e", false))
		require.NoError(t, err)
		require.LessOrEqual(t, alarms(outcomes[0]), limit, "%s: strict alarms in so many of %d runs", name, runs)
		inAll += alarms(outcomes[0])
		independent += alarms(outcomes[1])
	}
	require.LessOrEqual(t, inAll, limitInAll, "strict alarms in so many of %d runs", runs*len(names))
	require.GreaterOrEqual(t, independent, runs*len(names)/2, "the streams are no longer hard")
}

// A score that takes w x_A as what is expected of the feature alarms in every run of the first, in either direction, and
// in most runs of the others.
func TestFalseAlarmsOfRetries(t *testing.T) {
	const runs, limitInAll = 10, 2
	s := short()
	inAll := 0
	for _, name := range []string{"40 processes, 10 rps", "20 processes, 20 rps", "6 processes, feature shares 5 to 90%"} {
		outcomes, err := s.simulate(streamNamed(t, streams.Retried(), name), runs,
			strict(), own("better, default margin", withDefaultMargin(eprocess.Better)))
		require.NoError(t, err)
		for _, o := range outcomes {
			require.LessOrEqual(t, alarms(o), limitInAll, "%s: %s alarms in so many of %d runs", name, o.method, runs)
			inAll += alarms(o)
		}
	}
	require.LessOrEqual(t, inAll, limitInAll, "alarms in all streams")
}

func TestDelays(t *testing.T) {
	const runs = 15
	s := short()
	for _, c := range []struct {
		name  string
		from  int
		limit float64
	}{
		{"10 rps, 1%, x2", 0, 90},
		{"10 rps, 1%, x2", shiftMinute, 130},
		{"10 rps, 1%, x10", 0, 32},
		{"10 rps, 1%, x10", shiftMinute, 45},
		{"100 rps, 1%, x10", shiftMinute, 6},
	} {
		effects := streams.Shifts(c.from)
		at := slices.IndexFunc(effects, func(s streams.Stream) bool { return s.Name == c.name })
		require.GreaterOrEqual(t, at, 0, c.name)
		outcomes, err := s.simulate(effects[at], runs, strict())
		require.NoError(t, err)
		median, _, found := outcomes[0].delay(c.from)
		require.Equal(t, 1.0, found, "%s from minute %d is found in every run", c.name, c.from)
		require.LessOrEqual(t, median, c.limit, "%s from minute %d", c.name, c.from)
	}
}

// The datasource's judge and the bare test of the tables are one engine.
func TestJudgeIsTheEngine(t *testing.T) {
	l := streams.BaseLatency("one edge", []float64{0.3})
	l.Scale, l.Minutes = 1.5, 180
	for run := range 5 {
		ticks := l.Generate(rng(l.Name, run))
		at, err := judged(l, "", 0.1, model.ProfileStrict).decide(ticks)
		require.NoError(t, err)
		test, err := eprocess.NewTest(eprocess.Params{Relative: 0.1, Frequent: true})
		require.NoError(t, err)
		for _, tick := range ticks {
			require.NoError(t, test.Add(strata.Tick{End: tick.End, Strata: []strata.Stratum{{
				Key: 1,
				A:   strata.Counts{N: tick.A.N, X: tick.A.Above[0]},
				B:   strata.Counts{N: tick.B.N, X: tick.B.Above[0]},
			}}}))
		}
		require.Positive(t, at)
		require.Equal(t, test.Evidence().FiredAt, int64(at)*60)
	}
}

func TestRunsAreReproducible(t *testing.T) {
	s := streams.Base("again", 10)
	s.Minutes = 30
	require.Equal(t, s.Generate(rng(s.Name, 3)), s.Generate(rng(s.Name, 3)))
	require.NotEqual(t, s.Generate(rng(s.Name, 3)), s.Generate(rng(s.Name, 4)))
}

func TestOutcome(t *testing.T) {
	o := outcome{at: []int{0, 10, 5, 20, 30}}
	rate, se := o.rate()
	require.InDelta(t, 0.8, rate, 1e-12)
	require.InDelta(t, 0.179, se, 1e-3)
	median, _, found := o.delay(5) // 5, 15, 25, never; the run that fired at 5 does not count
	require.Equal(t, 25.0, median)
	require.Equal(t, 0.75, found)
	require.Equal(t, "25 (75% found)", minutes(o, 5, 100))
	require.Equal(t, "> 100 (0% found)", minutes(outcome{at: []int{0, 0}}, 0, 100))
}

func TestReplaceFigures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(path, []byte("a\n<!-- figures -->\nold\n<!-- /figures -->\nb\n"), 0o600))
	made := &table{title: "T", header: []string{"x", "→"}, note: "Note."}
	made.add("long cell", "1")
	require.NoError(t, replaceFigures(path, "\n"+made.markdown()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "a\n<!-- figures -->\n\n### T\n\n| x         | →   |\n| --------- | --- |\n| long cell | 1   |\n\nNote.\n\n<!-- /figures -->\nb\n", string(text))
	require.Error(t, replaceFigures(filepath.Join(t.TempDir(), "none"), ""))
	require.NoError(t, os.WriteFile(path, []byte("no marks"), 0o600))
	require.Error(t, replaceFigures(path, ""))
}
