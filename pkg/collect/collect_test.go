package collect

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// byKey finds the stratum of a process in a tick.
func byKey(tick counts.Tick, key int) counts.Stratum {
	for _, s := range tick.Strata {
		if s.Key == key {
			return s
		}
	}
	return counts.Stratum{Key: key}
}

// The increments are those that were generated, to the last one, whatever the scrape interval.
func TestIncrementsAreThoseThatHappened(t *testing.T) {
	for _, every := range []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second} {
		t.Run(every.String(), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(every))) //nolint:gosec // a simulation
			perTick := int(counts.Step / every)
			const ticks = 60
			scrapes := ticks*perTick + 1
			var counters []counter
			var fleet []*life
			for i := range 3 {
				l := newLife(random, fmt.Sprintf("pod-%d", i), scrapes)
				fleet = append(fleet, l)
			}
			// The feature reaches the second process at minute 20, between two scrapes of a tick.
			fleet[1].born[1] = 20*perTick + 1
			// The third one restarts in minute 30, at its first scrape after the tick.
			fleet[2].restarts[30*perTick+1] = true
			// The first one is away for three minutes.
			for i := 40*perTick + 1; i <= 43*perTick; i++ {
				fleet[0].away[i] = true
			}
			for _, l := range fleet {
				counters = append(counters, l.counters()...)
			}
			server := promtest.Start(t, script(every, counters...))
			collector := New(clientOf(t, server.URL), settingsOf(t, `{}`), Options{Now: at(promtest.Epoch.Add(ticks * counts.Step))})
			got, err := collector.Collect(t.Context(), requestOf(errorsSignal))
			require.NoError(t, err)
			require.Empty(t, got.Notices)
			series := got.Series["on"]
			require.Len(t, series.Ticks, ticks)
			require.Equal(t, promtest.Epoch.Unix(), series.Start)
			require.Equal(t, int64(60), series.Step)
			for k, tick := range series.Ticks {
				require.Equal(t, promtest.Epoch.Unix()+int64(k+1)*60, tick.End)
				for i, l := range fleet {
					from, to := k*perTick+1, (k+1)*perTick
					if i == 0 && k >= 40 && k < 43 {
						require.Equal(t, counts.Stratum{Key: 1}, byKey(tick, 1), "the process is away in tick %d", k)
						continue
					}
					if i == 0 && k == 43 {
						// What it did meanwhile is counted when it is back.
						from = 40*perTick + 1
						require.Equal(t, 3+3, tick.Expected, "three of its strata were expected and missed")
						require.Zero(t, tick.MissingA+tick.MissingB, "both arms were missed alike")
					}
					want := counts.Stratum{Key: i + 1}
					want.A.N, want.A.X = l.between(0, from, to)
					want.B.N, want.B.X = l.between(1, from, to)
					require.Equal(t, want, byKey(tick, i+1), "tick %d of process %d", k, i)
				}
			}
		})
	}
}
