package parallel

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDo(t *testing.T) {
	var done, running, most atomic.Int64
	err := Do(50, func(i int) error {
		now := running.Add(1)
		seen := most.Load()
		for now > seen && !most.CompareAndSwap(seen, now) {
			seen = most.Load()
		}
		defer running.Add(-1)
		done.Add(1)
		if i == 7 {
			return errors.New("seven")
		}
		return nil
	})
	require.EqualError(t, err, "seven")
	require.EqualValues(t, 50, done.Load(), "one that fails keeps no other from running")
	require.LessOrEqual(t, most.Load(), int64(Limit))
}

func TestPanicsReachTheCaller(t *testing.T) {
	defer func() {
		cause := recover()
		require.Contains(t, cause, "boom")
		require.Contains(t, cause, "parallel_test.go", "the stack of the goroutine goes with it")
	}()
	_ = Do(3, func(i int) error {
		if i == 1 {
			panic("boom")
		}
		return nil
	})
	require.FailNow(t, "the panic was swallowed")
}
