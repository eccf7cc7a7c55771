package frames

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

const rawExpr = `sum by (feature_flag_variant, instance, job, pod, le) (feature_flag_http_request_duration_seconds_bucket{feature_flag_key="checkout-v2",le=~"0.25|0.5|\\+Inf"})`

var (
	latencySignal = model.Signal{ID: "latency", Name: "Latency", Kind: model.KindHistogram, Unit: "s", Direction: model.LowerIsBetter}
	errorsSignal  = model.Signal{ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter}
	hitsSignal    = model.Signal{ID: "cache-hits", Name: "Cache hits", Kind: model.KindRatio, Unit: "percentunit", Direction: model.HigherIsBetter}
	memorySignal  = model.Signal{ID: "memory", Name: "Memory", Kind: model.KindGauge, Unit: "bytes", Direction: model.LowerIsBetter}
)

// at is a time of the goldens' morning, in unix seconds.
func at(hour, minute int) int64 { return time.Date(2026, 11, 2, hour, minute, 0, 0, time.UTC).Unix() }

// row is a verdict of the golden table: what all of them have in common, changed by what tells them apart.
func row(signal model.Signal, variant string, margin model.Margin, change func(*verdict.Verdict)) verdict.Verdict {
	v := verdict.Verdict{
		Options: verdict.Options{
			Flag: "checkout-v2", Baseline: "off", Variant: variant, Signal: signal, Judged: kind.BuiltIn().Of(signal).Judged, Margin: margin, Alpha: 0.005, Weight: 0.5,
			Profile: model.ProfileStrict,
		},
		Stat: "ratio", Unit: signal.Unit, DifferenceUnit: signal.Unit, Edge: nan, BaselineLower: nan, BaselineUpper: nan,
		VariantLower: nan, VariantUpper: nan, Level: 0.99, P: 1, NBaseline: 180312, NVariant: 180101, BadBaseline: nan, BadVariant: nan,
		Ticks: 372, Processes: 3, Dispersion: 1.6, Start: at(6, 5), Since: at(6, 5), Until: at(12, 17), RolloutStart: at(6, 5),
		Share: verdict.Share{Variant: 0.4997, Expected: 0.5, Evidence: 0, State: verdict.ShareFair},
	}
	change(&v)
	if v.DifferenceUnit == v.Unit {
		v.JudgedBaseline, v.JudgedVariant = v.BaselineValue, v.VariantValue
	}
	if v.Live == "" {
		v.Live = v.State
	}
	return v
}

// empty is a verdict without numbers.
func empty(v *verdict.Verdict) {
	for _, number := range []*float64{
		&v.BaselineValue, &v.VariantValue, &v.JudgedBaseline, &v.JudgedVariant, &v.Difference, &v.Lower, &v.Upper, &v.Level, &v.Margin, &v.Ratio, &v.RatioLower,
		&v.RatioUpper, &v.Dispersion,
	} {
		*number = nan
	}
}

func verdictRows() []verdict.Verdict {
	percent := model.Margin{Relative: 0.25}
	both := model.Margin{Relative: 0.1, Absolute: 0.001}
	return []verdict.Verdict{
		row(latencySignal, "on", percent, func(v *verdict.Verdict) {
			v.State, v.Stat, v.DifferenceUnit, v.Edge = verdict.Regressed, "p95", "percentunit", 0.25
			v.BaselineValue, v.BaselineLower, v.BaselineUpper = 0.186, 0.1, 0.25
			v.VariantValue, v.VariantLower, v.VariantUpper = 0.324, 0.25, 0.5
			v.Difference, v.Lower, v.Upper, v.Margin, v.Level = 0.031, 0.021, 0.04, 0.0125, 0.9967
			v.Ratio, v.RatioLower, v.RatioUpper = 1.62, 1.42, 1.8
			v.Evidence, v.EvidenceLive, v.P = 2.4, 2.4, 3e-6
			v.BadBaseline, v.BadVariant, v.FiredAt = 9015, 14588, at(6, 51)
			v.JudgedBaseline, v.JudgedVariant = 0.05, 0.081
			v.Headline = "Latency got worse with checkout-v2 on: 8.1% of requests take over 250 ms, 5.0% with off (+3.1 pp, +2.1 to +4.0; +1.2 tolerated)."
			v.Reason = v.Headline + " p95 lies between 250 ms and 500 ms with on, between 100 ms and 250 ms with off. Rests on 180,312 requests with off and 180,101 with on since 2 Nov 06:05 UTC; the interval is at 99.67% and holds at every look."
		}),
		row(errorsSignal, "on", both, func(v *verdict.Verdict) {
			v.State, v.Live = verdict.Regressed, verdict.Inconclusive
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 0.0042, 0.0092, 0.005, 0.0021, inf, 0.00142
			v.Level, v.Ratio, v.RatioLower, v.RatioUpper = 0.995, 2.19, 1.5, inf
			v.Evidence, v.EvidenceLive, v.P, v.FiredAt = 1.3, 0.6, 0.001, at(10, 40)
			v.BadBaseline, v.BadVariant, v.Since, v.Until = 757, 1009, at(9, 50), at(10, 44)
			v.Headline = "Errors got worse with checkout-v2 on: 0.92% against 0.42% with off, +0.50 pp (+0.21 or more), margin +0.14 pp (10% and 0.10 pp)."
			v.Reason = v.Headline + " That was so until 2 Nov 10:44 UTC and stands until a new rollout begins; now it would be: inconclusive."
		}),
		row(hitsSignal, "on", model.Margin{Absolute: 0.01}, func(v *verdict.Verdict) {
			v.State = verdict.Improved
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 0.912, 0.936, 0.024, 0.014, 0.031, -0.01
			v.Ratio, v.RatioLower, v.RatioUpper = 1.026, 1.015, 1.034
			v.BadBaseline, v.BadVariant = 164444, 168574
			v.Headline = "Cache hits got better with checkout-v2 on: 94% against 91% with off, +2.4 pp (+1.4 to +3.1), margin −1.0 pp."
			v.Reason = v.Headline
		}),
		row(memorySignal, "on", model.Margin{Relative: 0.1}, func(v *verdict.Verdict) {
			v.State, v.Stat = verdict.WithinMargin, "value"
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 1.2e8, 1.21e8, 1e6, -2e6, 4e6, 1.2e7
			v.Level, v.Ratio, v.RatioLower, v.RatioUpper, v.Dispersion = 0.945, 1.008, 0.983, 1.033, nan
			v.NBaseline, v.NVariant, v.Share = 1116, 1116, verdict.Share{Variant: nan, Expected: nan, State: verdict.ShareUnknown}
			v.Headline = "Memory stayed within the margin with checkout-v2 on: 115 MiB against 114 MiB with off, +1.0 MiB (−1.9 to +3.8), margin +10%."
			v.Reason = v.Headline
		}),
		row(errorsSignal, "next", both, func(v *verdict.Verdict) {
			v.State, v.Observational = verdict.Inconclusive, true
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 0.0042, 0.0047, 0.0005, -0.0008, 0.0019, 0.00142
			v.Ratio, v.RatioLower, v.RatioUpper = 1.12, 0.81, 1.45
			v.Evidence, v.EvidenceLive, v.P, v.Forecast = 0.12, 0.12, 0.4, at(16, 20)
			v.BadBaseline, v.BadVariant, v.NVariant = 757, 169, 36012
			v.Share = verdict.Share{Variant: 0.166, Expected: nan, State: verdict.ShareUnknown}
			v.Headline = "Errors: not decided yet for checkout-v2 next: 0.47% against 0.42% with off, +0.05 pp (−0.08 to +0.19), margin +0.14 pp (10% and 0.10 pp)."
			v.Reason = v.Headline + " At the present rate it can be decided in about 4 h. Observational: the variants were targeted, not drawn by lot, so their requests may differ for other reasons."
		}),
		row(latencySignal, "next", percent, func(v *verdict.Verdict) {
			empty(v)
			v.State, v.Stat, v.DifferenceUnit = verdict.Insufficient, "p95", "percentunit"
			v.NBaseline, v.NVariant, v.Ticks = 214, 198, 4
			v.Headline = "Latency: not enough data yet: 4 of 10 minutes with traffic on both off and next."
			v.Reason = v.Headline
		}),
		row(errorsSignal, "lost", both, func(v *verdict.Verdict) {
			v.State, v.Live, v.Missing = verdict.Withheld, verdict.WithinMargin, 0.012
			v.BaselineValue, v.VariantValue, v.Difference, v.Lower, v.Upper, v.Margin = 0.0042, 0.0041, -0.0001, -0.0009, 0.0007, 0.00142
			v.Ratio, v.RatioLower, v.RatioUpper = 0.98, 0.8, 1.16
			v.BadBaseline, v.BadVariant = 757, 738
			v.Share = verdict.Share{Variant: 0.532, Expected: 0.5, Evidence: 4.2, State: verdict.ShareMismatch}
			v.Headline = "Errors: withheld, because the requests are split 46.8 : 53.2, against 50.0 : 50.0 that were allocated: what shifted them may also shift the result."
			v.Reason = v.Headline
		}),
		row(errorsSignal, "gone", both, func(v *verdict.Verdict) {
			empty(v)
			v.State, v.NBaseline, v.NVariant, v.Ticks, v.Processes = verdict.NoData, 180312, 0, 0, 0
			v.Headline = "Errors: no data: gone has no traffic since the rollout began."
			v.Reason = v.Headline
		}),
	}
}

func TestGoldenVerdicts(t *testing.T) {
	meta := Meta{Notices: []data.Notice{{
		Severity: data.NoticeSeverityInfo, Text: "Throughput: not judged, because neither more nor less of it is better.",
	}}}
	requireGolden(t, "verdict", backend.DataResponse{Status: http.StatusOK, Frames: Verdicts(verdictRows(), rawExpr, meta)})
	unjudged := verdictRows()[7]
	unjudged.State, unjudged.Options.Signal.ID = "", "throughput"
	rows := append(verdictRows(), unjudged)
	requireGolden(t, "verdict-alert", backend.DataResponse{Status: http.StatusOK, Frames: VerdictAlert(rows, model.StatEvidence, rawExpr, Meta{})})
	requireGolden(t, "verdict-message", backend.DataResponse{Status: http.StatusOK, Frames: VerdictAlert(rows, model.StatMessage, rawExpr, Meta{})})
}

// An alert rule fires at NaN and stays silent at a row that is missing: whatever it asks, it gets a number a pair.
func TestAlertNumbersAreFinite(t *testing.T) {
	rows := verdictRows()
	for _, stat := range []string{
		model.StatEvidence, model.StatDifference, model.StatLower, model.StatUpper, model.StatRatio, model.StatBaselineValue,
		model.StatVariantValue, model.StatSince, model.StatNBaseline, model.StatNVariant, model.StatEvidenceLive, model.StatEdge,
		model.StatRegressed,
	} {
		answer := VerdictAlert(rows, stat, rawExpr, Meta{})
		require.Len(t, answer, len(rows))
		for i, frame := range answer {
			require.Len(t, frame.Fields, 1)
			field := frame.Fields[0]
			require.Equal(t, stat, field.Name)
			require.Equal(t, data.Labels{"flag": "checkout-v2", "variant": rows[i].Options.Variant, "signal": rows[i].Options.Signal.ID}, field.Labels)
			value, ok := field.At(0).(float64)
			require.True(t, ok, "an alert's number is never null")
			require.False(t, math.IsNaN(value) || math.IsInf(value, 0), "%s of row %d is %v", stat, i, value)
		}
	}
}

// Every new rule of Grafana begins with the threshold "above 0".
func TestRegressedIsAboveZeroFromEvidenceOfOneOn(t *testing.T) {
	for evidence, want := range map[float64]float64{-2: 0, 0: 0, 0.999: 0, 1: 1, 7.3: 1, nan: 0, inf: 1} {
		answer := VerdictAlert([]verdict.Verdict{{Evidence: evidence}}, model.StatRegressed, rawExpr, Meta{})
		require.Equal(t, want, answer[0].Fields[0].At(0), "evidence %v", evidence)
	}
}

func TestGoldenChanges(t *testing.T) {
	moment := func(hour, minute int) time.Time { return time.Unix(at(hour, minute), 0) }
	requireGolden(t, "changes", backend.DataResponse{Status: http.StatusOK, Frames: Changes([]Change{
		{At: moment(8, 10), Title: "checkout-v2 on first seen", Text: "The variant on had its first requests. The traffic shows it.",
			Flag: "checkout-v2", Variant: "on", Kind: "flag", From: nan, To: nan},
		{At: moment(10, 30), End: moment(10, 32), Title: "checkout-v2 on: 5% → 25%", Text: "The allocation of on moved from 5% to 25%; a new rollout began. The allocation metric tells.",
			Flag: "checkout-v2", Variant: "on", Kind: "allocation", From: 0.05, To: 0.25},
	}, "feature_flag_allocation_ratio", Meta{})})
	none := Changes(nil, "", Meta{})
	require.Len(t, none, 1, "without changes the frame keeps its fields: Grafana's annotations want them")
	require.Zero(t, none[0].Rows())
	require.Len(t, none[0].Fields, 10)
}

func TestGoldenBacktest(t *testing.T) {
	requireGolden(t, "backtest", backend.DataResponse{Status: http.StatusOK, Frames: Backtest([]BacktestRow{
		{Flag: "checkout-v2", Baseline: "off", Signal: "errors", Splits: 100, Alarms: 1, Rate: 0.01, StandardError: 0.0164, Alpha: 0.005,
			Processes: 8, Ticks: 1440, From: at(6, 5) - 86400, To: at(6, 5), Seed: 7,
			Reason: "Errors: of 100 random halves of 8 processes with off, 1 were called regressed."},
		{Flag: "checkout-v2", Baseline: "off", Signal: "latency", Rate: nan, StandardError: nan, Alpha: 0.005, Processes: 1,
			Reason: "Latency: not tested: one process has no halves."},
	}, rawExpr, Meta{})})
}

// A table that is sorted by urgency has first what is to be acted on first, whichever signals were asked in which order.
func TestUrgency(t *testing.T) {
	rows := verdictRows()
	slices.SortStableFunc(rows, func(a, b verdict.Verdict) int { return cmp.Compare(b.Urgency(), a.Urgency()) })
	var states []verdict.State
	for _, row := range rows {
		states = append(states, row.State)
	}
	require.Equal(t, []verdict.State{
		verdict.Regressed, verdict.Regressed, verdict.Withheld, verdict.Inconclusive, verdict.Insufficient, verdict.NoData,
		verdict.WithinMargin, verdict.Improved,
	}, states)
	require.Equal(t, "latency", rows[0].Options.Signal.ID, "of two the one with more evidence")
}
