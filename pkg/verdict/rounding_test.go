package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

var (
	headlineNumbers = regexp.MustCompile(`\(([+−]?[0-9.]+) to ([+−]?[0-9.]+)\), (?:no margin|margin ([+−]?[0-9.]+) pp)`)
	detailNumbers   = regexp.MustCompile(`\(([+−]?[0-9.]+) to ([+−]?[0-9.]+)\), margin (?:none|([+−]?[0-9.]+) pp)$`)
)

// written are the bounds and the margin as a sentence has them.
func written(t *testing.T, pattern *regexp.Regexp, text string) (lower, upper, margin float64) {
	t.Helper()
	found := pattern.FindStringSubmatch(text)
	require.NotNil(t, found, text)
	number := func(s string) float64 {
		if s == "" {
			return 0
		}
		x, err := strconv.ParseFloat(strings.NewReplacer("−", "-", "+", "").Replace(s), 64)
		require.NoError(t, err)
		return x
	}
	return number(found[1]), number(found[2]), number(found[3])
}

// TestNoSentenceContradictsItsState: whatever is rounded, a sentence whose bounds say one thing does not begin with another,
// close to the margin above all, where a state begins.
func TestNoSentenceContradictsItsState(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 7))
	rounded := 0
	for range 20_000 {
		signal, sign := errorsSignal, 1.0
		if random.IntN(2) == 0 {
			signal, sign = hitsSignal, -1
		}
		m := []model.Margin{{}, {Absolute: 0.001}, {Absolute: 0.0025}, {Absolute: 0.02}, {Relative: 0.1, Absolute: 0.001}}[random.IntN(5)]
		baseline := math.Exp(-7 * random.Float64())
		margin := m.Absolute + m.Relative*baseline
		// Close to the margin, by any distance, and another bound anywhere.
		near := math.Exp(-12*random.Float64()) * 0.01
		far := near + math.Exp(-8*random.Float64())*0.5
		state := []State{Regressed, WithinMargin, Improved, Inconclusive}[random.IntN(4)]
		var lower, upper float64
		switch state {
		case Regressed:
			lower, upper = margin+near, margin+far
		case WithinMargin:
			lower, upper = margin-far, margin-near
		case Improved:
			lower, upper = -margin-far, -margin-near
		case Inconclusive:
			lower, upper = margin-near, margin+far
			if random.IntN(2) == 0 {
				lower, upper = margin-far, margin+near
			}
		}
		v := said(signal, m, func(v *Verdict) {
			v.State, v.Margin = state, sign*margin
			v.Lower, v.Upper = lower, upper
			if sign < 0 {
				v.Lower, v.Upper = -upper, -lower
			}
			v.Difference = v.Lower + (v.Upper-v.Lower)*random.Float64()
			v.BaselineValue, v.VariantValue = baseline, baseline+v.Difference
		})
		v.explain(Context{})
		texts := []struct {
			pattern *regexp.Regexp
			text    string
		}{{headlineNumbers, v.Headline}, {detailNumbers, v.Texts().Detail}}
		if m.Relative > 0 {
			texts = texts[:1]
		}
		for _, sentence := range texts {
			low, high, at := written(t, sentence.pattern, sentence.text)
			if sign < 0 {
				low, high, at = -high, -low, -at
			}
			switch state {
			case Regressed:
				require.GreaterOrEqual(t, low, at, sentence.text)
			case WithinMargin:
				require.LessOrEqual(t, high, at, sentence.text)
			case Improved:
				require.Less(t, high, 0.0, sentence.text)
			case Inconclusive:
				require.Less(t, low, at, sentence.text)
				require.Greater(t, high, at, sentence.text)
			}
			require.LessOrEqual(t, low, high, sentence.text)
			if math.Abs(low/100-math.Min(sign*v.Lower, sign*v.Upper)) > 0.51e-4 {
				rounded++
			}
		}
	}
	require.Positive(t, rounded)
}

// TestNoSentenceOfAHistogramContradictsItsState: the margin is relative, and written in percentage points beside the bounds.
func TestNoSentenceOfAHistogramContradictsItsState(t *testing.T) {
	pattern := regexp.MustCompile(`, ([+−]?[0-9.]+) to ([+−]?[0-9.]+); (?:none|([+−]?[0-9.]+)) tolerated\)`)
	random := rand.New(rand.NewPCG(2, 7))
	for range 20_000 {
		baseline := math.Exp(-7 * random.Float64())
		margin := baseline * []float64{0, 0.1, 0.25}[random.IntN(3)]
		near := math.Exp(-12*random.Float64()) * 0.01
		far := near + math.Exp(-8*random.Float64())*0.5
		state := []State{Regressed, WithinMargin, Improved, Inconclusive}[random.IntN(4)]
		lower, upper := margin+near, margin+far
		switch state {
		case WithinMargin:
			lower, upper = margin-far, margin-near
		case Improved:
			lower, upper = -margin-far, -margin-near
		case Inconclusive:
			lower = margin - near
		}
		v := said(latencySignal, model.Margin{Relative: margin / baseline}, func(v *Verdict) {
			v.State, v.Stat, v.Edge, v.Margin, v.Lower, v.Upper = state, "p95", 0.25, margin, lower, upper
			v.Difference = lower + (upper-lower)*random.Float64()
			v.JudgedBaseline, v.JudgedVariant = baseline, baseline+v.Difference
		})
		v.explain(Context{})
		for _, text := range []string{v.Headline, v.Texts().Detail} {
			low, high, at := written(t, pattern, text)
			switch state {
			case Regressed:
				require.GreaterOrEqual(t, low, at, text)
			case WithinMargin:
				require.LessOrEqual(t, high, at, text)
			case Improved:
				require.Less(t, high, 0.0, text)
			case Inconclusive:
				require.Less(t, low, at, text)
				require.Greater(t, high, at, text)
			}
			require.Contains(t, text, v.Texts().Difference+", "+v.Texts().Interval, "the table writes the same numbers")
		}
	}
}

// TestBoundsAreRoundedAwayFromTheMargin, with its digits, and only where they have to be.
func TestBoundsAreRoundedAwayFromTheMargin(t *testing.T) {
	for want, v := range map[string]Verdict{
		"+1.2 pp (+0.21 to +2.20), margin +0.21 pp (10% and 0.10 pp)": said(errorsSignal, both, func(v *Verdict) {
			v.State, v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = Regressed, 0.011, 0.023, 0.012, 0.00213, 0.022, 0.0021
		}),
		"+1.2 pp (+0.2 to +2.2), margin +0.21 pp (10% and 0.10 pp)": said(errorsSignal, both, func(v *Verdict) {
			v.State, v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = Inconclusive, 0.011, 0.023, 0.012, 0.00205, 0.022, 0.0021
		}),
	} {
		v.explain(Context{})
		require.Contains(t, strings.Replace(v.Headline, "+1.20 pp", "+1.2 pp", 1), want, fmt.Sprint(v.State))
	}
}
