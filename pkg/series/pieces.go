package series

import (
	"context"
	"time"

	"github.com/prometheus/prometheus/model/histogram"

	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// asked evaluates a statement; a whole range of a histogram of two classes in pieces.
func (d *reader) asked(ctx context.Context, st statement, at evaluation) (*promapi.Result, error) {
	if !at.piecewise(st.counted) {
		return d.ask(ctx, st.expr, at)
	}
	grid, length := at.pieces()
	return d.client.QueryRange(ctx, promapi.RangeQuery{
		Expr: st.expr, Start: time.UnixMilli(grid.Start), End: time.UnixMilli(grid.End), Step: length,
	})
}

// whole adds up what was read in pieces: one number, or histogram, of each series, at the end of the range.
func whole(result *promapi.Result, at evaluation, rates bool) error {
	_, length := at.pieces()
	share := length.Seconds() / at.fn.Window.Seconds()
	for i, series := range result.Series {
		total := promapi.Series{Labels: series.Labels}
		if n := len(series.Floats); n > 0 {
			sum := 0.0
			for _, p := range series.Floats {
				sum += p.V
			}
			if rates || series.Labels.Get(promql.PartLabel) == promql.PartAll {
				sum *= share
			}
			total.Floats = []promapi.FloatPoint{{T: at.grid.End, V: sum}}
		}
		if len(series.Histograms) > 0 {
			pieces := make([]*histogram.FloatHistogram, len(series.Histograms))
			for j, p := range series.Histograms {
				pieces[j] = p.H
			}
			sum, err := histo.Sum(pieces)
			if err != nil {
				return err
			}
			total.Histograms = []promapi.HistogramPoint{{T: at.grid.End, H: sum}}
		}
		result.Series[i] = total
	}
	return nil
}
