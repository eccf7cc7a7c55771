package series

import (
	"cmp"
	"context"
	"errors"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// exemplarCells is in how many stretches of a range exemplars are chosen: a mark every few pixels, of each variant the
// slowest and a usual one.
const exemplarCells = 60

// defaultExemplarTimeout is far more than a server takes for exemplars, and less than an operator waits for the series.
const defaultExemplarTimeout = 3 * time.Second

// traceID is what the ids of tracing systems look like: hexadecimal, at times with hyphens. What a label holds besides
// could lead an address astray.
var traceID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)

// exemplars reads what adorns the series.
type exemplars struct {
	client    exemplarClient
	settings  model.Settings
	catalogue survey.Catalogue
	variants  interface {
		OfSeries(ctx context.Context, scope promql.Scope, signal model.Signal, s survey.Span) (func(labels.Labels) (string, error), error)
	}
	classes interface {
		HistogramSeries(ctx context.Context, signal model.Signal, s survey.Span) ([]string, error)
	}
	timeout time.Duration
}

func newExemplars(client exemplarClient, settings model.Settings, found *survey.Survey, timeout time.Duration) *exemplars {
	return &exemplars{
		client: client, settings: settings, catalogue: found.Catalogue, variants: found.Variants, classes: found.Classes,
		timeout: cmp.Or(timeout, defaultExemplarTimeout),
	}
}

// beside reads the exemplars of the histograms among the answers. Whatever goes wrong with them, the series stand, and
// a notice says it.
func (e *exemplars) beside(ctx context.Context, r Request, s survey.Span, answers []answer) (data.Frames, []data.Notice) {
	if r.FromAlert || !e.settings.WantsExemplars(r.Query) {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	histograms := slices.DeleteFunc(slices.Clone(answers), func(a answer) bool {
		return !a.kind.Drawn.Distribution || len(a.measures) == 0
	})
	found := make([]data.Frames, len(histograms))
	said := make([][]data.Notice, len(histograms))
	err := parallel.Do(len(histograms), func(i int) error {
		var err error
		found[i], said[i], err = e.of(ctx, r.Query, s, histograms[i])
		if err != nil {
			said[i] = append(said[i], notices.Warn("%s: its exemplars could not be read: %s.",
				histograms[i].signal.Name, firstSentence(err)))
		}
		return nil
	})
	all := slices.Concat(said...)
	if err != nil {
		all = append(all, notices.Warn("The exemplars could not be read: %v.", err))
	}
	return slices.Concat(found...), notices.Unique(all)
}

// firstSentence is what an error says to a user.
func firstSentence(err error) string {
	var known *promapi.Error
	if errors.As(err, &known) {
		return known.Message
	}
	return err.Error()
}

func (e *exemplars) of(
	ctx context.Context, query model.Query, s survey.Span, a answer,
) (data.Frames, []data.Notice, error) {
	scope := e.catalogue.Scope(query, a.signal)
	scope.Variants = readVariants(query, a.subject, false)
	metrics, err := e.classes.HistogramSeries(ctx, a.signal, s)
	if err != nil {
		return nil, nil, err
	}
	expr, err := scope.Series().Exemplars(metrics...)
	if err != nil {
		return nil, nil, err
	}
	series, warnings, err := e.client.Exemplars(ctx, promapi.ExemplarQuery{Expr: expr, Start: s.From, End: s.To})
	if err != nil {
		return nil, nil, err
	}
	variantOf, err := e.variants.OfSeries(ctx, scope, a.signal, s)
	if err != nil {
		return nil, nil, err
	}
	said := frames.Notices(warnings, nil)
	rows, strange := e.rows(query, a.subject, scope, series, variantOf)
	if strange > 0 {
		said = append(said, notices.Warn("%s: %d exemplars name no trace in their label %q, or one whose id cannot be an id.",
			a.signal.Name, strange, e.settings.TraceLabel()))
	}
	if len(rows) == 0 && strange == 0 {
		said = append(said, data.Notice{Severity: data.NoticeSeverityInfo, Text: a.signal.Name +
			": no exemplars in this range. The services must expose them in OpenMetrics, and the server must store them" +
			" (Prometheus: --enable-feature=exemplar-storage)."})
	}
	var link frames.TraceLink
	if traces := e.settings.Traces; traces != nil {
		link = frames.TraceLink{DatasourceUID: traces.DatasourceUID, URL: traces.URL}
	}
	rows = chosen(rows, s.From.UnixMilli(), s.To.UnixMilli())
	return frames.Exemplars(a.signal, e.settings.TraceLabel(), rows, expr, link), said, nil
}

// rows are the exemplars of the subject's variants, and how many were left out because they name no trace.
func (e *exemplars) rows(
	query model.Query, subject survey.Subject, scope promql.Scope, series []promapi.ExemplarSeries,
	variantOf func(labels.Labels) (string, error),
) (rows []frames.Exemplar, strange int) {
	wanted := wantedRoles(query)
	traceLabel := e.settings.TraceLabel()
	hidden := append(scope.Series().SplitLabels(), prommodel.MetricNameLabel, promql.BucketLabel, promql.RangeLabel, traceLabel)
	for _, one := range series {
		variant, err := variantOf(one.Labels)
		role, known := subject.RoleOf(variant)
		if err != nil || !known || !wanted(role) {
			continue
		}
		shared := labelMap(one.Labels, hidden)
		for _, exemplar := range one.Exemplars {
			id := exemplar.Labels.Get(traceLabel)
			if !traceID.MatchString(id) {
				strange++
				continue
			}
			if math.IsNaN(exemplar.V) || math.IsInf(exemplar.V, 0) {
				continue
			}
			own := labelMap(exemplar.Labels, hidden)
			for name, value := range shared {
				own[name] = value
			}
			rows = append(rows, frames.Exemplar{
				At: time.UnixMilli(exemplar.T), Value: exemplar.V, Flag: subject.Flag, Variant: variant, Role: role,
				TraceID: id, Labels: own,
			})
		}
	}
	return rows, strange
}

func labelMap(from labels.Labels, hidden []string) map[string]string {
	out := map[string]string{}
	from.Range(func(l labels.Label) {
		if !slices.Contains(hidden, l.Name) {
			out[l.Name] = l.Value
		}
	})
	return out
}

// chosen keeps, of each variant in each of exemplarCells stretches of the range, the slowest exemplar and the one in the
// middle by value: what went wrong, and what is usual. Each trace is kept once in a variant.
func chosen(rows []frames.Exemplar, from, to int64) []frames.Exemplar {
	width := max((to-from)/exemplarCells, 1)
	type cell struct {
		variant string
		index   int64
	}
	cells := map[cell][]frames.Exemplar{}
	var order []cell
	for _, row := range rows {
		at := cell{row.Variant, (row.At.UnixMilli() - from) / width}
		if _, seen := cells[at]; !seen {
			order = append(order, at)
		}
		cells[at] = append(cells[at], row)
	}
	var kept []frames.Exemplar
	for _, at := range order {
		inCell := cells[at]
		slices.SortStableFunc(inCell, func(a, b frames.Exemplar) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.TraceID, b.TraceID))
		})
		middle, last := inCell[(len(inCell)-1)/2], inCell[len(inCell)-1]
		kept = append(kept, last)
		if middle.TraceID != last.TraceID {
			kept = append(kept, middle)
		}
	}
	return kept
}
