package frames

import (
	"regexp"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
)

// The panels that Explore draws an answer with, where it is asked for by itself.
const (
	comparisonPanel = "flaglens-panel"
	statPanel       = "stat"
	heatmapPanel    = "heatmap"
)

// Dress writes into the config of an answer's fields what core panels need to show it well: what series are called, which
// of them are essential, how wide dates are, which columns are for machines. Values, names and labels stay as they are, and a
// query that names neither legend nor detail has its series and columns as ever. What a user overrides wins.
func Dress(answer data.Frames, query model.Query) {
	if panel := panelOf(query); panel != "" {
		for _, frame := range answer {
			if frame.Meta != nil && frame.Meta.DataTopic == "" {
				frame.Meta.PreferredVisualizationPluginID = panel
			}
		}
	}
	series := seriesFields(answer)
	name(series, query.Legend)
	if query.Detail != model.DetailEssential {
		return
	}
	if query.Format == model.FormatSeries && len(query.Stats) == 0 && len(query.Roles) == 0 && len(query.Quantiles) == 0 {
		hideAllBut(series, essential(series))
	}
	for _, frame := range answer {
		if hidden, ok := technical[layoutOf(query)]; ok {
			dressColumns(frame, hidden)
		}
	}
}

// panelOf is the panel that draws a query's answer best; empty leaves it to Explore. The series of split stay with its graph,
// which draws exemplars too.
func panelOf(query model.Query) string {
	switch {
	case query.Format == model.FormatAlert:
		// Explore's table would write all numbers into one column, without a word of what they are.
		return statPanel
	case query.QueryType == model.QueryCompare && query.Format == model.FormatSeries, query.QueryType == model.QueryVerdict:
		return comparisonPanel
	case query.Format == model.FormatHeatmap:
		return heatmapPanel
	}
	return ""
}

// seriesFields are the value fields of an answer's series and numbers: those that say of which signal they are.
func seriesFields(answer data.Frames) []*data.Field {
	var fields []*data.Field
	for _, frame := range answer {
		for _, field := range frame.Fields {
			if field.Labels[LabelSignal] != "" && field.Labels[LabelStat] != "" && field.Config != nil {
				fields = append(fields, field)
			}
		}
	}
	return fields
}

// placeholder is {{label}} in a legend.
var placeholder = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// name calls series as a query's legend says.
func name(fields []*data.Field, legend string) {
	if legend == "" {
		return
	}
	signals := map[string]bool{}
	for _, field := range fields {
		signals[field.Labels[LabelSignal]] = true
	}
	for _, field := range fields {
		if legend == model.LegendShort {
			field.Config.DisplayNameFromDS = shortName(field.Labels, len(signals) > 1)
			continue
		}
		field.Config.DisplayNameFromDS = placeholder.ReplaceAllStringFunc(legend, func(part string) string {
			return field.Labels[placeholder.FindStringSubmatch(part)[1]]
		})
	}
}

// shortName is "on p95", beside other signals "on latency p95"; "on errors", "on p95 difference · route=/cart".
func shortName(labels data.Labels, several bool) string {
	words := []string{labels[LabelVariant]}
	stat := labels[LabelStat]
	goesWithout := stat == model.StatRate || stat == model.StatRatio || stat == model.StatValue
	if several || goesWithout {
		words = append(words, labels[LabelSignal])
	}
	if !goesWithout {
		words = append(words, stat)
	}
	if role := model.Role(labels[LabelRole]); role == model.RoleDifference || role == model.RoleRatio {
		words = append(words, string(role))
	}
	parts := []string{strings.Join(words, " ")}
	for _, label := range sortedKeys(labels) {
		if !slices.Contains(SeriesLabels, label) {
			parts = append(parts, label+"="+labels[label])
		}
	}
	return strings.Join(parts, " · ")
}

// essential is which series are shown where none was chosen: baseline and feature in p95 and as a ratio; where there is
// neither, in the first stat of each signal.
func essential(fields []*data.Field) func(*data.Field) bool {
	arm := func(f *data.Field) bool {
		role := model.Role(f.Labels[LabelRole])
		return role == model.RoleBaseline || role == model.RoleFeature
	}
	first := map[string]string{}
	for _, field := range fields {
		if signal := field.Labels[LabelSignal]; first[signal] == "" {
			first[signal] = field.Labels[LabelStat]
		}
	}
	usual := func(f *data.Field) bool {
		stat := f.Labels[LabelStat]
		return arm(f) && (stat == model.QuantileStat(0.95) || stat == model.StatRatio)
	}
	if slices.ContainsFunc(fields, usual) {
		return usual
	}
	return func(f *data.Field) bool { return arm(f) && f.Labels[LabelStat] == first[f.Labels[LabelSignal]] }
}

func hideAllBut(fields []*data.Field, shown func(*data.Field) bool) {
	for _, field := range fields {
		if !shown(field) {
			hide(field)
		}
	}
}

// hide keeps a field out of what core panels draw; it stays in the answer. Tables before Grafana 12.1 know hidden alone.
func hide(field *data.Field) {
	custom(field)["hidden"] = true
	custom(field)["hideFrom"] = map[string]bool{"viz": true, "legend": true, "tooltip": true}
}

// custom is the part of a field's config that panels read by themselves.
func custom(field *data.Field) map[string]any {
	if field.Config == nil {
		field.Config = &data.FieldConfig{}
	}
	if field.Config.Custom == nil {
		field.Config.Custom = map[string]any{}
	}
	return field.Config.Custom
}
