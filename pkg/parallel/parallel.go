// Package parallel runs the requests of one query side by side.
package parallel

import (
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// Limit bounds the requests of one query that are under way at once, so that a dashboard does not starve the
// server's other users.
const Limit = 6

// Do runs task for 0 to n-1 and returns the first error, after all have ended. A panic is carried over to the
// calling goroutine, whose caller can recover it: in a goroutine of its own it would end the process.
func Do(n int, task func(i int) error) error {
	panics := make([]any, n)
	var tasks errgroup.Group
	tasks.SetLimit(Limit)
	for i := range n {
		tasks.Go(func() error {
			defer func() {
				if cause := recover(); cause != nil {
					panics[i] = fmt.Sprintf("%v\n%s", cause, debug.Stack())
				}
			}()
			return task(i)
		})
	}
	err := tasks.Wait()
	for _, cause := range panics {
		if cause != nil {
			panic(cause)
		}
	}
	return err
}
