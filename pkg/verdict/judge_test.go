package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// steady is traffic of four processes with 75 requests a minute and arm.
func steady(minutes int, bad func(int, bool) float64) stream {
	return stream{minutes: minutes, processes: 4, baseline: 75, feature: 75, bad: bad, seed: 1}
}

var both = model.Margin{Relative: 0.1, Absolute: 0.001}

func TestStates(t *testing.T) {
	lopsided := steady(240, always(0.01))
	lopsided.feature = 60
	heavy := steady(240, always(0.01))
	heavy.feature = 66
	slower := steady(240, nil)
	slower.slow = worseFrom(0, 1, 1.6)
	alike := steady(900, nil)
	gauge := steady(180, nil)
	gauge.mean = worseFrom(0, 1e8, 1.3)
	revenue := steady(180, nil)
	revenue.mean = always(20)
	turned := steady(735, worseFrom(720, 0.01, 3))
	gaugeTurned := steady(600, nil)
	gaugeTurned.mean = worseFrom(580, 1e8, 1.3)
	still := steady(600, nil)
	still.mean = always(1e8)
	laterSlower := steady(940, nil)
	laterSlower.slow = worseFrom(920, 1, 1.6)
	betterAtFirst := steady(617, func(minute int, feature bool) float64 {
		switch {
		case !feature:
			return 0.02
		case minute < 600:
			return 0.005
		}
		return 0.05
	})
	half := []Epoch{{Baseline: 0.5, Feature: 0.5}}
	gaps := steady(240, worseFrom(0, 0.01, 1))
	gaps.lost = func(minute, process int, feature bool) bool { return feature && process == 0 && minute%4 == 0 }
	brokenAndWorse := gaps
	brokenAndWorse.bad = worseFrom(0, 0.01, 4)
	silent := steady(60, always(0.01))
	silent.feature = 0
	for name, test := range map[string]struct {
		stream  stream
		signal  model.Signal
		margin  model.Margin
		context Context
		want    State
	}{
		"errors three times":            {steady(240, worseFrom(0, 0.01, 3)), errorsSignal, both, Context{}, Regressed},
		"errors three times after 6 h":  {steady(480, worseFrom(360, 0.01, 3)), errorsSignal, both, Context{}, Regressed},
		"errors alike, wide margin":     {steady(720, always(0.01)), errorsSignal, model.Margin{Relative: 0.5}, Context{}, WithinMargin},
		"errors alike, too early":       {steady(60, always(0.01)), errorsSignal, both, Context{}, Inconclusive},
		"errors a quarter":              {steady(600, worseFrom(0, 0.02, 0.25)), errorsSignal, both, Context{}, Improved},
		"errors alike, now twice":       {turned, errorsSignal, model.Margin{Relative: 0.5}, Context{}, Inconclusive},
		"errors a quarter, now more":    {betterAtFirst, errorsSignal, both, Context{}, Inconclusive},
		"as fast, now slower":           {laterSlower, latencySignal, model.Margin{Relative: 0.25}, Context{}, Inconclusive},
		"as much memory, now more":      {gaugeTurned, memorySignal, model.Margin{Relative: 0.1}, Context{}, Inconclusive},
		"nine minutes":                  {steady(9, worseFrom(0, 0.01, 3)), errorsSignal, both, Context{}, Insufficient},
		"no feature":                    {silent, errorsSignal, both, Context{}, NoData},
		"fewer hits":                    {steady(240, worseFrom(0, 0.9, 0.7)), hitsSignal, both, Context{}, Regressed},
		"more hits":                     {steady(240, worseFrom(0, 0.5, 1.6)), hitsSignal, both, Context{}, Improved},
		"slower":                        {slower, latencySignal, model.Margin{Relative: 0.25}, Context{}, Regressed},
		"stuck in the far tail":         {stuckFrom(0, 0.004), latencySignal, model.Margin{Relative: 0.25}, Context{}, Regressed},
		"hardly stuck":                  {stuckFrom(0, 0.00005), latencySignal, model.Margin{Relative: 0.25}, Context{}, WithinMargin},
		"stuck of late":                 {stuckFrom(225, 0.01), latencySignal, model.Margin{Relative: 0.5}, Context{}, Inconclusive},
		"as fast":                       {alike, latencySignal, model.Margin{Relative: 0.25}, Context{}, WithinMargin},
		"more memory":                   {gauge, memorySignal, model.Margin{Relative: 0.1}, Context{}, Regressed},
		"memory that hardly moves":      {still, memorySignal, model.Margin{Relative: 0.1}, Context{}, WithinMargin},
		"the same revenue":              {revenue, revenueSignal, model.Margin{Relative: 0.1}, Context{}, WithinMargin},
		"fewer requests than allocated": {lopsided, errorsSignal, both, Context{Expected: half}, Withheld},
		"as heavy users split it":       {heavy, errorsSignal, both, Context{Expected: half}, WithinMargin},
		"as many as allocated":          {steady(60, always(0.01)), errorsSignal, both, Context{Expected: half}, Inconclusive},
		"a process lacks the feature":   {gaps, errorsSignal, both, Context{}, Withheld},
		"worse by counts that cannot be true": {
			steady(600, worseFrom(0, 0.01, 3)), errorsSignal, both, Context{Doubt: Doubt{Why: "two processes write one series"}}, Withheld,
		},
		"worse in spite of gaps": {brokenAndWorse, errorsSignal, both, Context{}, Regressed},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := Of(optionsOf(test.signal, test.margin), test.stream.series(test.signal), test.context)
			require.NoError(t, err)
			require.Equal(t, test.want, v.State, v.Reason)
			requireConsistent(t, v)
		})
	}
}

// Where nothing bad happens, or with the feature alone, every ratio is the same difference: what is not known has no bound.
func TestNothingBadAndNoMargin(t *testing.T) {
	for name, test := range map[string]struct {
		bad    float64
		margin model.Margin
		want   string
	}{
		"none, no margin":       {0, model.Margin{}, "0% against 0% with off, 0 pp, no margin. Neither variant has had one yet, which proves nothing without an absolute margin."},
		"none, relative margin": {0, model.Margin{Relative: 0.1}, "0% against 0% with off, 0 pp, margin +10%. Neither variant has had one yet"},
		"one with the feature":  {1, model.Margin{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			series := steady(120, always(0)).series(errorsSignal)
			series.Ticks[60].Strata[0].B.X = test.bad
			v, err := Of(optionsOf(errorsSignal, test.margin), series, Context{})
			require.NoError(t, err)
			require.Equal(t, Inconclusive, v.State)
			requireConsistent(t, v)
			if test.bad == 0 {
				require.Equal(t, math.Inf(-1), v.Lower)
				require.Equal(t, math.Inf(1), v.Upper)
				require.Contains(t, v.Reason, test.want)
				require.Empty(t, v.Texts().Interval)
			}
		})
	}
}

// stuckFrom has a part of the feature's requests that end beyond the last edge, from a minute on.
func stuckFrom(minute int, part float64) stream {
	s := steady(240, nil)
	s.stuck = func(at int, feature bool) float64 {
		if feature && at >= minute {
			return part
		}
		return 0
	}
	return s
}

// The far tail is judged by more than is tolerated of the others, and that is what the words say.
func TestTheFarTailIsSaid(t *testing.T) {
	v, err := Of(optionsOf(latencySignal, model.Margin{Relative: 0.25}), stuckFrom(0, 0.004).series(latencySignal), Context{})
	require.NoError(t, err)
	require.Equal(t, "p99.9", v.Stat)
	require.Equal(t, 10.0, v.Edge)
	require.Contains(t, v.Headline, "take over 10 s")
	require.Contains(t, v.Headline, "; +0.01 tolerated)")
	require.Equal(t, "+25% and +0.01 pp", v.Texts().Margin)
	requireConsistent(t, v)
}

// Up to 5 percentage points, a few users who send very many requests may have made the split what it is.
func TestHeavyUsers(t *testing.T) {
	s := steady(240, always(0.01))
	s.feature = 66
	v, err := Of(optionsOf(errorsSignal, both), s.series(errorsSignal), Context{Expected: []Epoch{{Baseline: 0.5, Feature: 0.5}}})
	require.NoError(t, err)
	require.Equal(t, ShareUneven, v.Share.State)
	require.GreaterOrEqual(t, v.Share.Evidence, 1.0)
	require.Contains(t, v.Reason, "against 50.0 : 50.0 that were allocated: a few users who send very many of them would do that")
	require.Equal(t, "uneven", v.Texts().ShareWord)
	require.Contains(t, v.Texts().Share, "as a few heavy users would make it")
}

// requireConsistent fails where state, evidence and interval contradict each other.
func requireConsistent(t *testing.T, v Verdict) {
	t.Helper()
	require.Equal(t, v.State == Regressed, v.Evidence >= 1, "evidence %v of %s", v.Evidence, v.State)
	require.Equal(t, v.State == Regressed, v.FiredAt != 0)
	require.Equal(t, v.State == Regressed && v.Live == Regressed, v.EvidenceLive >= 1 && v.State == Regressed)
	require.True(t, v.P >= 0 && v.P <= 1, "p %v", v.P)
	require.NotEmpty(t, v.Reason)
	if v.State == NoData || v.State == Insufficient {
		return
	}
	if v.context.Doubt.Why != "" {
		require.True(t, math.IsNaN(v.Difference) && math.IsNaN(v.NBaseline) && math.IsNaN(v.NVariant), "no number that cannot be true is shown")
		return
	}
	require.False(t, math.IsNaN(v.Difference), "%s has no difference", v.State)
	slack := 1e-9 * (1 + math.Abs(v.Difference))
	require.LessOrEqual(t, v.Lower, v.Difference+slack, v.Reason)
	require.GreaterOrEqual(t, v.Upper, v.Difference-slack, v.Reason)
	// Beyond is how far a bound lies on the worse side of the margin.
	sign := v.worse()
	near, far := sign*(v.Lower-v.Margin), sign*(v.Upper-v.Margin)
	if sign < 0 {
		near, far = far, near
	}
	switch v.State {
	case Regressed:
		require.GreaterOrEqual(t, near, -slack, "regressed: the whole interval lies beyond the margin: %s", v.Reason)
	case WithinMargin:
		require.LessOrEqual(t, far, slack, "within the margin: the whole interval does: %s", v.Reason)
	case Improved:
		require.LessOrEqual(t, sign*v.Difference, slack, v.Reason)
		require.LessOrEqual(t, far, slack, v.Reason)
	case Inconclusive:
		require.Negative(t, near, "inconclusive: the interval straddles the margin: %s", v.Reason)
		require.Positive(t, far, "inconclusive: the interval straddles the margin: %s", v.Reason)
	}
}

// Whatever the traffic does, at every look: state, interval and evidence agree; regressed stays; no number is no number.
func TestVerdictsNeverContradictThemselves(t *testing.T) {
	signals := []model.Signal{errorsSignal, latencySignal, hitsSignal, memorySignal, revenueSignal}
	margins := []model.Margin{{}, {Relative: 0.1}, {Absolute: 0.002}, both, {Relative: 0.5}}
	seen := map[State]int{}
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 99))
		signal, margin := signals[random.IntN(len(signals))], margins[random.IntN(len(margins))]
		s := arbitrary(random, signal)
		o := optionsOf(signal, margin)
		if random.IntN(3) == 0 {
			o.Profile = model.ProfileBrisk
		}
		t.Run(fmt.Sprintf("%d %s %v", seed, signal.ID, margin), func(t *testing.T) {
			series := s.series(signal)
			judge, err := NewJudge(o, series)
			require.NoError(t, err)
			regressed := false
			for i, tick := range series.Ticks {
				require.NoError(t, judge.Add(tick))
				if i%17 != 0 && i != len(series.Ticks)-1 {
					continue
				}
				v, err := judge.Verdict(Context{Expected: []Epoch{{Baseline: s.baseline, Feature: s.feature}}})
				require.NoError(t, err)
				requireConsistent(t, v)
				require.False(t, regressed && v.State != Regressed, "regressed is latched")
				regressed = regressed || v.State == Regressed
				seen[v.State]++
			}
		})
	}
	for _, state := range []State{Regressed, Improved, WithinMargin, Inconclusive, Insufficient} {
		require.Positive(t, seen[state], "the streams never came to %s, so nothing was tested of it", state)
	}
}

// arbitrary is traffic that does anything: steps, bursts, silence, restarts of a verdict's luck.
func arbitrary(random *rand.Rand, signal model.Signal) stream {
	from, until := random.IntN(120), 120+random.IntN(200)
	times := []float64{0.2, 0.7, 1, 1, 1.4, 3, 10}[random.IntN(7)]
	base := []float64{0, 0.002, 0.02, 0.3}[random.IntN(4)]
	if signal.Direction == model.HigherIsBetter && base == 0 {
		base = 0.5
	}
	effect := func(minute int, feature bool) float64 {
		if feature && minute >= from && minute < until {
			return times
		}
		return 1
	}
	s := stream{
		minutes: 100 + random.IntN(260), processes: 1 + random.IntN(6), seed: random.Uint64(),
		baseline: []float64{0.3, 5, 60}[random.IntN(3)], feature: []float64{0.3, 5, 60}[random.IntN(3)],
		bad:  func(minute int, feature bool) float64 { return math.Min(base*effect(minute, feature), 1) },
		slow: effect,
		mean: func(minute int, feature bool) float64 { return 20 * effect(minute, feature) },
	}
	if random.IntN(3) == 0 {
		s.lost = func(minute, process int, feature bool) bool { return feature && (minute+process)%9 == 0 }
	}
	return s
}

// Ticks one by one, or all at once: the same verdict, to the bit.
func TestJudgeIsAppendOnly(t *testing.T) {
	for _, signal := range []model.Signal{errorsSignal, latencySignal, revenueSignal} {
		random := rand.New(rand.NewPCG(5, 5))
		s := arbitrary(random, signal)
		s.minutes = 200
		series := s.series(signal)
		o := optionsOf(signal, both)
		slow, err := NewJudge(o, series)
		require.NoError(t, err)
		for i, tick := range series.Ticks {
			require.NoError(t, slow.Add(tick))
			if i%50 != 49 {
				continue
			}
			_, err = slow.Verdict(Context{}) // looking changes nothing
			require.NoError(t, err)
		}
		byTick, err := slow.Verdict(Context{})
		require.NoError(t, err)
		atOnce, err := Of(o, series, Context{})
		require.NoError(t, err)
		require.True(t, same(reflect.ValueOf(byTick), reflect.ValueOf(atOnce)), "%s\n%s", byTick.Reason, atOnce.Reason)
		require.ErrorContains(t, slow.Add(series.Ticks[3]), "does not follow")
	}
}

// same compares two values with NaN equal to NaN.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float()) || a.Float() == b.Float()
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.String:
		return a.String() == b.String()
	case reflect.Int, reflect.Int64:
		return a.Int() == b.Int()
	case reflect.Bool:
		return a.Bool() == b.Bool()
	}
	return true
}

func TestJudgeRefuses(t *testing.T) {
	throughput := errorsSignal
	throughput.Direction = model.Neutral
	_, err := NewJudge(optionsOf(throughput, both), counts.Series{Step: 60})
	require.ErrorIs(t, err, ErrNeutral)
	for name, change := range map[string]func(*Options){
		"alpha 0":  func(o *Options) { o.Alpha = 0 },
		"alpha 1":  func(o *Options) { o.Alpha = 1 },
		"weight 2": func(o *Options) { o.Weight = 2 },
	} {
		o := optionsOf(errorsSignal, both)
		change(&o)
		_, err := NewJudge(o, counts.Series{Step: 60, Start: begin})
		require.Error(t, err, name)
	}
}
