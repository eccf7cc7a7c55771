package compare

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// rankStep is how often the variants that are busiest over a long window may become others.
const rankStep = 10 * time.Minute

// cutVariants keeps the features with the most traffic where a flag has more than may be read, and says so.
func (e *Engine) cutVariants(
	ctx context.Context, scope promql.Scope, signal model.Signal, s span, subject subject, found int,
) (subject, error) {
	most := e.settings.Limits.MaxVariants
	if found <= most {
		return subject, nil
	}
	if len(subject.features) > most {
		busiest, err := e.busiest(ctx, scope, signal, s, most)
		if err != nil {
			return subject, err
		}
		subject.features = busiestOf(subject.features, busiest, most)
		subject.leaves = true
	}
	subject.cut = true
	subject.shown = slices.Clone(subject.features)
	if subject.baseline != "" {
		subject.shown = append(subject.shown, subject.baseline)
	}
	return subject, nil
}

// leftOut says what becomes of the variants that are read, and what to do about the others.
func (s subject) leftOut(become string) data.Notice {
	return warn("Flag %q has %d variants. The %d with the most traffic are %s: "+
		"choose variants in the query, or raise the limit in the datasource's settings.", s.flag, len(s.found), len(s.features), become)
}

// busiestOf keeps the features that are busiest, in their order; where fewer than most had traffic, the first of the
// others fill up.
func busiestOf(features, busiest []string, most int) []string {
	room := most
	for _, feature := range features {
		if slices.Contains(busiest, feature) {
			room--
		}
	}
	var kept []string
	for _, feature := range features {
		busy := slices.Contains(busiest, feature)
		if !busy && room > 0 {
			room--
			busy = true
		}
		if busy {
			kept = append(kept, feature)
		}
	}
	return kept
}

// rankedAt is when the variants with the most events are looked for: the end of the span, and over long windows a round
// time, so that a refresh meets the same ones.
func (s span) rankedAt() time.Time {
	if s.window < 6*rankStep {
		return s.to
	}
	return s.to.Truncate(rankStep)
}

// busiest lists the variants with the most events in the window before the end of the span.
func (e *Engine) busiest(ctx context.Context, scope promql.Scope, signal model.Signal, s span, most int) ([]string, error) {
	scope.GroupBy = nil
	fn := promql.Func{Name: "rate", Window: s.window}
	counted := signal
	switch signal.Kind {
	case model.KindGauge:
		fn = promql.Func{}
	case model.KindHistogram:
		counted.Metric, counted.Kind = signal.Metric+"_count", model.KindRate
	case model.KindMean:
		counted.Metric = signal.CountMetric
	case model.KindRate, model.KindRatio:
	}
	counted, at, err := e.countedNatively(ctx, counted, evaluation{fn: fn}, s)
	if err != nil {
		return nil, err
	}
	expr, err := scope.Top(counted.Metric, most, at.fn)
	if err != nil {
		return nil, err
	}
	result, err := e.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.rankedAt()})
	if err != nil {
		return nil, err
	}
	variants := make([]string, 0, len(result.Series))
	for _, series := range result.Series {
		variants = append(variants, series.Labels.Get(scope.VariantLabel()))
	}
	return variants, nil
}

// withoutPrefix keeps the names that begin with a prefix, and cuts it off. Without a prefix any label can be a flag, but
// those that every scrape or histogram has are none.
func withoutPrefix(names []string, prefix string) []string {
	var flags []string
	for _, name := range names {
		flag, ok := strings.CutPrefix(name, prefix)
		common := prefix == "" && slices.Contains([]string{"instance", "job", "le", "quantile"}, name)
		if ok && flag != "" && !common && !strings.HasPrefix(name, "__") {
			flags = append(flags, flag)
		}
	}
	sortNaturally(flags)
	return flags
}
