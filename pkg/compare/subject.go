package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// subject is what a comparison is about: a flag as one signal's metric knows it, with its baseline and features.
type subject struct {
	flag string
	// baseline is empty where there is none.
	baseline string
	// features are those asked for, or all, in natural order.
	features []string
	// found are all variants that have series.
	found []string
	// cut is set where the flag has more variants than are read; shown is then all that is read.
	cut   bool
	shown []string
	// leaves is set where features with less traffic were left out.
	leaves bool
	// notices say what is missing or was left out.
	notices []data.Notice
}

// roleOf is the role of a variant; false where the query does not ask for it.
func (s subject) roleOf(variant string) (model.Role, bool) {
	switch {
	case variant == s.baseline && variant != "":
		return model.RoleBaseline, true
	case slices.Contains(s.features, variant):
		return model.RoleFeature, true
	}
	return "", false
}

// subjectOf finds out which variants a flag has on the metrics of a signal, and which of them is the baseline.
func (e *Engine) subjectOf(ctx context.Context, query model.Query, signal model.Signal, s span) (subject, error) {
	scope := e.scopeOf(query, signal)
	found, err := e.variantsOf(ctx, scope, signal, s)
	if err != nil {
		return subject{}, err
	}
	result := subject{flag: query.Flag, found: found}
	if len(found) == 0 {
		notice, err := e.explainAbsence(ctx, scope, signal, s)
		result.notices = append(result.notices, notice)
		return result, err
	}
	result.baseline = e.baselineOf(query, found)
	if result.baseline == "" || !slices.Contains(found, result.baseline) {
		result.notices = append(result.notices, e.missingBaseline(query, result.baseline, found))
	}
	for _, variant := range found {
		if variant != result.baseline && (len(query.Variants) == 0 || slices.Contains(query.Variants, variant)) {
			result.features = append(result.features, variant)
		}
	}
	for _, variant := range query.Variants {
		if !slices.Contains(found, variant) {
			result.notices = append(result.notices, warn("Variant %q of flag %q has no series in this range. Seen: %s.",
				variant, query.Flag, listed(found)))
		}
	}
	result, err = e.cutVariants(ctx, scope, signal, s, result, len(found))
	// What judges says that in its own words.
	judges := query.QueryType == model.QueryVerdict || query.QueryType == model.QueryBacktest
	if result.leaves && !judges {
		result.notices = append(result.notices, result.leftOut("shown"))
	}
	return result, err
}

func (e *Engine) scopeOf(query model.Query, signal model.Signal) promql.Scope {
	return promql.Scope{
		Split: e.settings.SplitOf(signal), Flag: query.Flag, Selector: signal.Selector,
		Filters: query.Filters, GroupBy: query.GroupBy,
	}
}

// baselineOf is the query's baseline, else the one configured for the flag, else the first well-known name that exists.
func (e *Engine) baselineOf(query model.Query, found []string) string {
	if query.Baseline != "" {
		return query.Baseline
	}
	if configured := e.settings.Baselines[query.Flag]; configured != "" {
		return configured
	}
	for _, name := range e.settings.BaselineNames {
		if slices.Contains(found, name) {
			return name
		}
	}
	return ""
}

func (e *Engine) missingBaseline(query model.Query, baseline string, found []string) data.Notice {
	if baseline != "" {
		return warn("The baseline %q of flag %q has no series in this range. Seen: %s.", baseline, query.Flag, listed(found))
	}
	return warn("Flag %q has no baseline: none of its variants (%s) is named %s. Choose one in the query or in the "+
		"datasource's settings.", query.Flag, listed(found), strings.Join(e.settings.BaselineNames, ", "))
}

// variantsOf lists the variants that a flag has on a signal's metrics, in natural order.
func (e *Engine) variantsOf(ctx context.Context, scope promql.Scope, signal model.Signal, s span) ([]string, error) {
	if scope.Split.Mode == model.SplitMatchers {
		return configuredVariants(scope), nil
	}
	match, err := matchAny(metricsOf(signal), scope.VariantSelector)
	if err != nil {
		return nil, err
	}
	key := joined(append([]string{scope.VariantLabel(), s.from.Truncate(variantsTTL).String()}, match...)...)
	if item := e.known.variants.Get(key); item != nil {
		return item.Value(), nil
	}
	values, _, err := e.client.LabelValues(ctx, scope.VariantLabel(), promapi.MetaQuery{Match: match, Start: s.from, End: s.to})
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	sortNaturally(values)
	if len(values) > 0 {
		e.known.variants.DeleteExpired()
		e.known.variants.Set(key, values, variantsTTL)
	}
	return values, nil
}

func configuredVariants(scope promql.Scope) []string {
	var variants []string
	for _, flag := range scope.Split.Flags {
		if flag.Flag == scope.Flag {
			for _, variant := range flag.Variants {
				variants = append(variants, variant.Variant)
			}
		}
	}
	return variants
}

// metricsOf lists the names under which a signal's series can be found; a histogram's own name is that of a native one.
func metricsOf(signal model.Signal) []string {
	switch signal.Kind {
	case model.KindHistogram:
		return []string{signal.Metric + "_count", signal.Metric}
	case model.KindMean:
		return []string{signal.CountMetric}
	default:
		if histogram, ok := histogramCounted(signal); ok {
			return []string{signal.Metric, histogram}
		}
		return []string{signal.Metric}
	}
}

// matchAny makes a selector of each metric.
func matchAny(metrics []string, selector func(metric string) (string, error)) ([]string, error) {
	var match []string
	for _, metric := range metrics {
		one, err := selector(metric)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(match, one) {
			match = append(match, one)
		}
	}
	return match, nil
}

// sortNaturally sorts v2 before v10. Names that differ only in what the collation does not look at (forms of Unicode,
// control characters) have one order too.
func sortNaturally(names []string) {
	slices.Sort(names)
	slices.SortStableFunc(names, collate.New(language.Und, collate.Numeric).CompareString)
}

// listed names a few of many.
func listed(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func warn(format string, args ...any) data.Notice {
	return data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf(format, args...)}
}
