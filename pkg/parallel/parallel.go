// Package parallel runs tasks side by side, so that a panic in one of them cannot end the process.
package parallel

import (
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// Limit bounds the requests of one query that are under way at once, so that a dashboard does not starve the
// server's other users.
const Limit = 6

// Panic is the panic of a task as an error.
type Panic struct {
	// Cause is what was given to panic, Stack that of the goroutine.
	Cause any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("unexpected fault: %v", p.Cause) }

// Safely runs a task here and returns its error; *Panic where it panics.
func Safely(task func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &Panic{Cause: cause, Stack: debug.Stack()}
		}
	}()
	return task()
}

// Each runs task for 0 to n-1, at most limit of them at once, and returns the error of each, after all have ended. One that
// fails keeps no other from running. The error of one that panics is *Panic.
func Each(limit, n int, task func(i int) error) []error {
	failures := make([]error, n)
	var tasks errgroup.Group
	tasks.SetLimit(limit)
	for i := range n {
		tasks.Go(func() error {
			failures[i] = Safely(func() error { return task(i) })
			return nil
		})
	}
	// What fails is in failures: the group itself cannot.
	_ = tasks.Wait()
	return failures
}

// Do runs task for 0 to n-1, at most Limit of them at once, and returns the first error in their order, after all have
// ended. A panic is carried over to the calling goroutine, whose caller can recover it.
func Do(n int, task func(i int) error) error {
	failures := Each(Limit, n, task)
	for _, failure := range failures {
		// One that a task has already made an error of stays one.
		if fault, ok := failure.(*Panic); ok { //nolint:errorlint // wrapped, it is a task's own error
			panic(fmt.Sprintf("%v\n%s", fault.Cause, fault.Stack))
		}
	}
	for _, failure := range failures {
		if failure != nil {
			return failure
		}
	}
	return nil
}
