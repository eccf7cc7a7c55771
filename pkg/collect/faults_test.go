package collect

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// unreliable is a client between us and a real Prometheus that goes wrong as a test wants it to.
type unreliable struct {
	*counting
	// change may change an answer, or refuse it; calls are counted from 1.
	change func(call int64, q promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error)
	calls  atomic.Int64
}

func (u *unreliable) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	result, err := u.counting.QueryRange(ctx, q)
	if err != nil {
		return nil, err
	}
	return u.change(u.calls.Add(1), q, result)
}

var errBroken = errors.New("the line broke")

// What goes wrong on the way costs a request and never a count: what was taken in before stays, and the next request goes
// on from there.
func TestFaultsOnTheWay(t *testing.T) {
	const ticks = 3*chunkTicks + 100
	random := rand.New(rand.NewPCG(14, 14)) //nolint:gosec // a simulation
	l := newLife(random, "pod", ticks+1)
	client := clientOf(t, promtest.Start(t, promtest.Write(time.Minute, l.counters()...)).URL)
	want := collectAll(t, client, `{}`, requestOf(errorsSignal), ticks)
	require.Len(t, want.Series["on"].Ticks, ticks)

	tests := map[string]struct {
		change func(call int64, q promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error)
		// failures is how many requests fail before one gives everything.
		failures int
		message  string
	}{
		"an answer that is cut is asked for in parts": {
			change: func(_ int64, q promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error) {
				if q.End.Sub(q.Start) > 200*counts.Step {
					return &promapi.Result{Series: result.Series[:1], Cut: true, Partial: true, Warnings: []string{"cut"}}, nil
				}
				return result, nil
			},
		},
		"an answer that is not whole is none": {
			change: func(call int64, _ promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error) {
				result.Partial = call <= 4
				return result, nil
			},
			failures: 1, message: "errors: the answer is not complete",
		},
		"a chunk that fails does not take those before it away": {
			change: func(call int64, q promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error) {
				if call <= 4 && q.Start.Sub(promtest.Epoch) >= 2*chunkTicks*counts.Step {
					return nil, errBroken
				}
				return result, nil
			},
			failures: 1, message: "errors: the line broke",
		},
		"a chunk that panics fails": {
			change: func(call int64, _ promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error) {
				if call == 1 {
					panic("out of luck")
				}
				return result, nil
			},
			failures: 1, message: "unexpected fault: out of luck",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			collector := New(&unreliable{counting: client, change: test.change}, settingsOf(t, `{}`),
				Options{Now: at(promtest.Epoch.Add(ticks * counts.Step))})
			for range test.failures {
				_, err := collector.Collect(t.Context(), requestOf(errorsSignal))
				require.ErrorContains(t, err, test.message)
			}
			got, err := collector.Collect(t.Context(), requestOf(errorsSignal))
			require.NoError(t, err)
			got.Revision = want.Revision
			require.Equal(t, want, got)
		})
	}
}

// What the server says beside its answer is handed on once, until it is asked again.
func TestWarningsAreHandedOn(t *testing.T) {
	const ticks = 10
	l := newLife(rand.New(rand.NewPCG(15, 15)), "pod", ticks*4+1) //nolint:gosec // a simulation
	client := clientOf(t, promtest.Start(t, promtest.Write(every, l.counters()...)).URL)
	warned := &unreliable{counting: client, change: func(call int64, _ promapi.RangeQuery, result *promapi.Result) (*promapi.Result, error) {
		if call == 1 {
			result.Warnings = []string{"a store did not answer"}
		}
		return result, nil
	}}
	now := promtest.Epoch.Add(5 * counts.Step)
	collector := New(warned, settingsOf(t, `{}`), Options{Now: func() time.Time { return at(now)() }})
	asked := time.Now()
	for ask, want := range [][]string{{"a store did not answer"}, {"a store did not answer"}, nil} {
		if ask == 2 {
			now = promtest.Epoch.Add(ticks * counts.Step)
		}
		request := requestOf(errorsSignal)
		if ask == 1 {
			request.Asked = asked
		}
		got, err := collector.Collect(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, want, got.Notices)
	}
}

// A store that is too small for a run still serves it, and keeps nothing of it.
func TestStoreTooSmall(t *testing.T) {
	const ticks = 20
	l := newLife(rand.New(rand.NewPCG(16, 16)), "pod", ticks*4+1) //nolint:gosec // a simulation
	client := clientOf(t, promtest.Start(t, promtest.Write(every, l.counters()...)).URL)
	collector := New(client, settingsOf(t, `{}`), Options{Now: at(promtest.Epoch.Add(ticks * counts.Step)), Room: kept.NewRoom(1, 0, nil)})
	for range 2 {
		got, err := collector.Collect(t.Context(), requestOf(errorsSignal))
		require.NoError(t, err)
		require.Len(t, got.Series["on"].Ticks, ticks)
	}
	require.Equal(t, int64(2), client.ranges.Load())
}
