package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jellydator/ttlcache/v3"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// nameless finds out how much of a flag's traffic carries no variant, and remembers it for a while.
type nameless struct {
	catalogue Catalogue
	client    namelessClient
	classes   counter
	known     *ttlcache.Cache[string, []data.Notice]
}

// namelessClient is what looking for traffic without a variant asks of a Prometheus.
type namelessClient interface {
	querier
	seriesLister
}

func newNameless(client namelessClient, catalogue Catalogue, classes counter) *nameless {
	return &nameless{catalogue: catalogue, client: client, classes: classes, known: newNotices()}
}

// leftOut says how much of a signal's events have the flag and no variant, and how they can be had as one.
func (n *nameless) leftOut(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]data.Notice, error) {
	mode, found := n.catalogue.modeOf(signal), n.catalogue.KindOf(signal).Found
	if found.Snapshot || len(mode.Nameless(scope)) == 0 {
		return nil, nil
	}
	counted, err := n.classes.Counted(ctx, found.EventsOf(signal), s)
	if err != nil {
		return nil, err
	}
	fn := promql.Func{Name: "increase", Window: s.Length(), Count: counted.CountInside(), Whole: true}
	scope.GroupBy, scope.Variants = nil, []string{""}
	expr, err := scope.Sum(counted.Signal.Metric, fn)
	if err != nil {
		return nil, err
	}
	key := names.Key(signal.Name, expr, s.To.Truncate(joinsTTL).String())
	if item := n.known.Get(key); item != nil {
		return slices.Clone(item.Value()), nil
	}
	var said []data.Notice
	some, err := n.some(ctx, scope, counted.Signal.Metric, s)
	if err != nil {
		return nil, err
	}
	none := 0.0
	if some {
		if none, err = n.total(ctx, expr, s); err != nil {
			return nil, err
		}
	}
	if none > 0 {
		scope.Variants = nil
		if expr, err = scope.Sum(counted.Signal.Metric, fn); err != nil {
			return nil, err
		}
		all, err := n.total(ctx, expr, s)
		if err != nil {
			return nil, err
		}
		said = append(said, n.notice(scope, signal, none/max(all, none)))
	}
	n.known.DeleteExpired()
	n.known.Set(key, said, joinsTTL)
	return slices.Clone(said), nil
}

// some looks in the index alone whether there is any such series: where a metric has very many, adding them up is much work.
func (n *nameless) some(ctx context.Context, scope promql.Scope, metric string, s Span) (bool, error) {
	match, err := scope.Presence().OwnSelector(metric)
	if err != nil {
		return false, err
	}
	series, _, err := n.client.Series(ctx, promapi.MetaQuery{Match: []string{match}, Start: s.From, End: s.To, Limit: 1})
	return len(series) > 0, err
}

// total adds up what an expression gives at the end of a span.
func (n *nameless) total(ctx context.Context, expr string, s Span) (float64, error) {
	result, err := n.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return 0, fmt.Errorf("count what carries no variant: %w", err)
	}
	sum := 0.0
	for _, series := range result.Series {
		if len(series.Floats) > 0 && series.Floats[0].V > 0 {
			sum += series.Floats[0].V
		}
	}
	return sum, nil
}

func (n *nameless) notice(scope promql.Scope, signal model.Signal, part float64) data.Notice {
	way := scope.Split
	if carrier := way.Mode.Carrier(way.Split); carrier != "" {
		return notices.Warn("%s: %s of the requests with flag %s carry no variant: the label %s of %s is empty or missing for their processes. "+
			"They count in the shares, and are compared with nothing. Give it a value there, or split by matchers of labels that they have.",
			signal.Name, percent(part), scope.Flag, way.VariantLabel, carrier)
	}
	var selector []string
	for _, matcher := range n.catalogue.modeOf(signal).Nameless(scope) {
		selector = append(selector, matcher.String())
	}
	return notices.Warn("%s: %s of the requests with flag %s carry no variant: their label %s is empty or missing. They count in the shares, "+
		"and are compared with nothing. To have them as a variant, such as the baseline, split by matchers in the datasource's settings: %s selects them.",
		signal.Name, percent(part), scope.Flag, way.VariantLabel, strings.Join(selector, ","))
}
