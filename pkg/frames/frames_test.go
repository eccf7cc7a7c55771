package frames

import (
	"math"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

func TestGrid(t *testing.T) {
	for _, tt := range []struct {
		name string
		grid Grid
		want int
	}{
		{"both ends", Grid{0, 60, 15}, 5},
		{"end between", Grid{0, 59, 15}, 4},
		{"one time", Grid{7, 7, 15}, 1},
		{"end before start", Grid{8, 7, 15}, 0},
		{"no step", Grid{0, 60, 0}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.grid.Len())
			assert.Len(t, tt.grid.times(), tt.want)
			assert.Len(t, tt.grid.values([]promapi.FloatPoint{{T: 7, V: 1}}), tt.want)
		})
	}
}

func TestPointsOnTheGrid(t *testing.T) {
	grid := Grid{Start: 100, End: 160, Step: 15}
	values := grid.values([]promapi.FloatPoint{
		{T: 99, V: 1},           // before
		{T: 100, V: 2},          // first
		{T: 129, V: 3},          // between: the earlier time
		{T: 145, V: 4},          // a time
		{T: 150, V: 5},          // the same time again: the last wins
		{T: 160, V: math.NaN()}, // no value
		{T: 175, V: 6},          // after
	})
	var got []any
	for _, v := range values {
		if v == nil {
			got = append(got, nil)
		} else {
			got = append(got, *v)
		}
	}
	assert.Equal(t, []any{2.0, 3.0, nil, 5.0, nil}, got)
}

func TestDisplayNames(t *testing.T) {
	for want, id := range map[string]Identity{
		"latency p95 · on":                      {Signal: "latency", Stat: "p95", Variant: "on", Role: model.RoleFeature},
		"latency p95 · off":                     {Signal: "latency", Stat: "p95", Variant: "off", Role: model.RoleBaseline},
		"latency p95 difference · on":           {Signal: "latency", Stat: "p95", Variant: "on", Role: model.RoleDifference},
		"latency mean ratio · on":               {Signal: "latency", Stat: "mean", Variant: "on", Role: model.RoleRatio},
		"errors · on":                           {Signal: "errors", Stat: "ratio", Variant: "on", Role: model.RoleFeature},
		"errors ratio · on":                     {Signal: "errors", Stat: "ratio", Variant: "on", Role: model.RoleRatio},
		"throughput · on":                       {Signal: "throughput", Stat: "rate", Variant: "on"},
		"throughput share · on":                 {Signal: "throughput", Stat: "share", Variant: "on"},
		"memory · on · instance=a · route=/pay": {Signal: "memory", Stat: "value", Variant: "on", Group: map[string]string{"route": "/pay", "instance": "a"}},
		"latency": {Signal: "latency"},
	} {
		assert.Equal(t, want, id.displayName())
	}
}

func TestLabels(t *testing.T) {
	id := Identity{Flag: "f", Variant: `"v"\`, Role: model.RoleFeature, Signal: "latency", Stat: "p95",
		Group: map[string]string{"route": "/", "flag": "of the metric", "le": "1"}}
	assert.Equal(t, data.Labels{"flag": "f", "variant": `"v"\`, "role": "feature", "signal": "latency", "stat": "p95", "route": "/", "le": "1"}, id.labels())
	id.Stat = ""
	assert.NotContains(t, id.labels(), "stat")
}

func TestNotices(t *testing.T) {
	assert.Equal(t, []data.Notice{
		{Severity: data.NoticeSeverityWarning, Text: "a"},
		{Severity: data.NoticeSeverityWarning, Text: "b"},
		{Severity: data.NoticeSeverityInfo, Text: "c"},
	}, Notices([]string{"a", "b", "a", ""}, []string{"b", "c", "c"}))
	assert.Empty(t, Notices(nil, nil))
}

func TestNoticesAreOnTheFirstFrameOnly(t *testing.T) {
	frames := TimeSeries(goldenGrid, seriesOf(errorRatio), Meta{Notices: Notices([]string{"a"}, nil)})
	require.Greater(t, len(frames), 1)
	assert.Len(t, frames[0].Meta.Notices, 1)
	for _, frame := range frames[1:] {
		assert.Empty(t, frame.Meta.Notices)
	}
}

func TestAlertNeverCarriesNaN(t *testing.T) {
	series := []Series{
		{Identity: Identity{Variant: "a"}, Points: points(1, nan)},
		{Identity: Identity{Variant: "b"}},
		{Identity: Identity{Variant: "c"}, Points: points(1, 2)},
	}
	frames := Alert(series, Meta{})
	require.Len(t, frames, 3, "each expected series keeps its row")
	for i, want := range []*float64{nil, nil, ptr(2.0)} {
		value, _ := frames[i].Fields[0].At(0).(*float64)
		assert.Equal(t, want, value)
	}
}

func ptr[T any](v T) *T { return &v }

func TestTimesAreUTC(t *testing.T) {
	local := time.FixedZone("CET", 3600)
	assert.Equal(t, time.UTC, nullableTime(time.Date(2026, 1, 1, 0, 0, 0, 0, local)).Location())
	assert.Nil(t, nullableTime(time.Time{}))
	assert.Equal(t, time.UTC, goldenGrid.times()[0].Location())
}
