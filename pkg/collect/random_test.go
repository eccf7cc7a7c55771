package collect

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/promtest/services"
	"github.com/flaglens/flaglens/pkg/trust"
)

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
	require.NoError(t, services.Store(folder, all))
	return promtest.Serve(t, promtest.Executable(t), folder, promtest.FreeAddress(t)).URL
}

// collectService collects a service's requests and failures until a time.
func collectService(t *testing.T, c *Collector, s *services.Service, end time.Time) Collected {
	t.Helper()
	got, err := c.Collect(context.Background(), Request{
		Flag: s.Flag, Baseline: services.Arms[0], Variants: services.Arms[1:], Start: services.Rollout, End: end,
		Signal: model.Signal{ID: "errors", Name: "Errors", Kind: model.KindRatio, Metric: services.Metric, Bad: `code="500"`},
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

// What is read of random services is what happened in them, or it is said why it cannot be true.
func TestRandomServices(t *testing.T) {
	all := randomServices(t, 6)
	url := serveServices(t, all)
	c := collectorOf(t, url)
	for _, s := range all {
		got := collectService(t, c, s, time.Time{})
		sum := armTotals(got.Series["on"])
		cause := trust.Cause("")
		if len(got.Doubts) > 0 {
			cause = got.Doubts[0].Cause
		}
		text := ""
		for arm := range services.Arms {
			n, x := s.Counted(arm, services.Rollout, services.End)
			text += fmt.Sprintf(" n %.0f/%.0f %.3f x %.0f/%.0f ", sum[arm].N, n, sum[arm].N/n, sum[arm].X, x)
		}
		fmt.Println(s.Flag, s.Situation, s.Every, s.Writers, s.Processes, "cause", cause, text, got.Notices)
	}
	_ = math.Abs
}
