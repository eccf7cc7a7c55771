package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// binomial is the probability of x bad ones among n.
func binomial(n, x int, p float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(x + 1))
	c, _ := math.Lgamma(float64(n - x + 1))
	return math.Exp(a-b-c) * math.Pow(p, float64(x)) * math.Pow(1-p, float64(n-x))
}

// TestLikelihoodRatioIsBounded works out E[L] over every outcome of two arms with few requests: under the claim it is
// at most 1 for each alternative, at its border and inside, for claims about either arm, with shifts of either sign.
func TestLikelihoodRatioIsBounded(t *testing.T) {
	for _, n := range [][2]int{{1, 1}, {3, 5}, {8, 2}, {6, 6}} {
		for _, ratio := range []float64{0.5, 1, 1.1, 2} {
			for _, shift := range []float64{-0.05, 0, 0.01, 0.1} {
				for arm := range 2 {
					for _, other := range []float64{0, 0.001, 0.05, 0.3, 0.5} {
						for _, part := range []float64{1, 0.7} {
							c := claim{ratio: ratio, shift: shift, arm: arm}
							tested := (ratio*other + shift) * part
							if tested < 0 || tested > 1 {
								continue
							}
							pA, pB := other, tested
							if arm == 1 {
								pA, pB = tested, other
							}
							for k, e := range expected(c, n[0], n[1], pA, pB) {
								assert.LessOrEqual(t, e, 1+1e-9, "%+v of %v at %v and %v, alternative %d", c, n, pA, pB, k)
							}
						}
					}
				}
			}
		}
	}
}

func expected(c claim, nA, nB int, pA, pB float64) gainsOf {
	var sum gainsOf
	for xA := range nA + 1 {
		for xB := range nB + 1 {
			gains := c.gainsOf(stratum{nA: float64(nA), nB: float64(nB), xA: float64(xA), xB: float64(xB)})
			p := binomial(nA, xA, pA) * binomial(nB, xB, pB)
			for k, g := range gains {
				sum[k] += p * math.Exp(g)
			}
		}
	}
	return sum
}

// gainsOf are the gains of a stratum alone, as the engine works them out.
func (c claim) gainsOf(s stratum) (out gainsOf) {
	logW := math.Log(s.nB / s.nA)
	one := cell{at: cellOf(logW)}
	one.add(s, logW, true)
	newSeries(c, one.at).gains(&one, c, out[:])
	return out
}

// TestScoreIsBounded works out the mean gain of a bet over both signs of a difference: at most 1 at any stake.
func TestScoreIsBounded(t *testing.T) {
	for _, lambda := range stakes {
		for u := 0.0; u <= scoreLimit; u += 0.01 {
			bet := func(u float64) float64 { return math.Exp(lambda*u - math.Log(math.Cosh(lambda*u))) }
			assert.LessOrEqual(t, (bet(u)+bet(-u))/2, 1+1e-12)
		}
	}
}

func TestPriorsSumToOne(t *testing.T) {
	sum, hours := 0.0, 0.0
	for j := range 4 * 100_000 {
		sum += startPrior(j)
	}
	for h := range 100_000 {
		hours += hourPrior(h)
	}
	assert.InDelta(t, 1, sum, 1e-5)
	assert.LessOrEqual(t, sum, 1.0)
	assert.InDelta(t, 1, hours, 1e-5)
	weights := 0.0
	for _, w := range effects.weight {
		weights += w
	}
	assert.InDelta(t, 1, weights, 1e-12)
}

func run(t *testing.T, p Params, ticks []Tick) Evidence {
	t.Helper()
	test, err := NewTest(p)
	require.NoError(t, err)
	for _, tick := range ticks {
		require.NoError(t, test.Add(tick))
	}
	return test.Evidence()
}

// TestMonotoneInMargin: a larger margin never has more evidence against it, and never less for Within.
func TestMonotoneInMargin(t *testing.T) {
	for seed := range uint64(6) {
		ticks := traffic{ticks: 400, processes: 3, rps: 40, share: 0.5, bad: 0.02, factor: 1 + float64(seed)/4, from: 100}.make(seed)
		for _, q := range []Question{Worse, Better, Within} {
			before := math.NaN()
			for _, m := range []float64{0, 0.05, 0.1, 0.25, 0.5, 1} {
				now := run(t, Params{Question: q, Relative: m}, ticks).Log
				if q == Within {
					assert.False(t, now < before-1e-9, "within %v: %v after %v", m, now, before)
				} else {
					assert.False(t, now > before+1e-9, "question %d, margin %v: %v after %v", q, m, now, before)
				}
				before = now
			}
			before = math.NaN()
			for _, d := range []float64{0, 0.0005, 0.001, 0.002, 0.005} {
				now := run(t, Params{Question: q, Relative: 0.05, Absolute: d}, ticks).Log
				if q == Within {
					assert.False(t, now < before-1e-9, "within %v: %v after %v", d, now, before)
				} else {
					assert.False(t, now > before+1e-9, "question %d, margin %v: %v after %v", q, d, now, before)
				}
				before = now
			}
		}
	}
}

// TestOrderOfStrata: the strata of a tick may come in any order.
func TestOrderOfStrata(t *testing.T) {
	ticks := traffic{ticks: 200, processes: 9, rps: 30, share: 0.3, bad: 0.03, factor: 2}.make(4)
	want := run(t, Params{Absolute: 0.001}, ticks)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range ticks {
		strata := slices.Clone(ticks[i].Strata)
		rng.Shuffle(len(strata), func(a, b int) { strata[a], strata[b] = strata[b], strata[a] })
		ticks[i].Strata = strata
	}
	assert.Equal(t, want, run(t, Params{Absolute: 0.001}, ticks))
}

// TestArmsSwapped: Better is Worse with the arms swapped.
func TestArmsSwapped(t *testing.T) {
	ticks := traffic{ticks: 300, processes: 2, rps: 30, share: 0.3, bad: 0.03, factor: 2, from: 60}.make(4)
	p := Params{Relative: 0.1, Absolute: 0.001}
	want := run(t, p, ticks)
	for i := range ticks {
		for k, s := range ticks[i].Strata {
			ticks[i].Strata[k].A, ticks[i].Strata[k].B = s.B, s.A
		}
	}
	p.Question = Better
	got := run(t, p, ticks)
	assert.InDelta(t, want.Log, got.Log, 1e-9)
	assert.Equal(t, want.FiredAt, got.FiredAt)
}

// TestEmptyStrata: strata without requests on an arm, and ticks without any, change nothing but the time.
func TestEmptyStrata(t *testing.T) {
	ticks := traffic{ticks: 120, processes: 2, rps: 10, share: 0.5, bad: 0.05, factor: 2}.make(4)
	missing := append(slices.Clone(ticks[:50]), ticks[60:]...)
	for i := 50; i < 60; i++ {
		ticks[i].Strata = []Stratum{{Key: 7, A: Counts{N: 10, X: 5}}, {Key: 8, B: Counts{N: 10, X: 5}}, {Key: 9}}
	}
	assert.Equal(t, run(t, Params{Absolute: 0.001}, missing), run(t, Params{Absolute: 0.001}, ticks))
}

// TestSurely: with requests enough, each question is answered, and the interval with it.
func TestSurely(t *testing.T) {
	for _, test := range []struct {
		factor                float64
		worse, better, within bool
	}{{3, true, false, false}, {1, false, false, true}, {0.3, false, true, true}} {
		c := compare(t, Params{Relative: 0.25}, traffic{ticks: 200, processes: 2, rps: 300, share: 0.5, bad: 0.02, factor: test.factor}.make(1))
		assert.Equal(t, test.worse, c.Worse().Live(), test.factor)
		assert.Equal(t, test.better, c.Better().Live(), test.factor)
		assert.Equal(t, test.within, c.Within().Live(), test.factor)
		i := c.Interval()
		assert.Less(t, i.Lower.Ratio, test.factor)
		assert.Greater(t, i.Upper.Ratio, test.factor)
	}
}

func compare(t *testing.T, p Params, ticks []Tick) *Comparison {
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
	for _, p := range []Params{{Relative: 0.1}, {Relative: 0.1, Absolute: 0.001, Profile: Brisk}, {Daily: true, Start: 86400 - 3600}} {
		ticks := traffic{ticks: 330, processes: 6, rps: 60, share: 0.4, bad: 0.02, factor: 1.6, from: 150, start: p.Start}.make(2)
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

// TestPeakIsTheLargestLook compares the peak, which skips looks that cannot be news, with a look at every tick.
func TestPeakIsTheLargestLook(t *testing.T) {
	for seed := range uint64(8) {
		ticks := traffic{ticks: 500, processes: 5, rps: 100, share: 0.5, bad: 0.01, factor: 1 + float64(seed%4)/5, from: 200}.make(seed)
		test, err := NewTest(Params{})
		require.NoError(t, err)
		largest, at := math.Log(leastNews), int64(0)
		for _, tick := range ticks {
			require.NoError(t, test.Add(tick))
			if e := test.Evidence(); e.Log > largest && largest < maxLog-3 {
				largest, at = e.Log, tick.End
			}
		}
		e := test.Evidence()
		if at == 0 {
			assert.Zero(t, e.Peak)
		} else {
			assert.Equal(t, largest, e.Peak)
		}
		assert.Equal(t, at, e.PeakAt)
	}
}

// TestIntervalAgrees holds the interval to the verdict at every look, over effects from harmful to helpful.
func TestIntervalAgrees(t *testing.T) {
	for _, p := range []Params{{}, {Relative: 0.1}, {Absolute: 0.002}, {Relative: 0.1, Absolute: 0.002}} {
		for seed, factor := range []float64{0.3, 0.8, 1, 1.15, 1.4, 3} {
			c, err := NewComparison(p)
			require.NoError(t, err)
			for i, tick := range (traffic{ticks: 240, processes: 2, rps: 60, share: 0.5, bad: 0.02, factor: factor}).make(uint64(seed)) {
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
	p := Params{Relative: 0.1, Absolute: 0.001, Frequent: true}
	check := func(values [24][4]float64, question, profile bool) bool {
		if question {
			p.Question = Better
		}
		if profile {
			p.Profile = Brisk
		}
		return survives(t, p, values[:])
	}
	require.NoError(t, quick.Check(check, &quick.Config{MaxCount: 300, Rand: nil}))
}

func survives(t *testing.T, p Params, values [][4]float64) bool {
	t.Helper()
	c, err := NewComparison(p)
	require.NoError(t, err)
	end := int64(0)
	for i, v := range values {
		end += int64(i%5)*47 + 1
		before := c.Worse()
		if err := c.Add(Tick{End: end, Strata: []Stratum{{Key: i % 3, A: Counts{v[0], v[1]}, B: Counts{v[2], v[3]}}}}); err != nil {
			if before != c.Worse() {
				return false
			}
		}
		for _, e := range []Evidence{c.Worse(), c.Better(), c.Within()} {
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
		p := Params{Question: Worse, Frequent: mode&4 > 0, Daily: mode&8 > 0}
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
