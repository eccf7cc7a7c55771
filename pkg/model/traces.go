package model

import (
	"net/url"
	"strings"
)

// Traces says where the traces are that exemplars name. Where it is set, series of histograms are answered with their
// exemplars.
type Traces struct {
	// DatasourceUID is a tracing datasource of the same Grafana: Tempo, Jaeger or Zipkin. It goes before the URL.
	DatasourceUID string `json:"datasourceUid,omitempty"`
	// URL is the page of a trace, with ${traceId} where its id belongs.
	URL string `json:"url,omitempty"`
	// Label is the exemplars' label that holds the id of the trace; trace_id if empty.
	Label string `json:"label,omitempty"`
}

// TraceIDPlaceholder stands for the id of a trace in the URL of its page.
const TraceIDPlaceholder = "${traceId}"

// DefaultTraceLabel is the label that OpenTelemetry names for the id of a trace in exemplars.
const DefaultTraceLabel = "trace_id"

// maxUIDLength is the longest uid that Grafana gives.
const maxUIDLength = 40

// maxURLLength bounds the page of a trace.
const maxURLLength = 2048

// TraceLabel is the exemplars' label that holds the id of the trace.
func (s Settings) TraceLabel() string {
	if s.Traces == nil || s.Traces.Label == "" {
		return DefaultTraceLabel
	}
	return s.Traces.Label
}

func (t *Traces) check() error {
	if t == nil {
		return nil
	}
	if len(t.DatasourceUID) > maxUIDLength || strings.ContainsAny(t.DatasourceUID, " /\\\"'\n\t") {
		return invalid("traces.datasourceUid", "choose a datasource, or leave it out", "%.80q is no uid", t.DatasourceUID)
	}
	if t.Label != "" {
		if err := checkLabelName("traces.label", t.Label); err != nil {
			return err
		}
	}
	if t.URL == "" {
		return nil
	}
	const hint = "write it like http://localhost:16686/trace/" + TraceIDPlaceholder
	if len(t.URL) > maxURLLength {
		return invalid("traces.url", hint, "%d bytes are too long, at most %d are read", len(t.URL), maxURLLength)
	}
	if !strings.Contains(t.URL, TraceIDPlaceholder) {
		return invalid("traces.url", hint, "it does not say where the id of the trace belongs")
	}
	parsed, err := url.Parse(strings.ReplaceAll(t.URL, TraceIDPlaceholder, "0"))
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Hostname() == "" {
		return invalid("traces.url", hint, "%.200q is no address of a page", t.URL)
	}
	return nil
}

// WantsExemplars tells whether a query is answered with exemplars beside its series: where it asks for them, else where
// the settings say where traces are. Tables and alert rules have no place for them.
func (s Settings) WantsExemplars(q Query) bool {
	if q.QueryType != QuerySplit && q.QueryType != QueryCompare || q.Format != FormatSeries {
		return false
	}
	if q.Exemplars != nil {
		return *q.Exemplars
	}
	return s.Traces != nil
}
