package verdict

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
)

// worse is a regression of a share, as it is found in ten hours.
func worse(change func(*Verdict)) Verdict {
	v := blank(Options{
		Flag: "checkout", Baseline: "off", Variant: "on", Margin: model.Margin{Absolute: 0.001},
		Signal: model.Signal{ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter},
		Judged: counts.Judged{Form: counts.FormShare, Requests: true, Stat: model.StatRatio},
	}, Context{})
	v.State, v.Live, v.Level = Regressed, Regressed, 0.99
	v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 0.01, 0.05, 0.04, 0.03, 0.05, 0.001
	v.NBaseline, v.NVariant, v.BadBaseline, v.BadVariant = 10_000, 2_500, 100, 125
	v.RolloutStart, v.Start, v.Since, v.Until, v.latest, v.FiredAt = 1_800_000_000, 1_800_000_000, 1_800_000_000, 1_800_036_000, 1_800_036_000, 1_800_001_800
	if change != nil {
		change(&v)
	}
	return v
}

func TestMessage(t *testing.T) {
	v := worse(nil)
	m := v.Message(0.2)
	require.Equal(t, "checkout on: errors worse: 4.0 more of every 100 requests (5.0 with on, 1.0 with off)", m.Summary)
	require.Equal(t, strings.Join([]string{
		"How much: 4.0 more of every 100 requests, 3.0 to 5.0 at 99%; margin +0.10 pp.",
		"How many: 125 of the 2,500 requests with on; with the share of off it would be 25.",
		"Who has it: on, which serves 20% of the requests of checkout.",
		"Since when: the rollout of 15 Jan 08:00 UTC, 10 h ago; called worse at 15 Jan 08:30 UTC.",
		"What to do: roll checkout back: give on no traffic. Then a new rollout begins, and its verdict anew.",
	}, "\n"), m.Description)
	require.Equal(t, int64(1_800_000_000-3600), m.From)
}

func TestMessageSays(t *testing.T) {
	tests := map[string]struct {
		change func(*Verdict)
		want   string
	}{
		"what is less than one of a thousand of ten thousand": {func(v *Verdict) {
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper = 0.0001, 0.0005, 0.0004, 0.0003, 0.0005
		}, "4.0 more of every 10,000 requests, 3.0 to 5.0 at 99%"},
		"fewer where more is better": {func(v *Verdict) {
			v.Options.Signal.Direction, v.Options.Signal.Name = model.HigherIsBetter, "Cache hits"
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 0.93, 0.9, -0.03, -0.04, -0.02, -0.01
		}, "cache hits worse: 3.0 fewer of every 100 requests (90 with on, 93 with off)\nHow much: 3.0 fewer of every 100 requests, 2.0 to 4.0 at 99%"},
		"how far off the end is where nothing bounds it":        {func(v *Verdict) { v.Upper = math.Inf(1) }, "at least 3.0 at 99%"},
		"no interval where there is none":                       {func(v *Verdict) { v.Upper, v.Lower = math.Inf(1), math.Inf(-1) }, "4.0 more of every 100 requests; margin"},
		"that the variants were targeted":                       {func(v *Verdict) { v.Observational = true }, "\nCareful: the variants were targeted, not drawn by lot"},
		"that one process has it":                               {func(v *Verdict) { v.aloneB = true }, "\nCareful: One process alone serves on"},
		"that it stands, though it is not so now":               {func(v *Verdict) { v.Live = Inconclusive }, "\nNow: That was so until"},
		"no bare comparison where something changed on the way": {func(v *Verdict) { v.Since += 600 }, "125 of the 2,500 requests with on.\n"},
		"values of what is no share": {func(v *Verdict) {
			v.Options.Judged = counts.Judged{Form: counts.FormMean}
			v.Options.Signal.Name, v.Unit, v.DifferenceUnit = "CPU", "s", "s"
		}, "checkout on: CPU worse: +40 ms (50.0 ms with on, 10.0 ms with off)\nHow much: +40 ms (+30 to +50), margin +1.0 ms."},
		"names on one line, without what turns text around": {func(v *Verdict) { v.Options.Variant = "a\nb\u202ec\u2028d" }, "checkout a bc d: errors"},
		"names cut":                                {func(v *Verdict) { v.Options.Variant = strings.Repeat("ä", 300) }, strings.Repeat("ä", 40) + "…: errors"},
		"the state once it is not called worse":    {func(v *Verdict) { v.State = Insufficient }, "checkout on: errors is not called worse now (insufficient data)"},
		"that a signal without a state is none":    {func(v *Verdict) { v.State = "" }, "(not judged)"},
		"nothing of a beginning that is not known": {func(v *Verdict) { v.RolloutStart, v.Start, v.Since, v.FiredAt = 0, 0, 0, 0 }, "checkout.\nWhat to do"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			v := worse(test.change)
			m := v.Message(0.2)
			require.Contains(t, m.Summary+"\n"+m.Description, test.want)
			require.NotContains(t, m.Summary, "\n")
		})
	}
}

// The alert is read beside the panel: what both say of the difference and the margin are the same numbers.
func TestMessageAgreesWithTheHeadline(t *testing.T) {
	v := worse(nil)
	v.explain(Context{})
	require.Contains(t, v.Headline, "+4.0 pp (+3.0 to +5.0), margin +0.10 pp")
	require.Contains(t, v.Message(math.NaN()).Description, "margin +0.10 pp")
}
