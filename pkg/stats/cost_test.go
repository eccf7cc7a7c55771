//go:build unix

package stats

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
)

// BenchmarkWeek is a verdict over a rollout of 7 days at a tick a minute and 20 processes: three edges of a histogram
// and errors, with the three questions and the interval of each, from nothing (cold) and for one more tick.
func BenchmarkWeek(b *testing.B) {
	for _, rps := range []float64{10, 100} {
		for _, factor := range []float64{1, 1.3, 3} {
			slow := edges(traffic{ticks: 7 * 1440, processes: 20, rps: rps, share: 0.5, factor: factor, from: 1440}, 0.5, 0.05, 0.01)
			bad := edges(traffic{ticks: 7 * 1440, processes: 20, rps: rps, share: 0.5, factor: factor, from: 1440}, 0.01)
			name := fmt.Sprintf("%vrps/x%v", rps, factor)
			var l, e *Comparison
			next := int64(len(slow))
			b.Run(name+"/cold", func(b *testing.B) {
				b.ReportAllocs()
				before := processorTime(b)
				for range b.N {
					l = week(b, slow[:len(slow)-1], Params{Frequent: true, Relative: 0.25})
					e = week(b, bad[:len(bad)-1], Params{Relative: 0.1, Absolute: 0.001})
				}
				b.ReportMetric(float64(processorTime(b)-before)/1e6/float64(b.N), "cpu-ms/op")
			})
			b.Run(name+"/tick", func(b *testing.B) {
				// Every iteration is a tick further on: the last day's, over again.
				before := processorTime(b)
				for i := range b.N {
					again := len(slow) - 1440 + i%1440
					more(b, l, [][]Tick{later(slow[again], next)})
					more(b, e, [][]Tick{later(bad[again], next)})
					next++
				}
				b.ReportMetric(float64(processorTime(b)-before)/1e6/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// edges are series of the same requests, one for each share of bad ones.
func edges(t traffic, shares ...float64) [][]Tick {
	all := make([][]Tick, t.ticks)
	for _, share := range shares {
		t.bad = share
		for i, tick := range t.make(1) {
			all[i] = append(all[i], tick)
		}
	}
	return all
}

func later(ticks []Tick, tick int64) []Tick {
	ticks = slices.Clone(ticks)
	for i := range ticks {
		ticks[i].End = tick * 60
	}
	return ticks
}

// processorTime is that of this process so far in nanoseconds: on a busy machine, the wall clock says little.
func processorTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func week(b *testing.B, ticks [][]Tick, p Params) *Comparison {
	c, err := NewComparison(p, len(ticks[0]))
	if err != nil {
		b.Fatal(err)
	}
	more(b, c, ticks)
	return c
}

func more(b *testing.B, c *Comparison, ticks [][]Tick) {
	for _, t := range ticks {
		if err := c.Add(t...); err != nil {
			b.Fatal(err)
		}
	}
	c.Worse()
	c.Better()
	c.Within()
	c.Interval()
}
