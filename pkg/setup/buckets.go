package setup

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
)

const (
	// fine is how wide the bucket of a quantile may be, as a part of the quantile, without hiding what matters.
	fine = 0.25
	// added is how many bounds are proposed within one bucket.
	added = 5
	// judgedQuantile is the one that is looked at.
	judgedQuantile = 0.95
)

func (p *patient) bucketsCheck(ctx context.Context, check *model.DoctorCheck) error {
	histograms := p.judged(model.KindHistogram)
	if len(histograms) == 0 || p.flag.Flag == "" {
		says(check, model.CheckPass, "", "No histogram is judged.")
		return nil
	}
	for _, signal := range histograms {
		finding, ok, err := p.finding(ctx, signal)
		if err != nil {
			return err
		}
		if ok {
			check.Buckets = append(check.Buckets, finding)
		}
	}
	order := []model.CheckStatus{model.CheckFail, model.CheckWarn, model.CheckPass}
	slices.SortStableFunc(check.Buckets, func(a, b model.BucketFinding) int {
		return slices.Index(order, a.Status) - slices.Index(order, b.Status)
	})
	if len(check.Buckets) == 0 {
		says(check, model.CheckWarn, "Send some traffic, then check again.", "No histogram has observations of %s in the last hour.", p.flag.Flag)
		return nil
	}
	worst := check.Buckets[0]
	for _, finding := range check.Buckets {
		check.Items = append(check.Items, finding.Text)
	}
	says(check, worst.Status, "", "%s", worst.Text)
	if worst.Status != model.CheckPass {
		check.Remedy = "Add bounds to the histogram of every process, or switch native histograms on, which need no bounds."
		check.Code = "buckets: [" + boundsIn(slices.Concat(worst.Bounds, worst.Add)) + "]"
	}
	return nil
}

// boundsIn writes bounds, each once and in order.
func boundsIn(bounds []float64) string {
	slices.Sort(bounds)
	var texts []string
	for _, bound := range slices.Compact(bounds) {
		texts = append(texts, strconv.FormatFloat(bound, 'g', 6, 64))
	}
	return strings.Join(texts, ", ")
}

// finding is how finely a histogram tells the baseline's quantile; false where there is none.
func (p *patient) finding(ctx context.Context, signal model.Signal) (model.BucketFinding, bool, error) {
	f := model.BucketFinding{
		Flag: p.flag.Flag, Signal: signal.ID, Metric: signal.Metric, Unit: signal.Unit, Quantile: judgedQuantile,
		Bounds: []float64{}, Add: []float64{}, Status: model.CheckPass,
	}
	table, err := p.run(ctx, model.Query{
		QueryType: model.QueryCompare, Format: model.FormatTable, Signals: []string{signal.ID}, Quantiles: []float64{judgedQuantile}, Stats: []string{"p95"},
	})
	if err != nil {
		return f, false, err
	}
	value, lower, upper, ok := quantileIn(table)
	if !ok {
		return f, false, nil
	}
	cumulative, err := p.run(ctx, model.Query{QueryType: model.QueryDistribution, Format: model.FormatCDF, Signals: []string{signal.ID}})
	if err != nil {
		return f, false, err
	}
	f.Value, f.Lower = value, lower
	f.Bounds = boundsOf(cumulative)
	form, err := p.found.Classes.Of(ctx, signal.Metric, signal.Selector, p.hour())
	if err != nil {
		return f, false, err
	}
	written := func(v float64) string { return numbers.Value(signal.Unit, v) }
	what := fmt.Sprintf("%s of %s: p95 is %s", signal.Name, p.flag.Flag, written(value))
	if form.Native && !form.Buckets() {
		f.Bounds, f.Upper = []float64{}, &upper
		f.Text = what + ", from native histograms, which are fine enough."
		return f, true, nil
	}
	if len(f.Bounds) > 0 && value >= f.Bounds[len(f.Bounds)-1] || math.IsInf(upper, 1) {
		last := value
		if len(f.Bounds) > 0 {
			last = f.Bounds[len(f.Bounds)-1]
		}
		f.Status, f.Lower = model.CheckFail, last
		f.Add = []float64{round(2 * last), round(4 * last), round(8 * last)}
		f.Text = fmt.Sprintf("%s or more: it lies above the highest bound, so anything above %s is hidden.", what, written(last))
		return f, true, nil
	}
	f.Upper = &upper
	if width := (upper - lower) / value; width <= fine {
		f.Text = fmt.Sprintf("%s, in the bucket from %s to %s: fine enough.", what, written(lower), written(upper))
		return f, true, nil
	}
	f.Status = model.CheckWarn
	for i := range added {
		if bound := round(lower + (upper-lower)*float64(i+1)/(added+1)); !slices.Contains(f.Bounds, bound) && bound > lower && bound < upper {
			f.Add = append(f.Add, bound)
		}
	}
	f.Text = fmt.Sprintf("%s, in the bucket from %s to %s: anything between %s and %s is hidden.", what, written(lower), written(upper), written(lower), written(upper))
	return f, true, nil
}

// round keeps two digits.
func round(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 2, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// quantileIn is the baseline's quantile with the bounds of its bucket; the feature's where there is no baseline.
func quantileIn(read data.Frames) (value, lower, upper float64, ok bool) {
	for _, frame := range read {
		rows, err := frame.RowLen()
		if err != nil || rows == 0 {
			continue
		}
		for _, arm := range []string{"baseline", "variant"} {
			if value, ok = numberAt(frame, arm+"_value", 0); !ok {
				continue
			}
			if lower, ok = numberAt(frame, arm+"_lower", 0); !ok {
				lower = value
			}
			if upper, ok = numberAt(frame, arm+"_upper", 0); !ok {
				upper = math.Inf(1)
			}
			return value, lower, upper, true
		}
	}
	return 0, 0, 0, false
}

// boundsOf are the bounds of cumulative distributions, without +Inf.
func boundsOf(read data.Frames) []float64 {
	var bounds []float64
	for _, frame := range read {
		field, _ := frame.FieldByName("le")
		if field == nil {
			continue
		}
		for row := range field.Len() {
			bound, err := field.FloatAt(row)
			if err == nil && !math.IsInf(bound, 0) && !math.IsNaN(bound) && len(bounds) < mostRows {
				bounds = append(bounds, bound)
			}
		}
	}
	slices.Sort(bounds)
	return append([]float64{}, slices.Compact(bounds)...)
}
