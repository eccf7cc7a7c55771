//go:build unix

package confseq

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// BenchmarkWeek is a verdict over a rollout of 7 days at a tick a minute and 20 processes: three edges of a histogram
// and errors, with the three questions and the interval of each, from nothing (cold) and for one more tick.
func BenchmarkWeek(b *testing.B) {
	for _, rps := range []float64{10, 100} {
		for _, factor := range []float64{1, 1.3, 3} {
			slow := seriesOf(simulated.Traffic{Ticks: 7 * 1440, Processes: 20, RPS: rps, Share: 0.5, Factor: factor, From: 1440}, 0.5, 0.05, 0.01)
			bad := seriesOf(simulated.Traffic{Ticks: 7 * 1440, Processes: 20, RPS: rps, Share: 0.5, Factor: factor, From: 1440}, 0.01)
			name := fmt.Sprintf("%vrps/x%v", rps, factor)
			last := 7*1440 - 1
			latency, errors := eprocess.Params{Frequent: true, Relative: 0.25}, eprocess.Params{Relative: 0.1, Absolute: 0.001}
			var l, e []*Comparison
			next := int64(last + 1)
			b.Run(name+"/cold", func(b *testing.B) {
				b.ReportAllocs()
				before := processorTime(b)
				for range b.N {
					l, e = week(b, slow, last, latency), week(b, bad, last, errors)
				}
				b.ReportMetric(float64(processorTime(b)-before)/1e6/float64(b.N), "cpu-ms/op")
			})
			b.Run(name+"/tick", func(b *testing.B) {
				// Every iteration is a tick further on: the last day's, over again.
				before := processorTime(b)
				for i := range b.N {
					again := last - 1439 + i%1440
					for k, c := range l {
						more(b, c, later(slow[k][again], next))
					}
					for k, c := range e {
						more(b, c, later(bad[k][again], next))
					}
					next++
				}
				b.ReportMetric(float64(processorTime(b)-before)/1e6/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// seriesOf makes ticks of the same requests, one series for each share of bad ones.
func seriesOf(t simulated.Traffic, shares ...float64) [][]strata.Tick {
	var all [][]strata.Tick
	for _, share := range shares {
		t.Bad = share
		all = append(all, t.Make(1))
	}
	return all
}

func later(t strata.Tick, tick int64) strata.Tick {
	t.End = tick * 60
	return t
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

// week compares each series up to a tick.
func week(b *testing.B, all [][]strata.Tick, last int, p eprocess.Params) []*Comparison {
	comparisons := make([]*Comparison, len(all))
	for i, ticks := range all {
		c, err := NewComparison(p)
		if err != nil {
			b.Fatal(err)
		}
		more(b, c, ticks[:last]...)
		comparisons[i] = c
	}
	return comparisons
}

func more(b *testing.B, c *Comparison, ticks ...strata.Tick) {
	for _, t := range ticks {
		if err := c.Add(t); err != nil {
			b.Fatal(err)
		}
	}
	c.Worse()
	c.Better()
	c.Within()
	c.Interval()
}
