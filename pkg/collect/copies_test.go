package collect

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// stored is a counter of a process as a server with a name of its own stores it, from scrape from up to scrape to.
func stored(more, variant string, pace float64, from, to int) promtest.Counter {
	labels := fmt.Sprintf(`requests_total{job="shop",feature_flag_key="checkout",feature_flag_variant=%q,status="200",%s}`, variant, more)
	return promtest.Sampled(labels, to, func(i int) float64 {
		if i < from {
			return none
		}
		return pace * float64(i)
	})
}

// A second server that begins to store the same in the middle of a rollout changes no count, whether somebody looked before or not.
func TestCopiesThatAppearLater(t *testing.T) {
	const ticks = 110
	for name, pairs := range map[string][]promtest.Counter{
		"a second server": {
			stored(`instance="a",replica="one"`, "off", 25, 0, ticks*4+1), stored(`instance="a",replica="one"`, "on", 25, 0, ticks*4+1),
			stored(`instance="a",replica="two"`, "off", 25, 212, ticks*4+1), stored(`instance="a",replica="two"`, "on", 25, 212, ticks*4+1),
		},
		"a first process, which both store": {
			stored(`instance="a",replica="one"`, "off", 25, 212, ticks*4+1), stored(`instance="a",replica="one"`, "on", 25, 212, ticks*4+1),
			stored(`instance="a",replica="two"`, "off", 25, 212, ticks*4+1), stored(`instance="a",replica="two"`, "on", 25, 212, ticks*4+1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := clientOf(t, promtest.Start(t, promtest.Write(every, pairs...)).URL)
			want := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks)
			for _, tick := range want.Series["on"].Ticks {
				for _, s := range tick.Strata {
					require.InDelta(t, 100, s.A.N, 1, "tick %d", tick.End)
				}
			}
			require.Contains(t, want.Notices, "Errors: each series is stored more than once, apart in replica; one of them is counted.")
			require.Empty(t, want.Doubts)

			now := promtest.Epoch
			looking := New(client, settingsOf(t, `{}`), Options{Now: func() time.Time { return at(now)() }})
			for tick := 7; tick <= ticks; tick += 7 {
				now = promtest.Epoch.Add(time.Duration(tick) * counts.Step)
				_, err := looking.Collect(t.Context(), requestOf(errorsSignal))
				require.NoError(t, err)
			}
			now = promtest.Epoch.Add(ticks * counts.Step)
			got, err := looking.Collect(t.Context(), requestOf(errorsSignal))
			require.NoError(t, err)
			got.Revision = want.Revision
			require.Equal(t, want, got)
		})
	}
}

// Replicas of a service that a label of this name tells apart are no copies: their counts differ.
func TestReplicasOfAServiceAreNoCopies(t *testing.T) {
	const ticks = 40
	client := clientOf(t, promtest.Start(t, promtest.Write(every,
		stored(`instance="a",replica="1"`, "off", 25, 0, ticks*4+1), stored(`instance="a",replica="1"`, "on", 25, 0, ticks*4+1),
		stored(`instance="a",replica="2"`, "off", 50, 60, ticks*4+1), stored(`instance="a",replica="2"`, "on", 50, 60, ticks*4+1),
	)).URL)
	got := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks)
	last := got.Series["on"].Ticks[ticks-1].Strata
	require.InDelta(t, 300, last[0].A.N, 1)
	require.NotContains(t, fmt.Sprint(got.Notices), "stored more than once")
}

// What appears behind a target that was scraped without it began at zero; what appears with its target may have counted for long.
func TestProcessesBehindATarget(t *testing.T) {
	const ticks = 30
	total := func(more string, also ...promtest.Counter) (n float64) {
		from := ticks * 2
		late := promtest.Sampled(fmt.Sprintf(`requests_total{job="gateway",instance="g:9091",feature_flag_key="checkout",feature_flag_variant="on",status="200",%s}`, more),
			ticks*4+1, func(i int) float64 {
				if i < from {
					return none
				}
				return 40
			})
		always := promtest.Sampled(`requests_total{job="shop",instance="a:80",feature_flag_key="checkout",feature_flag_variant="off",status="200"}`,
			ticks*4+1, func(i int) float64 { return float64(20 * i) })
		client := clientOf(t, promtest.Start(t, promtest.Write(every, append(also, late, always)...)).URL)
		for _, tick := range collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"].Ticks {
			for _, s := range tick.Strata {
				n += s.B.N
			}
		}
		return n
	}
	other := promtest.Sampled(`requests_total{job="gateway",instance="g:9091",exported_instance="batch-1",feature_flag_key="checkout",feature_flag_variant="off",status="200"}`,
		ticks*4+1, func(i int) float64 { return float64(20 * i) })
	require.InDelta(t, 40, total(`exported_instance="batch-2"`, other), 0, "a batch that is pushed once")
	require.InDelta(t, 0, total(`exported_instance="batch-2"`), 0, "the first that is seen of its target")
	require.InDelta(t, 0, total(`pod="late"`, other), 0, "a target of its own")
}
