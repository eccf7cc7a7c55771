// Package promapi speaks the Prometheus HTTP API: requests built from constants, answers decoded as
// they stream in, and every failure turned into an Error that says what happened and what to do.
package promapi

import (
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
)

// RangeQuery asks for Expr at Start, Start+Step, ... up to End.
type RangeQuery struct {
	Expr       string
	Start, End time.Time
	Step       time.Duration
}

// InstantQuery asks for Expr at Time.
type InstantQuery struct {
	Expr string
	Time time.Time
	// Few says that the answer holds a few series by its nature, each of which matters: a lower limit of series does not cut it.
	Few bool
}

// FloatPoint is a sample; T in unix milliseconds.
type FloatPoint struct {
	T int64
	V float64
}

// HistogramPoint is a native histogram sample; T in unix milliseconds. H is rebuilt from the buckets of
// the JSON answer, which names bounds and not the schema: its buckets and their kind (exponential or
// custom) are those of the server, empty buckets are left out, and counter reset hints are unknown.
type HistogramPoint struct {
	T int64
	H *histogram.FloatHistogram
}

// Series is one series of an answer, points in the order of time. Floats and Histograms may both be set.
type Series struct {
	Labels     labels.Labels
	Floats     []FloatPoint
	Histograms []HistogramPoint
}

// Result is the answer to a query: series sorted by labels, and what the server said beside them.
type Result struct {
	Series   []Series
	Warnings []string
	Infos    []string
	// Partial is set where the engine says that a part of the data is missing, or our own cap cut the answer.
	Partial bool
	// Cut is set where it was our own cap on series or bytes; Partial is then set too.
	Cut bool
}

// MetaQuery narrows a question about names or series. Zero fields do not narrow.
type MetaQuery struct {
	// Match holds series selectors; several are united.
	Match      []string
	Start, End time.Time
	// Limit is the most items to return. An answer that is cut says so in a warning.
	Limit int
}

// Metadata is what a target said about a metric.
type Metadata struct {
	// Type is counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown.
	Type string `json:"type"`
	Help string `json:"help"`
	Unit string `json:"unit"`
}

// BuildInfo is what the engine says of itself. An engine may leave out any of it: VictoriaMetrics
// answers without GoVersion, a Prometheus that was built as a module without Version.
type BuildInfo struct {
	// Application is set by Mimir, as "Grafana Mimir".
	Application string `json:"application"`
	Version     string `json:"version"`
	Revision    string `json:"revision"`
	GoVersion   string `json:"goVersion"`
}
