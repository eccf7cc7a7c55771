package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/flaglens/flaglens/bench/verdict-simulation/streams"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// decider is a way to decide on streams of T; decide returns the minute (from 1) at which it first says "worse", 0 if
// it never does.
type decider[T any] struct {
	name   string
	decide func(ticks []T) (int, error)
}

type (
	method        = decider[strata.Tick]
	latencyMethod = decider[streams.LatencyTick]
)

// outcome is what a method did over the runs of a stream.
type outcome struct {
	method string
	at     []int // per run: the minute of the first alarm, 0 for none
}

// rng is the random source of one run: the same for a name and a number whatever else runs beside it.
func rng(name string, run int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return rand.New(rand.NewPCG(h.Sum64(), uint64(run)))
}

// simulate runs every method on the same runs of a stream.
func (s *simulation) simulate(stream streams.Stream, runs int, methods ...method) ([]outcome, error) {
	return simulate(s, stream.Name, stream.Generate, runs, methods)
}

// simulateLatency is simulate for latency.
func (s *simulation) simulateLatency(stream streams.Latency, runs int, methods ...latencyMethod) ([]outcome, error) {
	return simulate(s, stream.Name, stream.Generate, runs, methods)
}

func simulate[T any](s *simulation, name string, generate func(*rand.Rand) []T, runs int, methods []decider[T]) ([]outcome, error) {
	outcomes := make([]outcome, len(methods))
	for i, m := range methods {
		outcomes[i] = outcome{method: m.name, at: make([]int, runs)}
	}
	s.begin(name, runs)
	err := parallel(runs, s.workers, func(run int) error {
		ticks := generate(rng(name, run))
		for i, m := range methods {
			at, err := m.decide(ticks)
			if err != nil {
				return fmt.Errorf("%s, run %d, %s: %w", name, run, m.name, err)
			}
			outcomes[i].at[run] = at
		}
		s.step()
		return nil
	})
	s.end(outcomes)
	return outcomes, err
}

// parallel calls work for 0..n-1 on so many workers and returns the first error.
func parallel(n, workers int, work func(i int) error) error {
	var next atomic.Int64
	var group sync.WaitGroup
	var once sync.Once
	var failed error
	for range workers {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := work(i); err != nil {
					once.Do(func() { failed = err })
					next.Store(int64(n))
				}
			}
		})
	}
	group.Wait()
	return failed
}

// rate is the share of runs with an alarm, and its standard error.
func (o outcome) rate() (share, se float64) {
	n, fired := float64(len(o.at)), 0.0
	for _, at := range o.at {
		if at > 0 {
			fired++
		}
	}
	share = fired / n
	return share, math.Sqrt(share * (1 - share) / n)
}

// delay is the median number of minutes from minute from to the alarm, over the runs without an alarm before it, with
// a standard error by the order statistics around the median (+Inf where the runs end before), and the share of those
// runs that find it at all.
func (o outcome) delay(from int) (median, se, found float64) {
	var delays []float64
	for _, at := range o.at {
		switch {
		case at == 0:
			delays = append(delays, math.Inf(1))
		case at > from:
			delays = append(delays, float64(at-from))
			found++
		}
	}
	n := len(delays)
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	sort.Float64s(delays)
	half := math.Sqrt(float64(n)) / 2
	low := delays[max(int(float64(n)/2-half), 0)]
	high := delays[min(int(float64(n)/2+half), n-1)]
	return delays[n/2], (high - low) / 2, found / float64(n)
}

// standing is for how many minutes after minute from something stood, in the median and in the longest tenth of the runs
// in which it stood at that minute.
func (o outcome) standing(from int) (median, long float64) {
	var left []float64
	for _, at := range o.at {
		if at > from {
			left = append(left, float64(at-from))
		}
	}
	if len(left) == 0 {
		return math.NaN(), math.NaN()
	}
	sort.Float64s(left)
	return left[len(left)/2], left[len(left)*9/10]
}
