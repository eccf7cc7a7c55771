package verdict

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// said is a verdict as the tests of the words set it out: twelve past six since midnight, then what changes.
func said(signal model.Signal, margin model.Margin, change func(*Verdict)) Verdict {
	v := blank(optionsOf(signal, margin), Context{})
	v.Start, v.Since, v.Until, v.latest = begin, begin, begin+372*60, begin+372*60
	v.NBaseline, v.NVariant, v.Ticks, v.Processes = 1_460_000, 1_460_000, 372, 4
	v.Level, v.Dispersion, v.Share.State = 0.98, 1.5, ShareFair
	change(&v)
	if v.DifferenceUnit == v.Unit {
		v.JudgedBaseline, v.JudgedVariant = v.BaselineValue, v.VariantValue
	}
	if v.Live == "" {
		v.Live = v.State
	}
	return v
}

const restsOn = " Rests on 1.46 M requests with off and 1.46 M with on since 1 Jan 00:00 UTC; the interval is at 98% and holds at every look."

func TestWords(t *testing.T) {
	both := model.Margin{Relative: 0.1, Absolute: 0.001}
	shares := func(a, b, lower, upper, margin float64) func(*Verdict) {
		return func(v *Verdict) {
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = a, b, b-a, lower, upper, margin
		}
	}
	tests := map[string]struct {
		verdict Verdict
		context Context
		want    string
	}{
		"regressed": {
			said(errorsSignal, both, func(v *Verdict) {
				shares(0.0042, 0.0062, 0.0015, 0.0032, 0.00142)(v)
				v.State = Regressed
			}), Context{},
			"Errors got worse with checkout-v2 on: 0.62% against 0.42% with off, +0.20 pp (+0.15 to +0.32), margin +0.14 pp (10% and 0.10 pp)." +
				restsOn + " Whatever else hit one variant alone for more than a quarter of an hour looks the same.",
		},
		"regressed at noon, brisk, known since then": {
			said(errorsSignal, model.Margin{Relative: 0.1}, func(v *Verdict) {
				shares(0.01, 0.03, 0.006, math.Inf(1), 0.001)(v)
				v.State, v.Since, v.Level, v.Options.Profile, v.Dispersion = Regressed, begin+300*60, 0.99, model.ProfileBrisk, 30
			}), Context{},
			"Errors got worse with checkout-v2 on: 3.0% against 1.0% with off, +2.0 pp (+0.6 or more), margin +10%." +
				" Rests on 1.46 M requests with off and 1.46 M with on since 1 Jan 00:00 UTC; the values are those since 1 Jan 05:00 UTC; the interval is at 99% and holds at every look." +
				" Whatever else hit one variant alone for more than a few minutes looks the same.",
		},
		"regressed, and latched": {
			said(errorsSignal, model.Margin{}, func(v *Verdict) {
				shares(0.01, 0.02, 0.004, 0.017, 0)(v)
				v.State, v.Live, v.Until = Regressed, WithinMargin, begin+100*60
			}), Context{},
			"Errors got worse with checkout-v2 on: 2.0% against 1.0% with off, +1.0 pp (+0.4 to +1.7), no margin." +
				" That was so until 1 Jan 01:40 UTC and stands until a new rollout begins; now it would be: within margin." +
				restsOn + " Whatever else hit one variant alone for more than a quarter of an hour looks the same.",
		},
		"within the margin until the latest minutes": {
			said(errorsSignal, model.Margin{Relative: 0.5}, func(v *Verdict) {
				shares(0.01, 0.0104, -0.001, 0.0051, 0.005)(v)
				v.State, v.turned = Inconclusive, true
			}), Context{},
			"Errors: not decided yet for checkout-v2 on: 1.0% against 1.0% with off, +0.04 pp (−0.10 to +0.51), margin +50%." +
				" It was decided before, but the latest minutes speak against that: whether they last has to be seen." + restsOn,
		},
		"regressed latency": {
			said(latencySignal, model.Margin{Relative: 0.25}, func(v *Verdict) {
				v.State, v.Stat, v.Edge, v.JudgedBaseline, v.JudgedVariant = Regressed, "p95", 0.25, 0.05, 0.081
				v.Difference, v.Lower, v.Upper, v.Margin = 0.031, 0.021, 0.04, 0.0125
				v.BaselineLower, v.BaselineUpper, v.VariantLower, v.VariantUpper, v.VariantValue = 0.1, 0.25, 0.25, 0.5, 0.3
			}), Context{},
			"Latency got worse with checkout-v2 on: 8.1% of requests take over 250 ms, 5.0% with off (+3.1 pp, +2.1 to +4.0; +1.2 tolerated)." +
				" p95 lies between 250 ms and 500 ms with on, between 100 ms and 250 ms with off." +
				restsOn + " Whatever else hit one variant alone for more than a quarter of an hour looks the same.",
		},
		"improved, where more is better": {
			said(hitsSignal, model.Margin{Absolute: 0.01}, func(v *Verdict) {
				shares(0.912, 0.936, 0.014, 0.031, -0.01)(v)
				v.State = Improved
			}), Context{},
			"Cache hits got better with checkout-v2 on: 94% against 91% with off, +2.4 pp (+1.4 to +3.1), margin −1.0 pp." + restsOn,
		},
		"within the margin, a mean": {
			said(revenueSignal, model.Margin{Relative: 0.05}, func(v *Verdict) {
				shares(20.5, 20.4, -0.4, 0.3, -1)(v)
				v.State, v.Level = WithinMargin, 0.94
			}), Context{},
			"Revenue stayed within the margin with checkout-v2 on: 20.4 EUR against 20.5 EUR with off, −0.10 EUR (−0.40 to +0.30), margin −5%." +
				" Rests on 1.46 M requests with off and 1.46 M with on since 1 Jan 00:00 UTC; the interval is at 94% and holds at every look.",
		},
		"within the margin, a gauge": {
			said(memorySignal, model.Margin{Relative: 0.1}, func(v *Verdict) {
				shares(120e6, 121e6, -2e6, 4e6, 12e6)(v)
				v.State, v.Dispersion = WithinMargin, math.NaN()
			}), Context{},
			"Memory stayed within the margin with checkout-v2 on: 115 MiB against 114 MiB with off, +1.0 MiB (−1.9 to +3.8), margin +10%." +
				" Rests on 6 h 12 m with both since 1 Jan 00:00 UTC; the interval is at 98% and holds at every look.",
		},
		"inconclusive, in bursts, observational, nothing allocated": {
			said(errorsSignal, both, func(v *Verdict) {
				shares(0.0042, 0.0047, -0.0008, 0.0019, 0.00142)(v)
				v.State, v.Forecast, v.Dispersion, v.Observational, v.Share.State = Inconclusive, v.latest+14_000, 6.3, true, ShareUnknown
			}), Context{},
			"Errors: not decided yet for checkout-v2 on: 0.47% against 0.42% with off, +0.05 pp (−0.08 to +0.19), margin +0.14 pp (10% and 0.10 pp)." +
				" At the present rate it can be decided in about 3 h 50 m." + restsOn +
				" Observational: the variants were targeted, not drawn by lot, so their requests may differ for other reasons." +
				" The requests come in bursts (they scatter 6.3 times as much as independent ones), which the interval allows for." +
				" The request ratio was not checked: no allocation is known.",
		},
		"insufficient data": {
			said(errorsSignal, both, func(v *Verdict) {
				v.State, v.Ticks, v.NBaseline, v.NVariant, v.needed = Insufficient, 4, 120, 94, 2_931
			}), Context{},
			"Errors: not enough data yet: 4 of 10 minutes with traffic on both off and on." +
				" It takes about 3,000 requests to tell a share half as high again as is tolerated; there are 214.",
		},
		"waiting for a histogram": {
			said(latencySignal, both, func(v *Verdict) { v.State = Insufficient }), Context{Waiting: true},
			"Latency: not enough data yet: off has had too few requests to tell where slow begins.",
		},
		"withheld for its requests": {
			said(errorsSignal, both, func(v *Verdict) {
				v.State, v.Share = Withheld, Share{Variant: 0.532, Expected: 0.5, State: ShareMismatch}
			}), Context{},
			"Errors: withheld, because the requests are split 46.8 : 53.2, against 50.0 : 50.0 that were allocated: what shifted them may also shift the result." +
				" Fix that, or begin a new rollout." + restsOn,
		},
		"withheld for what is missing": {
			said(errorsSignal, both, func(v *Verdict) { v.State, v.Missing, v.MissingVariant = Withheld, 0.072, "on" }), Context{},
			"Errors: withheld, because 7.2% of the processes lack on alone: what is not seen may be what is worse." +
				" Fix that, or begin a new rollout." + restsOn,
		},
		"withheld for counts that cannot be true": {
			said(errorsSignal, both, func(v *Verdict) { v.State = Withheld }),
			Context{Doubt: Doubt{Why: "two processes write one series", Remedy: "Tell them apart."}},
			"Errors: withheld, because the counts cannot be true: two processes write one series. Tell them apart." +
				" Then judge from a later start (since), or begin a new rollout.",
		},
		"no feature": {
			said(errorsSignal, both, func(v *Verdict) { v.State, v.NVariant = NoData, 0 }), Context{},
			"Errors: no data: on has no traffic since the rollout began.",
		},
		"no baseline": {
			said(errorsSignal, both, func(v *Verdict) { v.State, v.NBaseline = NoData, 0 }), Context{},
			"Errors: no data: off has no traffic since the rollout began.",
		},
		"refused": {
			said(errorsSignal, both, func(v *Verdict) { v.State = NoData }), Context{Refused: "it could not be read: it is down."},
			"Errors: no data: it could not be read: it is down.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.verdict.explain(test.context)
			require.Equal(t, test.want, test.verdict.Reason)
		})
	}
}

func TestNumbersInWords(t *testing.T) {
	inf := math.Inf(1)
	for got, want := range map[string]string{
		Quantity("s", 0.224):                     "224 ms",
		Quantity("s", 1.24):                      "1.24 s",
		Quantity("s", 0.00042):                   "420 µs",
		Quantity("percentunit", 0.0062):          "0.62%",
		Quantity("bytes", 121e6):                 "115 MiB",
		Quantity("decbytes", 121e6):              "121 MB",
		Quantity("", 1_460_000):                  "1.46 M",
		Quantity("req", 12):                      "12.0 req",
		Quantity("s", math.NaN()):                "nothing",
		share(0):                                 "0%",
		share(0.00002):                           "0.002%",
		share(0.123):                             "12%",
		share(1):                                 "100%",
		span("s", 0.038, 0.021, 0.055, border{}): "+38 ms (+21 to +55)",
		span("s", -0.0004, -1.2, 1.1, border{}):  "0.0 s (−1.2 to +1.1)",
		span("percentunit", 0.002, 0.0008, 0.0032, border{}):   "+0.20 pp (+0.08 to +0.32)",
		span("percentunit", 0.02, 0.006, inf, border{}):        "+2.0 pp (+0.6 or more)",
		span("percentunit", -0.02, -inf, -0.006, border{}):     "−2.0 pp (−0.6 or less)",
		span("percentunit", 0.02, -inf, inf, border{}):         "+2.0 pp",
		span("bytes", 3e7, 2.9999999e7, 3.0000001e7, border{}): "+28.61 MiB (+28.61 to +28.61)",
		offset("percentunit", 0.00142, 0):                      "+0.14 pp",
		offset("s", -0.005, 0):                                 "−5.0 ms",
		count(214):                                             "214",
		count(12_300):                                          "12,300",
		count(999_999):                                         "999,999",
		count(1.46e6):                                          "1.46 M",
		about(2931):                                            "3,000",
		about(70_801):                                          "71,000",
		level(0.98):                                            "98%",
		level(1 - 0.02/3):                                      "99.33%",
		between("s", 0, 0.1):                                   "below 100 ms",
		between("s", 2.5, inf):                                 "above 2.5 s",
		roughly(90):                                            "2 m",
		roughly(5 * 3600):                                      "5 h",
		roughly(70 * 60):                                       "1 h 10 m",
		roughly(3 * 86_400):                                    "3 d",
	} {
		require.Equal(t, want, got)
	}
}
