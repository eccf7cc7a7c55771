package verdict

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// allWays is a set of series that are judged in all ways: by shares, by tails with edges that were chosen and with others, by means,
// with processes that are added up because they are sparse, and with groups of them because each arm has its own.
func allWays(minutes int) map[string]struct {
	signal model.Signal
	series counts.Series
} {
	type one = struct {
		signal model.Signal
		series counts.Series
	}
	s := worsening(minutes)
	all := map[string]one{
		"share":  {errorsSignal, s.series(errorsSignal)},
		"tails":  {latencySignal, s.series(latencySignal)},
		"mean":   {revenueSignal, s.series(revenueSignal)},
		"sparse": {errorsSignal, sixty(minutes, worseFrom(minutes/2, 0.05, 2)).series(errorsSignal)},
	}
	apart := s
	apart.processes = 5
	canary := apart.series(errorsSignal)
	for i, tick := range canary.Ticks {
		var whole counts.Stratum
		for g, stratum := range tick.Strata {
			whole.A.Add(counts.Arm{N: stratum.A.N, X: stratum.A.X})
			whole.B.Add(counts.Arm{N: stratum.B.N, X: stratum.B.X})
			whole.PartsA = append(whole.PartsA, counts.Part{Group: g, Arm: stratum.A})
			whole.PartsB = append(whole.PartsB, counts.Part{Group: g, Arm: stratum.B})
		}
		canary.Ticks[i].Strata = []counts.Stratum{whole}
	}
	all["canary"] = one{errorsSignal, canary}
	return all
}

func worsening(minutes int) stream {
	s := steady(minutes, worseFrom(2*minutes/3, 0.02, 1.6))
	s.processes = 6
	s.mean = worseFrom(minutes/3, 2, 1.1)
	s.slow = func(minute int, feature bool) float64 {
		if feature && minute > minutes/2 {
			return 1.3
		}
		return 1
	}
	return s
}

// A copy goes its own way: what either is given later does not change what the other says, to the bit.
func TestCopiesOfJudges(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	for name, test := range allWays(700) {
		for _, daily := range []bool{false, true} {
			o := optionsOf(test.signal, both)
			o.Daily = daily
			ticks := test.series.Ticks
			want, err := Of(o, test.series, Context{})
			require.NoError(t, err)
			judge, err := NewJudge(o, test.series)
			require.NoError(t, err)
			for done := 0; done < len(ticks); {
				more := min(1+random.IntN(90), len(ticks)-done)
				earlier := judge.Clone()
				// What turns out to be wrong is counted by the one, and not by the other.
				wrong := make([]counts.Tick, 0, more)
				for _, tick := range ticks[done : done+more] {
					tick.Strata = append([]counts.Stratum(nil), tick.Strata...)
					for i := range tick.Strata {
						tick.Strata[i].A, tick.Strata[i].B = tick.Strata[i].B, tick.Strata[i].A
						tick.Strata[i].PartsA, tick.Strata[i].PartsB = tick.Strata[i].PartsB, tick.Strata[i].PartsA
					}
					wrong = append(wrong, tick)
				}
				require.NoError(t, judge.Add(wrong...))
				_, err := judge.Verdict(Context{})
				require.NoError(t, err)
				judge = earlier.Clone()
				require.NoError(t, judge.Add(ticks[done:done+more]...))
				_, err = judge.Verdict(Context{})
				require.NoError(t, err)
				done += more
			}
			got, err := judge.Verdict(Context{})
			require.NoError(t, err)
			require.True(t, same(reflect.ValueOf(want), reflect.ValueOf(got)), "%s, daily %t:\n%s\n%s", name, daily, want.Reason, got.Reason)
		}
	}
}

// The room that a judge says that it takes is about what it does; a copy takes a small part of it.
func TestSizes(t *testing.T) {
	heap := func() int64 {
		var memory runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&memory)
		return int64(memory.HeapAlloc)
	}
	for name, test := range allWays(2880) {
		before := heap()
		judge, err := NewJudge(optionsOf(test.signal, both), test.series)
		require.NoError(t, err)
		for _, tick := range test.series.Ticks {
			require.NoError(t, judge.Add(tick))
		}
		_, err = judge.Verdict(Context{})
		require.NoError(t, err)
		took := heap() - before
		require.InEpsilon(t, took, judge.Size(), 0.4, "%s: it takes %d KB and says %d", name, took>>10, judge.Size()>>10)
		before = heap()
		earlier := judge.Clone()
		took = heap() - before
		require.Less(t, took, judge.Size()/2+200_000, name)
		require.InDelta(t, took, earlier.OwnSize(), float64(took)/2+100_000, "%s: a copy takes %d KB and says %d", name, took>>10, earlier.OwnSize()>>10)
		runtime.KeepAlive(judge)
		runtime.KeepAlive(earlier)
	}
}
