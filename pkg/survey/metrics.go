package survey

import (
	"context"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// maxDescribed bounds the metrics whose descriptions are read: they are decoded whole.
const maxDescribed = 20_000

// Metrics lists the metrics that can be split the datasource's way: those whose series carry its labels, with what the
// server knows of their type, help and unit. Parts of a classic histogram are listed as the one histogram that they are.
func (l *Lists) Metrics(ctx context.Context) (model.MetricsResource, error) {
	found, warnings, err := l.splittable(ctx)
	if err != nil {
		return model.MetricsResource{}, err
	}
	described, err := l.client.Metadata(ctx, "", maxDescribed)
	if err != nil {
		// The list is worth having without descriptions.
		warnings = append(warnings, "The server gives no descriptions of metrics: "+err.Error())
	}
	answer := model.MetricsResource{Metrics: []model.MetricInfo{}, Notices: warnings}
	for _, name := range found {
		info := metricInfo(name, found, described)
		known := slices.ContainsFunc(answer.Metrics, func(m model.MetricInfo) bool { return m.Name == info.Name })
		if !known {
			answer.Metrics = append(answer.Metrics, info)
		}
	}
	metrics, cuts := cutMetrics(answer.Metrics)
	answer.Metrics, answer.Notices = metrics, append(answer.Notices, cuts...)
	return answer, nil
}

// splittable lists the names of the metrics whose series carry what the default split needs.
func (l *Lists) splittable(ctx context.Context) (names, warnings []string, err error) {
	s := l.recent()
	metrics, err := l.places.all(ctx, "", s)
	if err != nil {
		return nil, nil, err
	}
	match, some, err := l.flags.carriers(ctx, l.catalogue.SplitOf(model.Signal{}), metrics, s)
	if err != nil || !some {
		return nil, nil, err
	}
	return l.client.LabelValues(ctx, "__name__", promapi.MetaQuery{Match: match, Start: s.From, End: s.To})
}

// metricInfo describes a metric; a part of a histogram or summary stands for the whole.
func metricInfo(name string, all []string, described map[string][]promapi.Metadata) model.MetricInfo {
	base := name
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if cut, ok := strings.CutSuffix(name, suffix); ok && (slices.Contains(all, cut+"_bucket") || len(described[cut]) > 0) {
			base = cut
		}
	}
	info := model.MetricInfo{Name: base, Type: "unknown"}
	if about := described[base]; len(about) > 0 {
		info.Type, info.Help, info.Unit = about[0].Type, about[0].Help, about[0].Unit
	}
	switch {
	case slices.Contains(all, base+"_bucket"):
		info.Type = "histogram"
	case info.Type == "histogram":
		info.Type = "native histogram"
	}
	return info
}

func cutMetrics(metrics []model.MetricInfo) (kept []model.MetricInfo, cuts []string) {
	if len(metrics) <= maxNames {
		return metrics, nil
	}
	return metrics[:maxNames], []string{notices.Warn("There are %d metrics; the first %d are listed.", len(metrics), maxNames).Text}
}
