package collect

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/promtest/services"
	"github.com/flaglens/flaglens/pkg/trust"
	"github.com/flaglens/flaglens/pkg/verdict"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

var servicesSignal = model.Signal{
	ID: "errors", Name: "Errors", Kind: model.KindRatio, Direction: model.LowerIsBetter, Metric: services.Metric, Bad: `code="500"`,
}

// randomServices are so many of each situation; FLAGLENS_RANDOM_SERVICES takes more.
func randomServices(t *testing.T, each int) []*services.Service {
	t.Helper()
	if more, err := strconv.Atoi(os.Getenv("FLAGLENS_RANDOM_SERVICES")); err == nil {
		each = more
	}
	r := rand.New(rand.NewPCG(11, 5)) //nolint:gosec // It draws services.
	var all []*services.Service
	for i := range each {
		for k, situation := range services.Situations {
			all = append(all, services.New(r, fmt.Sprintf("flag-%d-%d", i, k), situation))
		}
	}
	return all
}

func serveServices(t *testing.T, all []*services.Service) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, services.Store(context.Background(), folder, all))
	return promtest.Serve(t, promtest.Executable(t), folder, promtest.FreeAddress(t)).URL
}

// collectService collects a service's requests and failures.
func collectService(t *testing.T, c *Collector, s *services.Service) Collected {
	t.Helper()
	got, err := c.Collect(context.Background(), Request{
		Flag: s.Flag, Baseline: services.Arms[0], Variants: services.Arms[1:], Start: services.Rollout,
		Signal: servicesSignal,
	})
	require.NoError(t, err)
	return got
}

func collectorOf(t *testing.T, url string) *Collector {
	t.Helper()
	settings := settingsOf(t, `{"timeInterval":"60s","split":{"mode":"labels","flagLabel":"flag","variantLabel":"variant"}}`)
	c := New(clientOf(t, url), settings, Options{Now: func() time.Time { return services.End.Add(time.Minute + promapi.Lag) }})
	t.Cleanup(c.Close)
	return c
}

func armTotals(series counts.Series) (sum [2]counts.Arm) {
	for _, tick := range series.Ticks {
		for _, stratum := range tick.Strata {
			sum[0].Add(stratum.A)
			sum[1].Add(stratum.B)
		}
	}
	return sum
}

// lostOf is about how much each arm counted that is not among its counts.
func lostOf(series counts.Series) (lost [2]float64) {
	for _, tick := range series.Ticks {
		lost[0], lost[1] = lost[0]+tick.LostA, lost[1]+tick.LostB
	}
	return lost
}

// expected are the causes for which nothing can be said of a situation's counts; none of those that can be true.
var expected = map[services.Situation][]trust.Cause{
	services.Shared:   {trust.Writers, trust.Restless},
	services.Cluster:  {trust.Writers, trust.Restless},
	services.Deltas:   {trust.Deltas, trust.Restless},
	services.Overflow: {trust.Overflow},
}

// What is read of random services is what happened in them, or it is said why it cannot be true. Nothing is ever counted that
// did not happen; what is left out is said.
func TestRandomServices(t *testing.T) {
	all := randomServices(t, 3)
	c := collectorOf(t, serveServices(t, all))
	parts := map[services.Situation][]float64{}
	for _, s := range all {
		got := collectService(t, c, s)
		name := fmt.Sprintf("%s %s: every %s, %d targets, %d writers", s.Flag, s.Situation, s.Every, s.Processes, s.Writers)
		if causes := expected[s.Situation]; causes != nil {
			require.NotEmpty(t, got.Doubts, name)
			require.Contains(t, causes, got.Doubts[0].Cause, name)
			continue
		}
		require.Empty(t, got.Doubts, name)
		said := strings.Join(got.Notices, " ")
		sum := armTotals(got.Series["on"])
		for arm := range services.Arms {
			all, failed := s.Counted(arm, services.Rollout, services.End)
			part := sum[arm].N / all
			parts[s.Situation] = append(parts[s.Situation], part)
			require.LessOrEqual(t, part, 1.01, name)
			require.InDelta(t, failed/all, sum[arm].X/sum[arm].N, 4*math.Sqrt(s.Failing/sum[arm].N*(1-part+0.01))+1e-4, name)
			lost := lostOf(got.Series["on"])[arm]
			require.GreaterOrEqual(t, part+lost/(sum[arm].N+lost), 0.985, "%s: what is not counted is known: %s", name, said)
			if lost > 0.02*sum[arm].N {
				require.Contains(t, said, "restarts every", name)
			}
		}
	}
	for situation, least := range map[services.Situation]float64{
		services.Healthy: 0.995, services.Pair: 0.98, services.Behind: 0.98, services.CrashLoop: 0.8,
	} {
		slices.Sort(parts[situation])
		require.GreaterOrEqual(t, parts[situation][len(parts[situation])/2], least, situation)
	}
}

// Both arms of the random services are alike: none is ever called worse.
func TestAlikeArmsNeverRegress(t *testing.T) {
	all := randomServices(t, 3)
	c := collectorOf(t, serveServices(t, all))
	kind := vocabulary.BuiltIn().Kinds.Of(servicesSignal)
	for _, s := range all {
		got := collectService(t, c, s)
		known := verdict.Context{}
		if len(got.Doubts) > 0 {
			known.Doubt = verdict.Doubt{Why: got.Doubts[0].Why(), Remedy: got.Doubts[0].Remedy()}
		}
		v, err := verdict.Of(verdict.Options{
			Flag: s.Flag, Baseline: "off", Variant: "on", Signal: servicesSignal, Judged: kind.Judged, Alpha: 0.01,
			Margin: model.Margin{Relative: 0.1, Absolute: 0.001}, Profile: model.ProfileStrict,
		}, got.Series["on"], known)
		require.NoError(t, err)
		require.NotContains(t, []verdict.State{verdict.Regressed, verdict.Improved}, v.State, "%s %s: %s", s.Flag, s.Situation, v.Reason)
	}
}

// The same data give the same answer, whoever looked before, and when.
func TestRandomServicesAreReadAlikeWheneverLookedAt(t *testing.T) {
	all := randomServices(t, 2)
	url := serveServices(t, all)
	fresh, looking := collectorOf(t, url), collectorOf(t, url)
	now := services.Rollout
	looking.now = func() time.Time { return now }
	r := rand.New(rand.NewPCG(12, 5)) //nolint:gosec // It draws times.
	for _, s := range all {
		for now = services.Rollout; now.Before(services.End); now = now.Add(time.Duration(1+r.IntN(90)) * time.Minute) {
			collectService(t, looking, s)
		}
		now = fresh.now()
		want, got := collectService(t, fresh, s), collectService(t, looking, s)
		// How often it was taken in anew is told to those who keep what they were given, and is no answer.
		want.Revision, got.Revision = 0, 0
		require.True(t, assert.ObjectsAreEqual(want, got), "%s %s: %d and %d ticks, %v and %v, %v and %v", s.Flag, s.Situation,
			len(want.Series["on"].Ticks), len(got.Series["on"].Ticks), want.Doubts, got.Doubts, want.Notices, got.Notices)
	}
}
