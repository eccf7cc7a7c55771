package confseq

import (
	"math"
	"testing"
	"testing/quick"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/eprocess"
	"github.com/flaglens/flaglens/pkg/stats/internal/simulated"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// TestSurely: with requests enough, each question is answered, and the interval with it.
func TestSurely(t *testing.T) {
	for _, test := range []struct {
		factor                float64
		worse, better, within bool
	}{{3, true, false, false}, {1, false, false, true}, {0.3, false, true, true}} {
		c := compare(t, eprocess.Params{Relative: 0.25}, simulated.Traffic{Ticks: 200, Processes: 2, RPS: 300, Share: 0.5, Bad: 0.02, Factor: test.factor}.Make(1))
		assert.Equal(t, test.worse, c.Worse().Live(), test.factor)
		assert.Equal(t, test.better, c.Better().Live(), test.factor)
		assert.Equal(t, test.within, c.Within().Live(), test.factor)
		i := c.Interval()
		assert.Less(t, i.Lower.Ratio, test.factor)
		assert.Greater(t, i.Upper.Ratio, test.factor)
	}
}

func compare(t *testing.T, p eprocess.Params, ticks []strata.Tick) *Comparison {
	t.Helper()
	c, err := NewComparison(p)
	require.NoError(t, err)
	for _, tick := range ticks {
		require.NoError(t, c.Add(tick))
	}
	return c
}

// TestAtOnceOrTickByTick: looking changes nothing; what was looked at on the way ends with the same bits.
func TestAtOnceOrTickByTick(t *testing.T) {
	for _, p := range []eprocess.Params{{Relative: 0.1}, {Relative: 0.1, Absolute: 0.001, Profile: eprocess.Brisk}, {Daily: true, Start: 86400 - 3600}} {
		ticks := simulated.Traffic{Ticks: 330, Processes: 6, RPS: 60, Share: 0.4, Bad: 0.02, Factor: 1.6, From: 150, Start: p.Start}.Make(2)
		once := compare(t, p, ticks)
		looked, err := NewComparison(p)
		require.NoError(t, err)
		for i, tick := range ticks {
			require.NoError(t, looked.Add(tick))
			if i%7 == 0 {
				looked.Worse()
				looked.Better()
				looked.Interval()
				_, err := looked.IntervalThen(ticks[i/2].End)
				require.NoError(t, err)
			}
		}
		assert.Equal(t, once.Worse(), looked.Worse())
		assert.Equal(t, once.Better(), looked.Better())
		assert.Equal(t, once.Within(), looked.Within())
		assert.Equal(t, once.Interval(), looked.Interval())
		then, err := once.IntervalThen(ticks[200].End)
		require.NoError(t, err)
		early := compare(t, p, ticks[:201])
		assert.Equal(t, early.Interval(), then)
	}
}

// TestIntervalAgrees holds the interval to the verdict at every look, over effects from harmful to helpful.
func TestIntervalAgrees(t *testing.T) {
	for _, p := range []eprocess.Params{{}, {Relative: 0.1}, {Absolute: 0.002}, {Relative: 0.1, Absolute: 0.002}} {
		for seed, factor := range []float64{0.3, 0.8, 1, 1.15, 1.4, 3} {
			c, err := NewComparison(p)
			require.NoError(t, err)
			for i, tick := range (simulated.Traffic{Ticks: 240, Processes: 2, RPS: 60, Share: 0.5, Bad: 0.02, Factor: factor}).Make(uint64(seed)) {
				require.NoError(t, c.Add(tick))
				if i%20 != 19 {
					continue
				}
				agrees(t, c)
			}
			if worse := c.Worse(); worse.Fired() {
				then, err := c.IntervalThen(worse.PeakAt)
				require.NoError(t, err)
				assert.GreaterOrEqual(t, then.Lower.Difference(0.02), then.Margin.Difference(0.02))
			}
		}
	}
}

// TestIntervalAgreesAsItTurns: while the latest minutes keep Within or Better from being said that hours speak for, the
// interval straddles the margin again.
func TestIntervalAgreesAsItTurns(t *testing.T) {
	for _, factor := range []float64{1, 0.4} {
		c, err := NewComparison(eprocess.Params{Relative: 0.25, Absolute: 0.002})
		require.NoError(t, err)
		held := 0
		for i, tick := range (simulated.Traffic{Ticks: 400, Processes: 2, RPS: 100, Share: 0.5, Bad: 0.02, Factor: factor}).Make(3) {
			if i >= 360 {
				for k := range tick.Strata {
					tick.Strata[k].B.X = min(tick.Strata[k].B.N, tick.Strata[k].B.X*2/factor)
				}
			}
			require.NoError(t, c.Add(tick))
			if i >= 350 {
				agrees(t, c)
				if within := c.Within(); within.Log > within.Threshold && !within.Live() && !c.Worse().Live() {
					held++
					margin := c.Interval().Margin.Difference(0.02)
					assert.Greater(t, c.Interval().Upper.Difference(0.02), margin)
				}
			}
		}
		assert.Positive(t, held, "it was never kept from being said")
	}
}

func agrees(t *testing.T, c *Comparison) {
	t.Helper()
	i := c.Interval()
	const share = 0.02
	low, high, margin, better := i.Lower.Difference(share), i.Upper.Difference(share), i.Margin.Difference(share), i.BetterMargin.Difference(share)
	assert.LessOrEqual(t, low, high)
	assert.Equal(t, c.Worse().Live(), low >= margin, "lower %v, margin %v", low, margin)
	if !c.Worse().Live() {
		if better < margin { // without a margin they are one, and the interval that Within closes ends there, too
			assert.Equal(t, c.Better().Live(), high <= better, "upper %v, margin %v", high, better)
		}
		assert.Equal(t, c.Within().Live() || c.Better().Live(), high <= margin, "upper %v, margin %v", high, margin)
	}
}

// TestNoNumberBreaksIt: what is no count errs and changes nothing; whatever is gives finite evidence.
func TestNoNumberBreaksIt(t *testing.T) {
	p := eprocess.Params{Relative: 0.1, Absolute: 0.001, Frequent: true}
	check := func(values [24][4]float64, question, profile bool) bool {
		if question {
			p.Question = eprocess.Better
		}
		if profile {
			p.Profile = eprocess.Brisk
		}
		return survives(t, p, values[:])
	}
	require.NoError(t, quick.Check(check, &quick.Config{MaxCount: 300, Rand: nil}))
}

func survives(t *testing.T, p eprocess.Params, values [][4]float64) bool {
	t.Helper()
	c, err := NewComparison(p)
	require.NoError(t, err)
	end := int64(0)
	for i, v := range values {
		end += int64(i%5)*47 + 1
		before := c.Worse()
		if err := c.Add(strata.Tick{End: end, Strata: []strata.Stratum{{Key: i % 3, A: strata.Counts{N: v[0], X: v[1]}, B: strata.Counts{N: v[2], X: v[3]}}}}); err != nil {
			if before != c.Worse() {
				return false
			}
		}
		for _, e := range []eprocess.Evidence{c.Worse(), c.Better(), c.Within()} {
			for _, x := range []float64{e.Log, e.Peak, e.Windows, e.Events, e.Score, e.Phi, e.Ratio(), e.P()} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					return false
				}
			}
		}
	}
	i := c.Interval()
	for _, share := range []float64{0, 1e-9, 0.3, 1} {
		for _, e := range []Effect{i.Lower, i.Upper, i.Margin, i.BetterMargin} {
			if d := e.Difference(share); math.IsNaN(d) || d < -1 || d > 1 {
				return false
			}
			if math.IsNaN(e.RatioAt(share)) {
				return false
			}
		}
	}
	return true
}

// FuzzEvidence looks for counts that break it, of every magnitude.
func FuzzEvidence(f *testing.F) {
	f.Add(1.0, 0.0, 1.0, 1.0, 1e12, 1e12, 1e-12, 0.0, uint8(0))
	f.Add(1e12, 1e12, 1e-9, 1e-9, 5.0, 0.5, math.MaxFloat64, math.NaN(), uint8(3))
	f.Add(100.0, 1.0, 100.0, 1.0, 1e-300, 0.0, 1.0, 1.0, uint8(7))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h, i float64, mode uint8) {
		p := eprocess.Params{Question: eprocess.Worse, Frequent: mode&4 > 0, Daily: mode&8 > 0}
		if mode&1 > 0 {
			p.Relative = 0.2
		}
		if mode&2 > 0 {
			p.Absolute = 0.01
		}
		var values [][4]float64
		for range 12 {
			values = append(values, [4]float64{a, b, c, d}, [4]float64{e, g, h, i}, [4]float64{h, i, a, b})
		}
		if !survives(t, p, values) {
			t.Fail()
		}
	})
}
