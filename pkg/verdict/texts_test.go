package verdict

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// ratioVerdict is an open verdict on a ratio, changed by what a test is about.
func ratioVerdict(change func(*Verdict)) Verdict {
	nan := math.NaN()
	v := Verdict{
		Options: Options{
			Flag: "checkout-v2", Baseline: "off", Variant: "on", Profile: model.ProfileStrict, Margin: model.Margin{Absolute: 0.0025},
			Signal: model.Signal{ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter},
		},
		State: Inconclusive, Live: Inconclusive, Headline: "Errors: not decided yet.", Reason: "Errors: not decided yet.", Stat: model.StatRatio,
		Unit: "percentunit", DifferenceUnit: "percentunit", Edge: nan, BaselineValue: 0.0042, VariantValue: 0.0062,
		Difference: 0.002, Lower: 0.0008, Upper: 0.0032, Level: 0.98, NBaseline: 14_600, NVariant: 14_600, BadBaseline: nan, BadVariant: nan,
		Ticks: 372, Processes: 6, Dispersion: 1.8, Until: 1_000_000, Share: Share{Variant: 0.5, Expected: 0.5, State: ShareFair},
	}
	change(&v)
	v.Options.Judged = kind.BuiltIn().Of(v.Options.Signal).Judged
	return v
}

// aboveEdge makes a verdict one on how much of a histogram lies above an edge.
func aboveEdge(v *Verdict, unit string, edge float64) {
	v.Stat, v.Unit, v.Edge, v.Margin = "p95", unit, edge, 0.00925
	v.Options.Signal = model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Unit: unit, Direction: model.LowerIsBetter}
	v.Options.Margin = model.Margin{Relative: 0.25}
}

func TestDetail(t *testing.T) {
	inf := math.Inf(1)
	for name, tt := range map[string]struct {
		change                    func(*Verdict)
		lead, least, short, whole string
	}{
		"a ratio": {func(*Verdict) {}, "Inconclusive", "errors +0.20 pp", "errors +0.20 pp (+0.08 to +0.32)", "errors +0.20 pp (+0.08 to +0.32), margin +0.25 pp"},
		"a histogram by the share above its edge": {func(v *Verdict) {
			v.State, v.Stat, v.Unit, v.Edge = Regressed, "p95", "s", 0.25
			v.Options.Signal = model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Unit: "s", Direction: model.LowerIsBetter}
			v.Options.Margin = model.Margin{Relative: 0.25}
			v.JudgedBaseline, v.JudgedVariant, v.Difference, v.Lower, v.Upper, v.Margin = 0.05, 0.09, 0.04, 0.021, 0.055, 0.0125
		}, "Slower", "latency over 250 ms +4.0 pp", "9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5)",
			"9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)"},
		"a histogram whose interval is open": {func(v *Verdict) {
			v.State, v.Stat, v.Unit, v.Edge = Regressed, "p95", "s", 90
			v.Options.Signal = model.Signal{ID: "jobs_done", Name: "Jobs", Kind: model.KindHistogram, Unit: "s", Direction: model.LowerIsBetter}
			v.JudgedBaseline, v.JudgedVariant, v.Difference, v.Lower, v.Upper, v.Margin = 0.05, 0.09, 0.04, 0.021, inf, 0
		}, "Slower", "jobs done over 1.5 mins +4.0 pp", "jobs done, 9.0% of requests take over 1.5 mins, 5.0% with off (+4.0 pp, +2.1 or more)",
			"jobs done, 9.0% of requests take over 1.5 mins, 5.0% with off (+4.0 pp, +2.1 or more; none tolerated)"},
		"a histogram that improved": {func(v *Verdict) {
			aboveEdge(v, "s", 0.4)
			v.State, v.Difference, v.Lower, v.Upper = Improved, -0.019, -0.026, -0.011
			v.JudgedBaseline, v.JudgedVariant = 0.05, 0.031
		}, "Faster", "latency over 400 ms −1.9 pp", "3.1% of requests take over 400 ms, 5.0% with off (−1.9 pp, −2.6 to −1.1)",
			"3.1% of requests take over 400 ms, 5.0% with off (−1.9 pp, −2.6 to −1.1; +0.9 tolerated)"},
		"a histogram without a difference": {func(v *Verdict) {
			aboveEdge(v, "s", 0.4)
			v.State, v.Difference, v.Lower, v.Upper = WithinMargin, 0, -0.006, 0.005
			v.JudgedBaseline, v.JudgedVariant = 0.05, 0.05
		}, "Within margin", "latency over 400 ms 0.0 pp", "5.0% of requests take over 400 ms, 5.0% with off (0.0 pp, −0.6 to +0.5)",
			"5.0% of requests take over 400 ms, 5.0% with off (0.0 pp, −0.6 to +0.5; +0.9 tolerated)"},
		"a histogram of sizes": {func(v *Verdict) {
			aboveEdge(v, "bytes", 1024)
			v.State, v.Difference, v.Lower, v.Upper = Regressed, 0.137, 0.113, 0.164
			v.JudgedBaseline, v.JudgedVariant = 0.037, 0.174
		}, "Regressed", "latency over 1 KiB +13.7 pp", "17% of requests are over 1 KiB, 3.7% with off (+13.7 pp, +11.3 to +16.4)",
			"17% of requests are over 1 KiB, 3.7% with off (+13.7 pp, +11.3 to +16.4; +0.9 tolerated)"},
		"a quantity of which more is better": {func(v *Verdict) {
			v.State, v.Stat, v.Unit, v.DifferenceUnit = WithinMargin, model.StatRate, "reqps", "reqps"
			v.Options.Signal = model.Signal{ID: "throughput", Kind: model.KindRate, Unit: "reqps", Direction: model.HigherIsBetter}
			v.Options.Margin = model.Margin{Relative: 0.05}
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper = 65, 65.1, 7e-15, -0.6, 0.8
		}, "Within margin", "throughput 0.0 req/s", "throughput 0.0 req/s (−0.6 to +0.8)", "throughput 0.0 req/s (−0.6 to +0.8), margin −5%"},
		"requests that are not split as they should be": {func(v *Verdict) {
			v.State, v.Share = Withheld, Share{Variant: 0.532, Expected: 0.5, State: ShareMismatch}
		}, "Withheld", "46.8 : 53.2 against 50.0 : 50.0 allocated", "46.8 : 53.2 against 50.0 : 50.0 allocated", "46.8 : 53.2 against 50.0 : 50.0 allocated"},
		"processes that are not seen": {func(v *Verdict) {
			v.State, v.Options.Signal.ID = Withheld, "cache_hits"
		}, "Withheld", "cache hits", "cache hits", "cache hits"},
		"too little": {func(v *Verdict) {
			v.State, v.NBaseline, v.NVariant = Insufficient, 200, 14
		}, "Insufficient data", "errors, 214 so far", "errors, 214 so far", "errors, 214 so far"},
		"nothing yet": {func(v *Verdict) {
			v.State, v.NBaseline, v.NVariant = Insufficient, math.NaN(), math.NaN()
		}, "Insufficient data", "errors, nothing so far", "errors, nothing so far", "errors, nothing so far"},
		"no data":    {func(v *Verdict) { v.State = NoData }, "No data", "errors", "errors", "errors"},
		"not judged": {func(v *Verdict) { v.State = "" }, "", "errors +0.20 pp", "errors +0.20 pp (+0.08 to +0.32)", "errors +0.20 pp (+0.08 to +0.32), margin +0.25 pp"},
	} {
		t.Run(name, func(t *testing.T) {
			v := ratioVerdict(tt.change)
			texts := v.Texts()
			assert.Equal(t, []string{tt.lead, tt.least, tt.short, tt.whole}, []string{texts.Lead, texts.DetailLeast, texts.DetailShort, texts.Detail})
		})
	}
}

func TestMarginText(t *testing.T) {
	for want, m := range map[string]model.Margin{
		"+10% and +0.1 pp": {Relative: 0.1, Absolute: 0.001}, "+12.5%": {Relative: 0.125}, "none": {}, "+1.25 pp": {Absolute: 0.0125},
	} {
		v := ratioVerdict(func(v *Verdict) { v.Options.Margin = m })
		assert.Equal(t, want, v.Texts().Margin)
	}
}

func TestADifferenceThatIsNotKnownIsNoNumber(t *testing.T) {
	v := ratioVerdict(func(v *Verdict) {
		v.State, v.Difference, v.Lower, v.Upper = Insufficient, math.NaN(), math.NaN(), math.NaN()
		v.Unit, v.Edge, v.Options.Judged.Form = "s", 0.15, counts.FormTails
	})
	texts := v.Texts()
	assert.Equal(t, []string{numbers.Missing, ""}, []string{texts.Difference, texts.Interval})
}

func TestNotesOfAVerdict(t *testing.T) {
	hour := int64(3600)
	for name, tt := range map[string]struct {
		change             func(*Verdict)
		note, tags, remark string
	}{
		"nothing":       {func(*Verdict) {}, "", "", ""},
		"a forecast":    {func(v *Verdict) { v.Forecast = v.Until + 70*60 }, "in about 1 h 10 m", "", "decided in about 1 h 10 m"},
		"a past one":    {func(v *Verdict) { v.Forecast = v.Until - hour }, "", "", ""},
		"one decided":   {func(v *Verdict) { v.State, v.Forecast = Improved, v.Until+hour }, "", "", ""},
		"a latch":       {func(v *Verdict) { v.State, v.Live = Regressed, WithinMargin }, "now within margin", "now within margin", "now within margin"},
		"observational": {func(v *Verdict) { v.Observational = true }, "observational", "observational, not randomised", "observational, not randomised"},
		"too little": {func(v *Verdict) { v.State, v.Forecast = Insufficient, v.Until+9*hour+700 }, "in about 9 h", "",
			"Errors: not decided yet.; decided in about 9 h"},
	} {
		t.Run(name, func(t *testing.T) {
			v := ratioVerdict(tt.change)
			texts := v.Texts()
			assert.Equal(t, []string{tt.note, tt.tags, tt.remark}, []string{texts.Note, texts.Tags, texts.Remark})
		})
	}
}

func TestExplanationAndFigures(t *testing.T) {
	v := ratioVerdict(func(v *Verdict) { v.Reason += " Rests on 14,600 requests with off." })
	assert.Equal(t, "Rests on 14,600 requests with off.", v.Texts().Explanation, "the reason after its headline")
	v = ratioVerdict(func(v *Verdict) { v.State, v.Live, v.Observational = Regressed, WithinMargin, true })
	assert.Equal(t, "It stands until a new rollout begins; now within margin. Rests on 14,600 of each variant. "+
		"The interval is at 98% and holds at every look. Observational: the variants were targeted, not drawn by lot.", v.Texts().Explanation)
	assert.Equal(t, "372 minutes of 6 processes; counts scatter 1.8 times as much as independent ones; profile strict.", v.Texts().Figures)
	v = ratioVerdict(func(v *Verdict) { v.Ticks, v.Processes, v.Dispersion, v.Options.Profile = 1, 0, 1, "" })
	assert.Equal(t, "One minute.", v.Texts().Figures)
	v = ratioVerdict(func(v *Verdict) { v.Ticks, v.Processes, v.Dispersion, v.Options.Profile = 0, 0, math.NaN(), "" })
	assert.Empty(t, v.Texts().Figures)
}
