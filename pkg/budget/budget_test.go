package budget

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// Whoever asks for more than is left waits until it is given back.
func TestRoomIsShared(t *testing.T) {
	for name, test := range map[string]struct {
		held, wanted int64
		waits        bool
	}{
		"half and half":               {Large / 2, Large / 2, false},
		"one byte too many":           {Large / 2, Large/2 + 1, true},
		"as much as there is":         {0, Large, false},
		"more than there is":          {0, math.MaxInt64, false},
		"more than there is, in use":  {Small + 1, math.MaxInt64, true},
		"small beside all that there": {Large, Small, false},
		"nothing":                     {Large, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(time.Hour)
			release, err := b.Acquire(context.Background(), test.held)
			require.NoError(t, err)
			got := make(chan struct{})
			go func() {
				defer close(got)
				second, err := b.Acquire(context.Background(), test.wanted)
				if err == nil {
					second()
				}
			}()
			if test.waits {
				select {
				case <-got:
					require.Fail(t, "there is no room")
				case <-time.After(20 * time.Millisecond):
				}
				release()
			}
			<-got
			if !test.waits {
				release()
			}
		})
	}
}

// Waiting ends: with what to do, or as the caller ends it.
func TestWaitingEnds(t *testing.T) {
	for name, test := range map[string]struct {
		wait, deadline time.Duration
		cancelled      bool
	}{
		"by itself": {wait: time.Millisecond}, "with the caller's deadline": {wait: time.Hour, deadline: time.Millisecond},
		"with the caller": {wait: time.Hour, cancelled: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(test.wait)
			_, err := b.Acquire(context.Background(), Large)
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if test.deadline > 0 {
				var end context.CancelFunc
				ctx, end = context.WithTimeout(ctx, test.deadline)
				defer end()
			}
			if test.cancelled {
				cancel()
			}
			_, err = b.Acquire(ctx, Large)
			var busy *promapi.Error
			require.Equal(t, !test.cancelled, errors.As(err, &busy), err)
			if test.cancelled {
				require.ErrorIs(t, err, context.Canceled)
				return
			}
			require.Equal(t, http.StatusServiceUnavailable, busy.Status)
			require.Equal(t, promapi.KindBusy, busy.Kind)
			require.False(t, busy.Downstream)
			require.Contains(t, busy.Error(), "fewer quantiles")
		})
	}
}

// However many there are, all get their turn, and never hold more together than there is.
func TestAllGetTheirTurn(t *testing.T) {
	b := New(time.Minute)
	var held atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Add(1)
		go func() {
			defer all.Done()
			random := rand.New(rand.NewPCG(1, uint64(i))) //nolint:gosec // a test
			bytes := Small + 1 + random.Int64N(Large-Small)
			release, err := b.Acquire(context.Background(), bytes)
			if err != nil {
				t.Error(err)
				return
			}
			if now := held.Add(bytes); now > Large {
				t.Errorf("%d bytes are held", now)
			}
			held.Add(-bytes)
			release()
		}()
	}
	all.Wait()
}

func TestBytes(t *testing.T) {
	require.EqualValues(t, 24_000, Bytes(1000, 24))
	require.EqualValues(t, 0, Bytes(0, 24))
	require.EqualValues(t, math.MaxInt64, Bytes(math.MaxInt64/2, 24))
}
