package judging

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// kindMarker is the kind of a stretch of time that a marker shows.
	kindMarker = "marker"
	// markerPoints bounds how finely markers are read: a stretch is as exact as the range divided by this.
	markerPoints = 1000
)

// markers reads the metrics that mark stretches of time.
type markers struct {
	client    rangeQuerier
	settings  model.Settings
	intervals intervalFinder
}

// marked is what one marker gives.
type marked struct {
	rows []frames.Change
	// expr is what it rests on, failure why it could not be read.
	expr, failure string
	// err is the failure as an error, said what the server had to say beside its answer.
	err  error
	said []data.Notice
}

// within are the stretches of a range that the markers show, and what they rest on, in the markers' order. A marker
// that cannot be read gives a notice: the other annotations are worth having without it.
func (m *markers) within(ctx context.Context, r Request) ([]marked, error) {
	// Durations of less than a second would be none once rounded.
	step := max(m.intervals.Of(ctx, model.Query{Flag: r.Query.Flag}, r.From, r.To), r.To.Sub(r.From)/markerPoints, time.Second).Round(time.Second)
	found := make([]marked, len(m.settings.Markers))
	return found, parallel.Do(len(found), func(i int) error {
		found[i] = m.read(ctx, r, m.settings.Markers[i], step)
		return nil
	})
}

func (m *markers) read(ctx context.Context, r Request, marker model.Marker, step time.Duration) (found marked) {
	var err error
	if found.expr, err = promql.Highest(marker.Metric); err != nil {
		return marked{failure: fmt.Sprintf("Marker %q: %v.", marker.Title, err)}
	}
	// The range's own beginning is kept, or a stretch that began before it would seem to lie outside.
	result, err := m.client.QueryRange(ctx, promapi.RangeQuery{Expr: found.expr, Start: r.From, End: r.To, Step: step})
	if err != nil {
		found.failure, found.err = fmt.Sprintf("Marker %q: %v", marker.Title, err), fmt.Errorf("marker %q: %w", marker.Title, err)
		return found
	}
	found.said = frames.Notices(result.Warnings, result.Infos)
	for _, series := range result.Series {
		found.rows = append(found.rows, stretches(r, marker, series.Floats, step)...)
	}
	return found
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
