package frames

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
)

// Exemplar is one observation of a variant that names its trace.
type Exemplar struct {
	At    time.Time
	Value float64
	Flag  string
	// Variant and Role as in the series beside it.
	Variant string
	Role    model.Role
	TraceID string
	// Labels are all others that the exemplar and its series have.
	Labels map[string]string
}

// TraceLink says where a trace can be looked at: in a datasource of the same Grafana, else on a page whose address holds
// model.TraceIDPlaceholder. Without either there is no link.
type TraceLink struct {
	DatasourceUID, URL string
}

// exemplarFrame is the name by which Grafana's own time series panel knows a frame of exemplars.
const exemplarFrame = "exemplar"

// Exemplars makes the one frame of a signal's exemplars, in the order of time: Time, Value, the id of the trace under the
// name of its label, flag, variant, role and signal, then every other label. The frame is one of annotations, so that it
// is laid over the series and is none of them; core panels draw it as they do Prometheus's own. Without rows there is no
// frame.
func Exemplars(signal model.Signal, traceLabel string, rows []Exemplar, expr string, link TraceLink) data.Frames {
	if len(rows) == 0 {
		return nil
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Exemplar) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Variant, b.Variant), cmp.Compare(a.Value, b.Value))
	})
	value := column(FieldValue, rows, func(e Exemplar) float64 { return e.Value })
	value.Config = &data.FieldConfig{Unit: signal.Unit}
	trace := column(traceLabel, rows, func(e Exemplar) string { return e.TraceID })
	trace.Config = &data.FieldConfig{Links: link.links()}
	fields := []*data.Field{
		column(FieldTime, rows, func(e Exemplar) time.Time { return e.At.UTC() }), value, trace,
		column(LabelFlag, rows, func(e Exemplar) string { return e.Flag }),
		column(LabelVariant, rows, func(e Exemplar) string { return e.Variant }),
		column(LabelRole, rows, func(e Exemplar) string { return string(e.Role) }),
		column(LabelSignal, rows, func(Exemplar) string { return signal.ID }),
	}
	taken := map[string]bool{}
	for _, field := range fields {
		taken[field.Name] = true
	}
	for _, name := range labelsOfAll(rows) {
		if !taken[name] {
			fields = append(fields, column(name, rows, func(e Exemplar) string { return e.Labels[name] }))
		}
	}
	frame := data.NewFrame(exemplarFrame, fields...)
	frame.Meta = &data.FrameMeta{
		ExecutedQueryString: expr,
		DataTopic:           data.DataTopicAnnotations,
		// By this Explore tells exemplars from annotations.
		Custom: map[string]string{"resultType": exemplarFrame},
	}
	return data.Frames{frame}
}

// labelsOfAll are the names of the rows' labels, sorted.
func labelsOfAll(rows []Exemplar) []string {
	all := map[string]string{}
	for _, row := range rows {
		for name := range row.Labels {
			all[name] = ""
		}
	}
	return sortedKeys(all)
}

// links are what Grafana offers on the id of a trace.
func (l TraceLink) links() []data.DataLink {
	const title = "View trace"
	switch {
	case l.DatasourceUID != "":
		// As Grafana's Prometheus datasource asks: Tempo reads a bare id in TraceQL, Jaeger and Zipkin read the query alone.
		query := map[string]string{"query": "${__value.raw}", "queryType": "traceql"}
		return []data.DataLink{{Title: title, Internal: &data.InternalDataLink{DatasourceUID: l.DatasourceUID, Query: query}}}
	case l.URL != "":
		return []data.DataLink{{Title: title, URL: withTraceID(l.URL), TargetBlank: true}}
	}
	return nil
}

// withTraceID puts what Grafana replaces by the field's value in the place of the id.
func withTraceID(url string) string {
	return strings.ReplaceAll(url, model.TraceIDPlaceholder, "${__value.raw}")
}
