package trust

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest/services"
)

// A clinic of counters: each is what a Prometheus stores of a service that is known.

func at(i int, every time.Duration, v float64) Sample {
	return Sample{int64(i) * every.Milliseconds(), v}
}

// written is a series that several processes write, in turn or at random. Where lives is not 0, each process is replaced after
// about so many samples.
func written(r *rand.Rand, every time.Duration, writers, lives int, mean float64, inTurn bool) []Sample {
	values, left := make([]float64, writers), make([]float64, writers)
	for i := range values {
		values[i] = math.Round(mean * 300 * r.Float64())
		left[i] = float64(lives) * r.Float64()
	}
	var samples []Sample
	for i := range int(time.Hour / every) {
		for j := range values {
			values[j] += services.Poisson(r, mean/float64(writers))
			if left[j]--; lives > 0 && left[j] < 0 {
				values[j], left[j] = 0, float64(lives)*(0.7+0.6*r.Float64())
			}
		}
		j := r.IntN(writers)
		if inTurn {
			j = i % writers
		}
		samples = append(samples, at(i, every, values[j]))
	}
	return samples
}

// restarting is one process that restarts after about so long, and is down for so many samples each time. bursts is the part
// of the samples in which it counts ten times as much as usual.
func restarting(r *rand.Rand, every, lives time.Duration, jitter, mean, bursts float64, down int) []Sample {
	var samples []Sample
	value, left, away := 0.0, lives.Seconds(), 0
	for i := range int(time.Hour / every) {
		here := mean
		if bursts > 0 {
			here *= 0.3
			if r.Float64() < bursts {
				here *= 30
			}
		}
		value += services.Poisson(r, here)
		if left -= every.Seconds(); left <= 0 {
			value, left, away = services.Poisson(r, here*r.Float64()), lives.Seconds()*(1-jitter+2*jitter*r.Float64()), down
		}
		if away--; away < 0 {
			samples = append(samples, at(i, every, value))
		}
	}
	return samples
}

func increments(r *rand.Rand, every time.Duration, mean float64) []Sample {
	var samples []Sample
	for i := range int(time.Hour / every) {
		samples = append(samples, at(i, every, services.Poisson(r, mean)))
	}
	return samples
}

const runs = 60

// share is the part of random series of which a cause is found.
func share(r *rand.Rand, of func(r *rand.Rand) []Sample, causes ...Cause) float64 {
	found := 0
	for range runs {
		cause := PatternOf(of(r)).Cause()
		for _, c := range causes {
			if cause == c {
				found++
			}
		}
	}
	return float64(found) / runs
}

func TestWritersAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, every := range []time.Duration{15 * time.Second, time.Minute} {
		for _, writers := range []int{2, 3, 4, 6} {
			for _, mean := range []float64{12, 100, 4000} {
				for _, inTurn := range []bool{true, false} {
					got := share(r, func(r *rand.Rand) []Sample { return written(r, every, writers, 0, mean, inTurn) }, Writers)
					require.GreaterOrEqual(t, got, 0.9, "every %s, %d writers, %v a sample, in turn %t", every, writers, mean, inTurn)
				}
			}
		}
	}
	for _, writers := range []int{2, 3, 4, 6} {
		got := share(r, func(r *rand.Rand) []Sample { return written(r, 15*time.Second, writers, 80, 100, false) }, Writers)
		require.GreaterOrEqual(t, got, 0.98, "%d writers that are replaced every 20 minutes", writers)
		got = share(r, func(r *rand.Rand) []Sample { return written(r, time.Minute, writers, 60, 100, false) }, Writers)
		require.GreaterOrEqual(t, got, 0.75, "%d writers that are scraped every minute and replaced every hour", writers)
	}
}

func TestNumberOfWriters(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for _, writers := range []int{2, 3, 6} {
		right := 0
		for range runs {
			got := PatternOf(written(r, 15*time.Second, writers, 0, 1000, false)).Together
			require.LessOrEqual(t, got, writers)
			if got >= writers-1 {
				right++
			}
		}
		require.GreaterOrEqual(t, right, runs*9/10, "%d writers", writers)
	}
}

// What restarts often is no reason to withhold anything: deploys, autoscaling, crash loops every few minutes.
func TestCrashLoopsAreNoWriters(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for _, every := range []time.Duration{10 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute} {
		for _, lives := range []time.Duration{2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute} {
			for _, mean := range []float64{3, 20, 1000} {
				for _, jitter := range []float64{0, 0.3} {
					for _, bursts := range []float64{0, 0.1, 0.3} {
						for _, down := range []int{0, 1, 3} {
							if lives < time.Duration(3+down)*every {
								continue
							}
							got := share(r, func(r *rand.Rand) []Sample {
								return restarting(r, every, lives, jitter, mean, bursts, down)
							}, Writers, Deltas, Restless)
							require.LessOrEqual(t, got, 1.0/runs, "every %s, restarts after %s (± %v), %v a sample, bursts %v, down %d",
								every, lives, jitter, mean, bursts, down)
						}
					}
				}
			}
		}
	}
}

func TestIncrementsAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	for _, every := range []time.Duration{15 * time.Second, time.Minute} {
		for _, mean := range []float64{30, 100, 1000} {
			got := share(r, func(r *rand.Rand) []Sample { return increments(r, every, mean) }, Deltas)
			require.GreaterOrEqual(t, got, 0.9, "every %s, %v a sample", every, mean)
		}
	}
}

func TestWhatIsNoFall(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for name, value := range map[string]func(i int, total float64) (float64, bool){
		"rises":                     func(_ int, total float64) (float64, bool) { return total, true },
		"goes back by one":          func(i int, total float64) (float64, bool) { return total - float64(i%3/2), true },
		"an old value now and then": func(i int, total float64) (float64, bool) { return total - float64(i%40/39)*50, true },
		"forgotten, and counted from zero": func(i int, _ float64) (float64, bool) {
			return float64(i%6 + 1), i%6 < 3
		},
		"never counts": func(int, float64) (float64, bool) { return 7, true },
	} {
		t.Run(name, func(t *testing.T) {
			var samples []Sample
			total := 100.0
			for i := range 240 {
				total += services.Poisson(r, 20)
				if v, there := value(i, total); there {
					samples = append(samples, at(i, 15*time.Second, v))
				}
			}
			require.Empty(t, PatternOf(samples).Cause())
		})
	}
	require.Empty(t, PatternOf(nil).Cause())
}
