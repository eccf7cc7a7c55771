package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/failure"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
	"github.com/flaglens/flaglens/pkg/parallel"
)

// previewStats are the stats of a preview: of each signal the first that it has, in this order.
var previewStats = []string{"p95", model.StatRatio, model.StatRate, model.StatMean, model.StatValue}

// Preview reads what settings yield in a range: of one flag a value of each signal and variant, or why there is none. What one
// signal cannot read does not take the others away; the error is one that keeps all from being read.
func (t Trial) Preview(ctx context.Context, asked model.PreviewRequest) (model.PreviewResource, error) {
	return t.preview(ctx, asked, t.signals(), func(model.Signal) bool { return true })
}

// preview reads some signals; of those that are explained it finds out why there is nothing.
func (t Trial) preview(
	ctx context.Context, asked model.PreviewRequest, signals []model.Signal, explained func(model.Signal) bool,
) (model.PreviewResource, error) {
	from, to := time.UnixMilli(asked.From), time.UnixMilli(asked.To)
	if asked.From == 0 && asked.To == 0 {
		to = t.Now()
		from = to.Add(-lookBack)
	}
	answer := model.PreviewResource{
		Flags: []model.FlagInfo{}, Rows: []model.PreviewRow{}, Notices: []string{}, From: from.UnixMilli(), To: to.UnixMilli(),
	}
	listed, err := t.Engine.Flags(ctx)
	if err != nil {
		return answer, err
	}
	answer.Notices = append(answer.Notices, listed.Notices...)
	answer.Flags, answer.FlagCount = cutFlags(listed.Flags), len(listed.Flags)
	flag := telling(listed.Flags, asked.Flag)
	answer.Flag, answer.Baseline = flag.Flag, flag.Baseline
	if flag.Flag == "" {
		answer.Notices = append(answer.Notices, "No flag was found: "+t.Words.Modes.Of(*t.Settings.Split).Nothing(*t.Settings.Split, t.Settings.Preset))
		return answer, nil
	}
	request := compare.Request{
		Query: model.Query{QueryType: model.QueryCompare, Flag: flag.Flag, Format: model.FormatTable, Quantiles: []float64{0.95}, Stats: previewStats},
		From:  from, To: to,
	}
	if len(signals) > mostSignals {
		answer.Notices = append(answer.Notices, fmt.Sprintf("There are %d signals; the first %d are read here.", len(signals), mostSignals))
		signals = signals[:mostSignals]
	}
	for _, signal := range signals {
		request.Query.Signals = append(request.Query.Signals, signal.ID)
	}
	if len(signals) == 0 {
		answer.Notices = append(answer.Notices, "There is no signal: choose a preset, or add one.")
		return answer, nil
	}
	read, err := t.Engine.Run(ctx, request)
	failures, err := bySignal(err)
	if err != nil {
		return answer, err
	}
	answer.Notices = append(answer.Notices, saidBeside(read)...)
	answer.Rows = t.rows(ctx, request, signals, valuesOf(read), failures, explained)
	if len(answer.Rows) > mostRows {
		answer.Notices = append(answer.Notices, fmt.Sprintf("There are %d values; the first %d are shown.", len(answer.Rows), mostRows))
		answer.Rows = answer.Rows[:mostRows]
	}
	if answer.Baseline == "" {
		answer.Notices = append(answer.Notices, fmt.Sprintf("Flag %q has no baseline: none of its variants is named as one. Choose it below.", flag.Flag))
	}
	return answer, nil
}

// mostSaid bounds the notices that are handed on.
const mostSaid = 10

// saidBeside are the notices of frames.
func saidBeside(read data.Frames) []string {
	var said []string
	for _, frame := range read {
		if frame.Meta == nil {
			continue
		}
		for _, notice := range frame.Meta.Notices {
			if len(said) < mostSaid && !slices.Contains(said, notice.Text) {
				said = append(said, notice.Text)
			}
		}
	}
	return said
}

// bySignal takes an error apart by the signals that its parts are about; what is about none of them is left.
func bySignal(err error) (map[string]error, error) {
	failures := map[string]error{}
	if err == nil {
		return failures, nil
	}
	var left []error
	for _, part := range parts(err) {
		var about *failure.SignalsError
		if !errors.As(part, &about) {
			left = append(left, part)
			continue
		}
		for _, id := range about.Signals {
			failures[id] = about.Err
		}
	}
	return failures, errors.Join(left...)
}

// parts are the errors that were joined.
func parts(err error) []error {
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, part := range several.Unwrap() {
		all = append(all, parts(part)...)
	}
	return all
}

// rows are a signal's values, or why it has none, signal by signal.
func (t Trial) rows(
	ctx context.Context, request compare.Request, signals []model.Signal, values map[string][]model.PreviewRow, failures map[string]error,
	explained func(model.Signal) bool,
) []model.PreviewRow {
	judged := t.isJudged()
	found := make([][]model.PreviewRow, len(signals))
	broken := parallel.Do(len(signals), func(i int) error {
		signal := signals[i]
		found[i] = firstStat(values[signal.ID])
		if len(found[i]) == 0 && (explained(signal) || failures[signal.ID] != nil) {
			found[i] = []model.PreviewRow{t.missing(ctx, request, signal, failures[signal.ID])}
		}
		for k := range found[i] {
			found[i][k].Signal, found[i][k].Name, found[i][k].Judged = signal.ID, signal.Name, judged[signal.ID]
		}
		return nil
	})
	rows := slices.Concat(found...)
	if broken != nil {
		rows = append(rows, model.PreviewRow{Cause: model.CauseUnreadable, Message: broken.Error()})
	}
	return rows
}

// missing says why a signal has no value.
func (t Trial) missing(ctx context.Context, request compare.Request, signal model.Signal, failed error) model.PreviewRow {
	row := model.PreviewRow{Cause: model.CauseUnreadable}
	var unfit *model.InvalidError
	switch {
	case errors.As(failed, &unfit):
		row.Cause, row.Message = unfit.Cause, unfit.Message
		if row.Cause == model.CauseNone {
			row.Cause = model.CauseUnfit
		}
		return row
	case failed != nil:
		row.Message = failed.Error()
		return row
	}
	cause, said, err := t.Engine.Why(ctx, request, signal.ID)
	if err != nil {
		row.Message = err.Error()
		return row
	}
	row.Cause, row.Message = cause, said
	return row
}

// firstStat are the rows of the first stat that there is.
func firstStat(rows []model.PreviewRow) []model.PreviewRow {
	for _, stat := range previewStats {
		var kept []model.PreviewRow
		for _, row := range rows {
			if row.Stat == stat {
				kept = append(kept, row)
			}
		}
		if len(kept) > 0 {
			return kept
		}
	}
	return nil
}

// valuesOf are the values of a table of comparisons by signal, of each stat the baseline first. What has no value is left out.
func valuesOf(read data.Frames) map[string][]model.PreviewRow {
	values := map[string][]model.PreviewRow{}
	for _, frame := range read {
		rows, err := frame.RowLen()
		if err != nil {
			continue
		}
		for i := range rows {
			signal, stat, unit := textAt(frame, "signal", i), textAt(frame, "stat", i), textAt(frame, "unit", i)
			add := func(variant string, role model.Role, column string) {
				value, ok := numberAt(frame, column, i)
				seen := slices.ContainsFunc(values[signal], func(r model.PreviewRow) bool { return r.Stat == stat && r.Variant == variant })
				if !ok || variant == "" || seen {
					return
				}
				values[signal] = append(values[signal], model.PreviewRow{
					Variant: variant, Role: role, Stat: stat, Value: &value, Unit: unit, Text: numbers.Value(unit, value),
				})
			}
			add(textAt(frame, "baseline", i), model.RoleBaseline, model.StatBaselineValue)
			add(textAt(frame, "variant", i), model.RoleFeature, model.StatVariantValue)
		}
	}
	return values
}

func textAt(frame *data.Frame, column string, row int) string {
	field, _ := frame.FieldByName(column)
	if field == nil {
		return ""
	}
	text, _ := field.At(row).(string)
	return text
}

func numberAt(frame *data.Frame, column string, row int) (float64, bool) {
	field, _ := frame.FieldByName(column)
	if field == nil {
		return 0, false
	}
	value, ok := field.At(row).(*float64)
	if !ok || value == nil {
		return 0, false
	}
	return *value, true
}
