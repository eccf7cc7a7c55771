package parallel

import (
	"errors"
	"fmt"
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

func TestEachHasAnErrorOfItsOwn(t *testing.T) {
	failures := Each(2, 4, func(i int) error {
		switch i {
		case 0:
			return errors.New("zero")
		case 2:
			return errors.New("abc"[:i+i])
		}
		return nil
	})
	require.Len(t, failures, 4)
	require.EqualError(t, failures[0], "zero")
	require.NoError(t, failures[1])
	var fault *Panic
	require.ErrorAs(t, failures[2], &fault)
	require.EqualError(t, fault, "unexpected fault: runtime error: slice bounds out of range [:4] with length 3")
	require.Contains(t, string(fault.Stack), "parallel_test.go")
	require.NoError(t, failures[3])
	require.Empty(t, Each(2, 0, nil))
}

func TestErrorsComeInTheOrderOfTheTasks(t *testing.T) {
	later := make(chan struct{})
	err := Do(2, func(i int) error {
		if i == 0 {
			<-later
			return errors.New("first")
		}
		close(later)
		return errors.New("second")
	})
	require.EqualError(t, err, "first")
}

// A task that has made an error of a panic has dealt with it.
func TestPanicsThatAreErrorsStayErrors(t *testing.T) {
	err := Do(1, func(int) error {
		return fmt.Errorf("reading met an %w", Safely(func() error { panic("boom") }))
	})
	require.EqualError(t, err, "reading met an unexpected fault: boom")
}
