package rollout

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// delayed is a server as it looks before some samples are there: those of a variant in the minutes from..to-1, until minute
// arrive.
type delayed struct {
	Client
	now              *int
	variant          string
	from, to, arrive int
}

func (d *delayed) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	result, err := d.Client.QueryRange(ctx, q)
	if err != nil || *d.now >= d.arrive {
		return result, err
	}
	for i := range result.Series {
		series := &result.Series[i]
		if d.variant == "" || series.Labels.Get("feature_flag_variant") == d.variant {
			series.Floats = slices.DeleteFunc(series.Floats, func(point promapi.FloatPoint) bool {
				minute := int(time.UnixMilli(point.T).Sub(promtest.Epoch) / time.Minute)
				return minute >= d.from && minute < d.to
			})
		}
	}
	return result, nil
}

// The same data, the same rollout, whoever looked before the late samples were there.
func TestLateSamples(t *testing.T) {
	const minutes = 900
	share := func(minute int) float64 {
		switch {
		case minute >= 500:
			return 0.6
		case minute >= 200:
			return 0.2
		}
		return 0
	}
	var counters []promtest.Counter
	random := rand.New(rand.NewPCG(81, 81)) //nolint:gosec // a simulation
	totals := []float64{0, 0}
	values := [][]float64{nil, nil}
	for minute := range minutes + 1 {
		on := 0.0
		for range 400 {
			if random.Float64() < share(minute) {
				on++
			}
		}
		totals[0], totals[1] = totals[0]+400-on, totals[1]+on
		values[0], values[1] = append(values[0], totals[0]), append(values[1], totals[1])
	}
	for arm, variant := range variants {
		counters = append(counters, promtest.Counter{
			Labels: fmt.Sprintf(`requests_total{job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q}`, variant), Values: values[arm],
		})
	}
	client := clientOf(t, promtest.Start(t, promtest.Write(time.Minute, counters...)).URL)
	gauges := clientOf(t, promtest.Start(t, promtest.Write(time.Minute, allocated("a", minutes, share)...)).URL)
	for name, test := range map[string]struct {
		delayed
		looks []int
	}{
		"those of the feature, as it changes": {delayed{variant: "on", from: 480, to: 540, arrive: 545}, []int{300, 520, 544, 560, 800}},
		"all, as it changes":                  {delayed{from: 490, to: 530, arrive: 530}, []int{300, 505, 529, 531, 540, 800}},
		"those of the baseline, for long":     {delayed{variant: "off", from: 400, to: 700, arrive: 720}, []int{300, 450, 600, 690, 890}},
		"looked at seldom":                    {delayed{from: 480, to: 560, arrive: 600}, []int{599, 780}},
	} {
		for source, server := range map[string]Client{"traffic": client, "allocation": gauges} {
			t.Run(name+", by "+source, func(t *testing.T) {
				now := 0
				test.Client, test.now = server, &now
				clock := func() time.Time { return at(promtest.Epoch.Add(time.Duration(now) * time.Minute))() }
				find := func(f *Finder) Rollout {
					t.Helper()
					got, err := f.Find(t.Context(), rolloutAt(time.Time{}))
					require.NoError(t, err)
					return got
				}
				begin := func() *Finder { return New(&test.delayed, settingsOf(t, `{}`), Options{Now: clock}) }
				warm := begin()
				for _, now = range test.looks {
					require.Equal(t, find(begin()), find(warm), "minute %d", now)
				}
			})
		}
	}
}
