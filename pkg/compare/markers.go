package compare

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// kindMarker is the kind of a stretch of time that a marker tells of.
	kindMarker = "marker"
	// markerPoints bounds how finely markers are read: a stretch is as exact as the range divided by this.
	markerPoints = 1000
)

// marked are the stretches of a range that the settings' markers tell of, and what they rest on. A marker that cannot be
// read gives a notice: the other annotations are worth having without it.
func (e *Engine) marked(ctx context.Context, r Request) (rows []frames.Change, exprs, failures []string) {
	// Durations of less than a second would be none once rounded.
	step := max(e.settings.ScrapeInterval(), r.To.Sub(r.From)/markerPoints, time.Second).Round(time.Second)
	for _, marker := range e.settings.Markers {
		expr, err := promql.Highest(marker.Metric)
		if err != nil {
			failures = append(failures, fmt.Sprintf("Marker %q: %v.", marker.Title, err))
			continue
		}
		exprs = append(exprs, expr)
		// The range's own beginning is kept, or a stretch that began before it would seem to lie outside.
		result, err := e.client.QueryRange(ctx, promapi.RangeQuery{Expr: expr, Start: r.From, End: r.To, Step: step})
		if err != nil {
			failures = append(failures, fmt.Sprintf("Marker %q: %v", marker.Title, err))
			continue
		}
		for _, series := range result.Series {
			rows = append(rows, stretches(r, marker, series.Floats, step)...)
		}
	}
	return rows, exprs, failures
}

// stretches are the runs of points above 0, in their order. One that was under way when the range began starts with the
// range, and one that still is ends with it.
func stretches(r Request, marker model.Marker, points []promapi.FloatPoint, step time.Duration) []frames.Change {
	var rows []frames.Change
	var last int64
	for _, point := range points {
		if !(point.V > 0) {
			continue
		}
		at := time.UnixMilli(point.T).UTC()
		end := at.Add(step)
		if end.After(r.To) {
			end = r.To.UTC()
		}
		if len(rows) == 0 || point.T-last > step.Milliseconds() {
			rows = append(rows, frames.Change{
				At: at, Title: marker.Title, Flag: r.Query.Flag, Kind: kindMarker, From: math.NaN(), To: math.NaN(),
			})
		}
		row := &rows[len(rows)-1]
		row.End = end
		row.Text = fmt.Sprintf("Up to %s, as %s tells.", end.Format("2 Jan 15:04 MST"), marker.Metric)
		if !end.Before(r.To) {
			row.Text = fmt.Sprintf("It goes on, as %s tells.", marker.Metric)
		}
		last = point.T
	}
	return rows
}
