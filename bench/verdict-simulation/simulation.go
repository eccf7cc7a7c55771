package main

import (
	"fmt"
	"io"
	"sync/atomic"
)

// simulation is how to run experiments, and how far they have come.
type simulation struct {
	workers int
	scale   float64 // factor on the number of runs
	log     io.Writer

	id    string
	name  string
	total int64
	done  atomic.Int64
}

// runs is how many runs to make where the full form makes n.
func (s *simulation) runs(n int) int { return max(int(float64(n)*s.scale), 2) }

func (s *simulation) begin(name string, runs int) {
	s.name, s.total = name, int64(runs)
	s.done.Store(0)
}

// step counts a finished run and shows the progress, on a line that it overwrites.
func (s *simulation) step() {
	done := s.done.Add(1)
	if done%max(s.total/20, 1) == 0 {
		_, _ = fmt.Fprintf(s.log, "\r%-20s %-45s %5d/%d ", s.id, s.name, done, s.total)
	}
}

// end says what the methods did on a stream.
func (s *simulation) end(outcomes []outcome) {
	_, _ = fmt.Fprintf(s.log, "\r%-20s %-45s", s.id, s.name)
	for _, o := range outcomes {
		rate, _ := o.rate()
		_, _ = fmt.Fprintf(s.log, " %s %s;", o.method, decimals(rate))
	}
	_, _ = fmt.Fprintln(s.log)
}
