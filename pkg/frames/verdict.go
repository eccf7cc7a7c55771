package frames

import (
	"math"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// Verdicts makes the numeric-long frame of verdicts, a row per feature and signal, in their order.
func Verdicts(rows []verdict.Verdict, expr string, meta Meta) data.Frames {
	text := func(name string, get func(verdict.Verdict) string) *data.Field { return column(name, rows, get) }
	number := func(name string, get func(verdict.Verdict) float64) *data.Field {
		return column(name, rows, func(v verdict.Verdict) *float64 { return nullable(get(v)) })
	}
	texts := make([]verdict.Texts, len(rows))
	for i := range rows {
		texts[i] = rows[i].Texts()
	}
	words := func(name string, get func(verdict.Texts) string) *data.Field { return column(name, texts, get) }
	moment := func(name string, get func(verdict.Verdict) int64) *data.Field {
		return column(name, rows, func(v verdict.Verdict) *time.Time { return unixTime(get(v)) })
	}
	return long([]*data.Field{
		text(LabelFlag, func(v verdict.Verdict) string { return v.Options.Flag }),
		text("baseline", func(v verdict.Verdict) string { return v.Options.Baseline }),
		text(LabelVariant, func(v verdict.Verdict) string { return v.Options.Variant }),
		text(LabelSignal, func(v verdict.Verdict) string { return v.Options.Signal.ID }),
		text(LabelStat, func(v verdict.Verdict) string { return v.Stat }),
		text("state", func(v verdict.Verdict) string { return string(v.State) }),
		number(model.StatBaselineValue, func(v verdict.Verdict) float64 { return v.BaselineValue }),
		number(model.StatVariantValue, func(v verdict.Verdict) float64 { return v.VariantValue }),
		number(model.StatDifference, func(v verdict.Verdict) float64 { return v.Difference }),
		number(model.StatLower, func(v verdict.Verdict) float64 { return v.Lower }),
		number(model.StatUpper, func(v verdict.Verdict) float64 { return v.Upper }),
		number("margin", func(v verdict.Verdict) float64 { return v.Margin }),
		number(model.StatEvidence, func(v verdict.Verdict) float64 { return v.Evidence }),
		number(model.StatNBaseline, func(v verdict.Verdict) float64 { return v.NBaseline }),
		number(model.StatNVariant, func(v verdict.Verdict) float64 { return v.NVariant }),
		moment(model.StatSince, func(v verdict.Verdict) int64 { return v.Since }),
		text("reason", func(v verdict.Verdict) string { return v.Reason }),
		text("headline", func(v verdict.Verdict) string { return v.Headline }),
		text("unit", func(v verdict.Verdict) string { return v.Unit }),
		text("difference_unit", func(v verdict.Verdict) string { return v.DifferenceUnit }),
		text("direction", func(v verdict.Verdict) string { return string(v.Options.Signal.Direction) }),
		number("level", func(v verdict.Verdict) float64 { return v.Level }),
		text("state_live", func(v verdict.Verdict) string { return string(v.Live) }),
		number(model.StatEvidenceLive, func(v verdict.Verdict) float64 { return v.EvidenceLive }),
		number(model.StatRatio, func(v verdict.Verdict) float64 { return v.Ratio }),
		number("ratio_lower", func(v verdict.Verdict) float64 { return v.RatioLower }),
		number("ratio_upper", func(v verdict.Verdict) float64 { return v.RatioUpper }),
		number("margin_relative", func(v verdict.Verdict) float64 { return v.Options.Margin.Relative }),
		number("margin_absolute", func(v verdict.Verdict) float64 { return v.Options.Margin.Absolute }),
		number("p", func(v verdict.Verdict) float64 { return v.P }),
		number("bad_baseline", func(v verdict.Verdict) float64 { return v.BadBaseline }),
		number("bad_variant", func(v verdict.Verdict) float64 { return v.BadVariant }),
		number(model.StatEdge, func(v verdict.Verdict) float64 { return v.Edge }),
		number("ticks", func(v verdict.Verdict) float64 { return float64(v.Ticks) }),
		number("processes", func(v verdict.Verdict) float64 { return float64(v.Processes) }),
		number("dispersion", func(v verdict.Verdict) float64 { return v.Dispersion }),
		number("alpha", func(v verdict.Verdict) float64 { return v.Options.Alpha }),
		text("profile", func(v verdict.Verdict) string { return string(v.Options.Profile) }),
		moment("rollout_start", func(v verdict.Verdict) int64 { return v.RolloutStart }),
		moment("fired_at", func(v verdict.Verdict) int64 { return v.FiredAt }),
		moment("forecast", func(v verdict.Verdict) int64 { return v.Forecast }),
		number("share_variant", func(v verdict.Verdict) float64 { return v.Share.Variant }),
		number("share_expected", func(v verdict.Verdict) float64 { return v.Share.Expected }),
		number("share_evidence", func(v verdict.Verdict) float64 { return v.Share.Evidence }),
		text("share_state", func(v verdict.Verdict) string { return string(v.Share.State) }),
		column("observational", rows, func(v verdict.Verdict) bool { return v.Observational }),
		number("missing", func(v verdict.Verdict) float64 { return v.Missing }),
		number("baseline_lower", func(v verdict.Verdict) float64 { return v.BaselineLower }),
		number("baseline_upper", func(v verdict.Verdict) float64 { return v.BaselineUpper }),
		number("variant_lower", func(v verdict.Verdict) float64 { return v.VariantLower }),
		number("variant_upper", func(v verdict.Verdict) float64 { return v.VariantUpper }),
		words("word", func(t verdict.Texts) string { return t.Word }),
		words("label", func(t verdict.Texts) string { return t.Label }),
		words("detail", func(t verdict.Texts) string { return t.Detail }),
		words("detail_short", func(t verdict.Texts) string { return t.DetailShort }),
		words("difference_text", func(t verdict.Texts) string { return t.Difference }),
		words("interval_text", func(t verdict.Texts) string { return t.Interval }),
		words("margin_text", func(t verdict.Texts) string { return t.Margin }),
		words("edge_text", func(t verdict.Texts) string { return t.Edge }),
		words("note", func(t verdict.Texts) string { return t.Note }),
		words("tags", func(t verdict.Texts) string { return t.Tags }),
		words("remark", func(t verdict.Texts) string { return t.Remark }),
		words("explanation", func(t verdict.Texts) string { return t.Explanation }),
		words("figures", func(t verdict.Texts) string { return t.Figures }),
		words("share_word", func(t verdict.Texts) string { return t.ShareWord }),
		words("share_text", func(t verdict.Texts) string { return t.Share }),
		words("lead", func(t verdict.Texts) string { return t.Lead }),
		words("detail_least", func(t verdict.Texts) string { return t.DetailLeast }),
		number("judged_baseline", func(v verdict.Verdict) float64 { return v.JudgedBaseline }),
		number("judged_variant", func(v verdict.Verdict) float64 { return v.JudgedVariant }),
		number("progress", verdict.Progress),
		moment("last_seen", func(v verdict.Verdict) int64 { return v.Stopped() }),
		text("cause", func(v verdict.Verdict) string { return string(v.Cause) }),
		number("urgency", func(v verdict.Verdict) float64 { return v.Urgency() }),
	}, expr, meta)
}

// unixTime is a pointer to a time in unix seconds, nil for 0.
func unixTime(seconds int64) *time.Time {
	if seconds == 0 {
		return nil
	}
	t := time.Unix(seconds, 0).UTC()
	return &t
}

// VerdictAlert makes one numeric-multi frame of each verdict, in their order, with the number that stat names. Alert
// rules get a finite number whatever happens: where there is none 0, and the largest one in place of infinity. The
// labels never say the state, since an alert with other labels is another alert; those of a message do, and are for the words of
// an alert that another number raises.
func VerdictAlert(rows []verdict.Verdict, stat, expr string, meta Meta) data.Frames {
	frames := make(data.Frames, 0, len(rows))
	if len(rows) == 0 {
		frames = append(frames, none(data.FrameTypeNumericMulti))
	}
	for _, v := range rows {
		labels := data.Labels{
			LabelFlag: v.Options.Flag, LabelVariant: v.Options.Variant, LabelSignal: v.Options.Signal.ID,
		}
		if stat == model.StatMessage {
			addMessage(labels, v.Message(served(rows, v)))
		}
		field := data.NewField(stat, labels, []float64{finite(alertValue(v, stat))})
		field.Config = &data.FieldConfig{
			DisplayNameFromDS: v.Options.Signal.ID + " · " + v.Options.Variant + ": " + alertState(v),
		}
		frame := data.NewFrame("", field)
		frame.Meta = &data.FrameMeta{Type: data.FrameTypeNumericMulti, TypeVersion: frameVersion, ExecutedQueryString: expr}
		frames = append(frames, frame)
	}
	return attach(frames, meta)
}

// Labels of an alert's words.
const (
	labelSummary     = "summary"
	labelDescription = "description"
	labelFrom        = "from"
)

func addMessage(labels data.Labels, m verdict.Message) {
	labels[labelSummary], labels[labelDescription] = m.Summary, m.Description
	labels[labelFrom] = "now-6h"
	if m.From > 0 {
		labels[labelFrom] = strconv.FormatInt(m.From*1000, 10)
	}
}

// served is a feature's part of the requests of all variants that are judged beside it in the same signal; NaN where they are
// not counted.
func served(rows []verdict.Verdict, of verdict.Verdict) float64 {
	baseline, features := 0.0, 0.0
	for _, v := range rows {
		if v.Options.Signal.ID == of.Options.Signal.ID && v.Options.Judged.Requests && !math.IsNaN(v.NVariant) {
			baseline, features = max(baseline, v.NBaseline), features+v.NVariant
		}
	}
	if !of.Options.Judged.Requests || baseline+features == 0 {
		return math.NaN()
	}
	return of.NVariant / (baseline + features)
}

// alertState is the state in words; a signal that is not judged has none.
func alertState(v verdict.Verdict) string {
	if v.State == "" {
		return "not judged"
	}
	if since := v.StoppedText(); since != "" {
		return string(v.State) + ", " + since
	}
	return string(v.State)
}

func alertValue(v verdict.Verdict, stat string) float64 {
	switch stat {
	case model.StatDifference:
		return v.Difference
	case model.StatLower:
		return v.Lower
	case model.StatUpper:
		return v.Upper
	case model.StatRatio:
		return v.Ratio
	case model.StatBaselineValue:
		return v.BaselineValue
	case model.StatVariantValue:
		return v.VariantValue
	case model.StatSince:
		return float64(v.Since)
	case model.StatNBaseline:
		return v.NBaseline
	case model.StatNVariant:
		return v.NVariant
	case model.StatEvidenceLive:
		return v.EvidenceLive
	case model.StatEdge:
		return v.Edge
	case model.StatRegressed:
		if v.Evidence >= 1 {
			return 1
		}
		return 0
	case model.StatStopped:
		return float64(v.Stopped())
	}
	return v.Evidence
}

func finite(value float64) float64 {
	switch {
	case math.IsNaN(value):
		return 0
	case math.IsInf(value, 0):
		return math.Copysign(math.MaxFloat64, value)
	}
	return value
}

// BacktestRow is what a backtest found of one feature and signal.
type BacktestRow struct {
	Flag, Baseline, Signal string
	// Splits is how many random halves were judged, Alarms how many of those were called regressed.
	Splits, Alarms int
	// Rate is Alarms over Splits, StandardError that of it; NaN without splits.
	Rate, StandardError float64
	// Alpha is the part that may be.
	Alpha float64
	// Processes and Ticks are what the halves were made of, From and To the time, in unix seconds.
	Processes, Ticks int
	From, To         int64
	Seed             int64
	// Reason says in words what was found and what it rests on.
	Reason string
}

// Backtest makes the numeric-long frame of backtests, in their order.
func Backtest(rows []BacktestRow, expr string, meta Meta) data.Frames {
	number := func(name string, get func(BacktestRow) float64) *data.Field {
		return column(name, rows, func(r BacktestRow) *float64 { return nullable(get(r)) })
	}
	rate := number("rate", func(r BacktestRow) float64 { return r.Rate })
	rate.Config = &data.FieldConfig{Unit: "percentunit"}
	return long([]*data.Field{
		column(LabelFlag, rows, func(r BacktestRow) string { return r.Flag }),
		column("baseline", rows, func(r BacktestRow) string { return r.Baseline }),
		column(LabelSignal, rows, func(r BacktestRow) string { return r.Signal }),
		rate,
		number("standard_error", func(r BacktestRow) float64 { return r.StandardError }),
		number("alpha", func(r BacktestRow) float64 { return r.Alpha }),
		number("splits", func(r BacktestRow) float64 { return float64(r.Splits) }),
		number("alarms", func(r BacktestRow) float64 { return float64(r.Alarms) }),
		number("processes", func(r BacktestRow) float64 { return float64(r.Processes) }),
		number("ticks", func(r BacktestRow) float64 { return float64(r.Ticks) }),
		column("from", rows, func(r BacktestRow) *time.Time { return unixTime(r.From) }),
		column("to", rows, func(r BacktestRow) *time.Time { return unixTime(r.To) }),
		number("seed", func(r BacktestRow) float64 { return float64(r.Seed) }),
		column("reason", rows, func(r BacktestRow) string { return r.Reason }),
	}, expr, meta)
}
