package rollout

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/split"
)

// crowd is the traffic of a flag whose users come at a rate that follows the day, make some requests over some buckets, and
// keep their variant.
type crowd struct {
	// users is the mean of those who come in five minutes, requests what each makes over at most stay buckets.
	users, requests float64
	stay            int
	// share is the feature's part of the users at a bucket.
	share func(bucket int) float64
}

func (c crowd) buckets(random *rand.Rand, n int) [][]float64 {
	buckets := make([][]float64, n)
	for i := range buckets {
		buckets[i] = make([]float64, 2)
	}
	for i := range buckets {
		day := 1 + 0.7*math.Sin(float64(i)/288*2*math.Pi)
		for range poisson(random, c.users*day) {
			arm := 0
			if random.Float64() < c.share(i) {
				arm = 1
			}
			// Users differ: some make ten times what others make.
			for range poisson(random, c.requests*random.ExpFloat64()) {
				if at := i + random.IntN(c.stay); at < n {
					buckets[at][arm]++
				}
			}
		}
	}
	return buckets
}

func poisson(random *rand.Rand, mean float64) int {
	if mean > 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*random.NormFloat64())))
	}
	limit, product := math.Exp(-mean), 1.0
	for n := 0; ; n++ {
		if product *= random.Float64(); product < limit {
			return n
		}
	}
}

// nobody answers when the minute of a shift is asked for: its place in the middle of what was asked will do.
type nobody struct{ Client }

func (nobody) QueryRange(context.Context, promapi.RangeQuery) (*promapi.Result, error) {
	return &promapi.Result{}, nil
}

// shiftsIn are the buckets at which epochs begin.
func shiftsIn(t testing.TB, buckets [][]float64) []int {
	t.Helper()
	begun := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	h := newTrafficHistory(promql.Scope{Split: split.BuiltIn().Split(model.Presets()[0].Split), Flag: "checkout"}, Request{Traffic: trafficSignal}, begun, shortestBucket)
	h.variants = variants
	for _, bucket := range buckets {
		require.NoError(t, h.observe(t.Context(), nobody{}, bucket, time.Minute))
	}
	var at []int
	for _, epoch := range settled(h.all(), passingEpoch, sameTraffic)[1:] {
		at = append(at, int(epoch.From.Sub(begun)/shortestBucket))
	}
	return at
}

// Two weeks without a change, again and again: users who stay with their variant are not taken for a shift. (Of 144
// fortnights, with runs = 8, one has a shift.)
func TestNoShiftWhereThereIsNone(t *testing.T) {
	const weeks, runs = 2, 2
	random := rand.New(rand.NewPCG(17, 17)) //nolint:gosec // a simulation
	found, looked := 0, 0
	for _, share := range []float64{0.01, 0.1, 0.5} {
		for _, users := range []float64{3, 30} {
			for _, stay := range []int{1, 3, 12} {
				for range runs {
					c := crowd{users: users, requests: 10, stay: stay, share: func(int) float64 { return share }}
					at := shiftsIn(t, c.buckets(random, weeks*7*288))
					looked++
					found += len(at)
					if len(at) > 0 {
						t.Logf("%g users, share %g, stay %d: shifts at %v", users, share, stay, at)
					}
				}
			}
		}
	}
	require.LessOrEqual(t, found, 1, "of %d fortnights", looked)
}

// A share that drifts with the time of day, because the variants' users live elsewhere, does not shift.
func TestDriftIsNoShift(t *testing.T) {
	random := rand.New(rand.NewPCG(18, 18)) //nolint:gosec // a simulation
	c := crowd{users: 100, requests: 10, stay: 3, share: func(bucket int) float64 {
		return 0.3 + 0.025*math.Sin(float64(bucket)/288*2*math.Pi)
	}}
	require.Empty(t, shiftsIn(t, c.buckets(random, 7*288)))
}

// Shifts are found, and where they were.
func TestShiftsAreFound(t *testing.T) {
	const at = 600
	random := rand.New(rand.NewPCG(19, 19)) //nolint:gosec // a simulation
	for _, step := range []struct{ users, from, to float64 }{
		{100, 0, 0.01}, {100, 0.01, 0.05}, {30, 0.05, 0.25}, {30, 0.25, 0.5}, {100, 0.5, 0.6}, {10, 0.5, 1}, {10, 0.2, 0},
	} {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			c := crowd{users: step.users, requests: 10, stay: 3, share: func(bucket int) float64 {
				if bucket >= at {
					return step.to
				}
				return step.from
			}}
			found := shiftsIn(t, c.buckets(random, at+288))
			require.Len(t, found, 1)
			// The stand-in for the engine puts it within twenty minutes.
			require.InDelta(t, at, found[0], 4+4)
		})
	}
}

// A bucket holds several scrapes, so that each shows a rise.
func TestBuckets(t *testing.T) {
	for scrape, want := range map[time.Duration]time.Duration{
		0: 5 * time.Minute, 15 * time.Second: 5 * time.Minute, time.Minute: 5 * time.Minute, 75 * time.Second: 5 * time.Minute,
		90 * time.Second: 10 * time.Minute, 2 * time.Minute: 10 * time.Minute, 5 * time.Minute: 20 * time.Minute,
	} {
		require.Equal(t, want, bucketOf(scrape), scrape)
	}
}
