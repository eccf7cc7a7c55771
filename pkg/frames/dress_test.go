package frames

import (
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/verdict"
)

func drawn(answer data.Frames) (shown []string) {
	for _, frame := range answer {
		for _, field := range frame.Fields {
			hidden := field.Config != nil && field.Config.Custom["hideFrom"] != nil
			if field.Name != FieldTime && !hidden {
				shown = append(shown, field.Config.DisplayNameFromDS)
			}
		}
	}
	return shown
}

func TestEssentialSeriesAreDrawn(t *testing.T) {
	memory := lane{
		signal: "memory", stat: "value", baseline: []float64{1}, features: map[string][]float64{"on": {2}}, order: []string{"on"},
	}
	grouped := latency("on")[1]
	grouped.group = map[string]string{"route": "/cart", "a": "b"}
	essential := model.Query{QueryType: model.QueryCompare, Format: model.FormatSeries, Detail: model.DetailEssential, Legend: model.LegendShort}
	with := func(change func(*model.Query)) model.Query {
		query := essential
		change(&query)
		return query
	}
	for name, test := range map[string]struct {
		lanes []lane
		query model.Query
		want  []string
	}{
		"p95 and errors of both variants": {
			append(append(latency("on"), errorRatio), throughput...), essential,
			[]string{"off latency p95", "on latency p95", "off errors", "on errors"},
		},
		"of one signal its name goes without saying": {latency("on", "next"), essential, []string{"off p95", "on p95", "next p95"}},
		"a ratio alone is called by its signal":      {[]lane{errorRatio}, essential, []string{"off errors", "on errors"}},
		"where there is neither, the first stat":     {append([]lane{memory}, throughput...), essential, []string{"off memory", "on memory", "off throughput", "on throughput"}},
		"groups are told apart":                      {[]lane{grouped}, essential, []string{"off p95 · a=b · route=/cart", "on p95 · a=b · route=/cart"}},
		"chosen stats are all drawn": {
			latency("on")[:1], with(func(q *model.Query) { q.Stats = []string{"p50"} }),
			[]string{"off p50", "on p50", "on p50 difference", "on p50 ratio"},
		},
		"chosen roles are all drawn": {
			latency("on")[:2], with(func(q *model.Query) { q.Roles = []model.Role{model.RoleDifference} }),
			[]string{"off p50", "on p50", "on p50 difference", "on p50 ratio", "off p95", "on p95", "on p95 difference", "on p95 ratio"},
		},
		"a legend of one's own": {
			latency("on")[1:2], with(func(q *model.Query) { q.Legend = "{{variant}} of {{ flag }}: {{stat}} {{nothing}}" }),
			[]string{"off of checkout-v2: p95 ", "on of checkout-v2: p95 "},
		},
		"a query of old is answered as ever": {
			latency("on")[1:2], model.Query{QueryType: model.QueryCompare, Format: model.FormatSeries},
			[]string{"latency p95 · off", "latency p95 · on", "latency p95 difference · on", "latency p95 ratio · on"},
		},
		"an alert shows all its numbers": {
			latency("on")[:1], with(func(q *model.Query) { q.Format = model.FormatAlert }),
			[]string{"off p50", "on p50", "on p50 difference", "on p50 ratio"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer := TimeSeries(goldenGrid, seriesOf(test.lanes...), Meta{})
			Dress(answer, test.query)
			assert.Equal(t, test.want, drawn(answer))
			assert.Len(t, answer, len(seriesOf(test.lanes...)), "what is hidden comes along")
		})
	}
}

func TestColumnsArePeoples(t *testing.T) {
	shown := func(answer data.Frames) []string {
		var names []string
		for _, field := range answer[0].Fields {
			if field.Config == nil || field.Config.Custom["hidden"] == nil {
				names = append(names, field.Name)
			}
		}
		return names
	}
	essential := func(queryType model.QueryType, format model.Format) model.Query {
		return model.Query{QueryType: queryType, Format: format, Detail: model.DetailEssential}
	}
	verdicts := Verdicts([]verdict.Verdict{{}}, "", Meta{})
	Dress(verdicts, essential(model.QueryVerdict, model.FormatTable))
	assert.Equal(t, []string{
		"baseline", "variant", "signal", "state", "evidence", "n_baseline", "n_variant", "since", "headline",
		"difference_text", "interval_text", "margin_text",
	}, shown(verdicts))

	flags := FlagVerdicts([]FlagRow{{LastSeen: time.Now(), Discovery: true}}, "", Meta{})
	Dress(flags, essential(model.QueryFlags, model.FormatTable))
	lastSeen, _ := flags[0].FieldByName("last_seen")
	require.NotNil(t, lastSeen)
	assert.Equal(t, timeWidth, lastSeen.Config.Custom["width"])
	discovery, _ := flags[0].FieldByName("discovery")
	require.NotNil(t, discovery)
	mapped, ok := discovery.Config.Mappings[0].(data.ValueMapper)
	require.True(t, ok)
	assert.Equal(t, "yes", mapped["true"].Text)

	for _, queryType := range model.QueryTypes() {
		for _, format := range model.FormatsOf(queryType) {
			query := essential(queryType, format)
			columns := Empty(query, Meta{})
			if len(columns[0].Fields) == 0 || columns[0].Meta.Type != data.FrameTypeNumericLong {
				continue
			}
			Dress(columns, query)
			assert.NotEmpty(t, shown(columns), "%s as %s", queryType, format)
			query.Detail = ""
			asEver := Empty(query, Meta{})
			Dress(asEver, query)
			assert.Len(t, shown(asEver), len(asEver[0].Fields), "a query of old shows all its columns")
		}
	}
}

// Explore draws an answer with the panel that its frames name.
func TestExploreDraws(t *testing.T) {
	for want, queries := range map[string][]model.Query{
		comparisonPanel: {{QueryType: model.QueryCompare, Format: model.FormatSeries}, {QueryType: model.QueryVerdict, Format: model.FormatTable}},
		statPanel:       {{QueryType: model.QuerySplit, Format: model.FormatAlert}, {QueryType: model.QueryVerdict, Format: model.FormatAlert}},
		heatmapPanel:    {{QueryType: model.QueryDistribution, Format: model.FormatHeatmap}},
		"":              {{QueryType: model.QueryCompare, Format: model.FormatTable}, {QueryType: model.QuerySplit, Format: model.FormatSeries}, {QueryType: model.QueryFlags, Format: model.FormatTable}},
	} {
		for _, query := range queries {
			answer := Empty(query, Meta{})
			Dress(answer, query)
			assert.Equal(t, want, answer[0].Meta.PreferredVisualizationPluginID, "%s as %s", query.QueryType, query.Format)
		}
	}
}

// Core panels write neither the unit of a bucket nor of which variant a heatmap is.
func TestHeatmapsNameUnitAndVariant(t *testing.T) {
	rows := []HeatmapRow{{Upper: 0.1, Points: points(1)}, {Upper: 2.5, Points: points(1)}, {Upper: inf, Points: points(1)}}
	var names []string
	for _, field := range Heatmaps(goldenGrid, []Heatmap{{Identity: Identity{Variant: "on"}, Unit: "s", Rows: rows}}, Meta{})[0].Fields[1:] {
		names = append(names, field.Config.DisplayNameFromDS+" "+field.Labels[LabelLE])
		assert.Equal(t, "suffix:/s with on", field.Config.Unit)
	}
	assert.Equal(t, "100 ms 0.1,2.50 s 2.5,∞ +Inf", strings.Join(names, ","))
}
