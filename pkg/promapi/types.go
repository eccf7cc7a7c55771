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
}

// FloatPoint is a sample; T in unix milliseconds.
type FloatPoint struct {
	T int64
	V float64
}

// HistogramPoint is a native histogram sample; T in unix milliseconds.
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
}
