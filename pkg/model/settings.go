package model

// SplitMode names one of the ways in which a series is told apart by flag and variant.
type SplitMode string

// The four ways to split.
const (
	// SplitLabels: the metric carries a flag label and a variant label.
	SplitLabels SplitMode = "labels"
	// SplitFlagLabel: the label's name is the flag (behind an optional prefix), its value the variant.
	SplitFlagLabel SplitMode = "flag_label"
	// SplitInfo: the variant is constant per instance and joined from an info metric.
	SplitInfo SplitMode = "info"
	// SplitMatchers: each variant is a label selector.
	SplitMatchers SplitMode = "matchers"
)

// Split says how series are told apart. Only the fields of its mode are read.
type Split struct {
	Mode SplitMode `json:"mode" jsonschema:"enum=labels,enum=flag_label,enum=info,enum=matchers"`
	// FlagLabel and VariantLabel are read in the modes labels and info.
	FlagLabel    string `json:"flagLabel,omitempty"`
	VariantLabel string `json:"variantLabel,omitempty"`
	// VariantLabels are further labels that hold the variant, in mode labels, of series whose VariantLabel is empty or missing: the
	// first of them that has a value counts. So services with older and newer names of a label are one fleet.
	VariantLabels []string `json:"variantLabels,omitempty"`
	// Prefix is what the names of flag labels begin with, in mode flag_label.
	Prefix string `json:"prefix,omitempty"`
	// InfoMetric is joined On these labels, in mode info.
	InfoMetric string   `json:"infoMetric,omitempty"`
	On         []string `json:"on,omitempty"`
	// Flags lists the flags of mode matchers.
	Flags []MatcherFlag `json:"flags,omitempty"`
}

// MatcherFlag is a flag whose variants are label selectors.
type MatcherFlag struct {
	Flag     string           `json:"flag"`
	Variants []MatcherVariant `json:"variants"`
}

// MatcherVariant is a variant given by a PromQL selector without a metric name: version="2",region=~"eu.*".
type MatcherVariant struct {
	Variant  string `json:"variant"`
	Selector string `json:"selector"`
}

// SignalKind says how a signal is computed from its metric.
type SignalKind string

// Kinds of signals.
const (
	// KindHistogram: quantiles and mean of a classic or native histogram.
	KindHistogram SignalKind = "histogram"
	// KindRatio: rate of the bad (or wanted) events over the rate of all.
	KindRatio SignalKind = "ratio"
	// KindRate: rate of a counter a second.
	KindRate SignalKind = "rate"
	// KindGauge: mean of a gauge over the series of a variant.
	KindGauge SignalKind = "gauge"
	// KindMean: rate of a sum over the rate of its count.
	KindMean SignalKind = "mean"
)

// Direction says which way is better.
type Direction string

// Directions.
const (
	LowerIsBetter  Direction = "lower"
	HigherIsBetter Direction = "higher"
	// Neutral signals are shown and never judged (throughput under a changing allocation).
	Neutral Direction = "neutral"
)

// Margin is how much worse is tolerated. Relative 0.1 is 10%; Absolute is in the signal's unit. Of a histogram both are
// about the part of the observations above a bucket's edge: relative to the baseline's part, and as a part of all.
type Margin struct {
	Relative float64 `json:"relative,omitempty"`
	Absolute float64 `json:"absolute,omitempty"`
}

// Signal is an entry of the catalogue.
type Signal struct {
	ID   string     `json:"id"`
	Name string     `json:"name"`
	Kind SignalKind `json:"kind" jsonschema:"enum=histogram,enum=ratio,enum=rate,enum=gauge,enum=mean"`
	// Unit is a Grafana unit id: s, percentunit, reqps, bytes.
	Unit      string    `json:"unit,omitempty"`
	Direction Direction `json:"direction,omitempty" jsonschema:"enum=lower,enum=higher,enum=neutral"`
	Margin    *Margin   `json:"margin,omitempty"`
	// Metric is the base name: of a histogram without _bucket, of a counter or gauge as it is.
	Metric string `json:"metric"`
	// Selector narrows the metric; a PromQL selector without a name.
	Selector string `json:"selector,omitempty"`
	// Bad narrows the metric to the numerator of a ratio, beside Selector: status=~"5..".
	Bad string `json:"bad,omitempty"`
	// BadMetric is the counter of the numerator of a ratio, where that is not the metric of all events: Bad, which may then be
	// empty, narrows it. Where it has no series yet and the metric has, it counts as 0.
	BadMetric string `json:"badMetric,omitempty"`
	// CountMetric is the denominator of kind mean.
	CountMetric string `json:"countMetric,omitempty"`
	// Split overrides the datasource's way to split for this signal.
	Split       *Split `json:"split,omitempty"`
	Description string `json:"description,omitempty"`
}

// Preset names a set of metric names and labels that the catalogue starts from.
type Preset string

// Presets.
const (
	PresetFlaglens   Preset = "flaglens"
	PresetOTel       Preset = "otel"
	PresetPromClient Preset = "prom-client"
	PresetNone       Preset = "none"
)

// Limits bound what one query may read. Zero means the default.
type Limits struct {
	MaxVariants int   `json:"maxVariants,omitempty"`
	MaxSeries   int   `json:"maxSeries,omitempty"`
	MaxBytes    int64 `json:"maxBytes,omitempty"`
}

// Settings is the datasource's jsonData; secrets and the URL are Grafana's own fields.
type Settings struct {
	HTTPMethod string `json:"httpMethod,omitempty" jsonschema:"enum=POST,enum=GET"`
	// TimeInterval is the scrape interval as a Prometheus duration; learnt from the samples if empty.
	TimeInterval string `json:"timeInterval,omitempty"`
	// QueryTimeout bounds one upstream request, as a Prometheus duration; 30s if empty.
	QueryTimeout string `json:"queryTimeout,omitempty"`
	Preset       Preset `json:"preset,omitempty" jsonschema:"enum=flaglens,enum=otel,enum=prom-client,enum=none"`
	// Split is the default way to split; the preset's where it is absent.
	Split *Split `json:"split,omitempty"`
	// Signals extend the preset's catalogue; an entry with the id of a preset's replaces it.
	Signals []Signal `json:"signals,omitempty"`
	// Baselines holds the baseline variant of flags by key.
	Baselines map[string]string `json:"baselines,omitempty"`
	// BaselineNames replaces the well-known names control, off, false, baseline, default, A.
	BaselineNames []string `json:"baselineNames,omitempty"`
	Limits        *Limits  `json:"limits,omitempty"`
	// PartialAsError makes partial answers errors in alert rules.
	PartialAsError bool `json:"partialAsError,omitempty"`
	// Alpha is the part of harmless rollouts that a verdict may call regressed: above 0, at most 0.1; 0.01 if empty.
	Alpha float64 `json:"alpha,omitempty"`
	// Profile is how fast against how careful a verdict is; strict if empty.
	Profile Profile `json:"profile,omitempty" jsonschema:"enum=strict,enum=brisk"`
	// ProcessLabels tell one process from another; job, instance and pod, and exported_ with each of them, if empty. Counters are read no further aggregated.
	ProcessLabels []string `json:"processLabels,omitempty"`
	// Markers tell of stretches of time that the annotations of changes show beside what happened to a flag.
	Markers []Marker `json:"markers,omitempty"`
	// AllocationMetric is the gauge that tells the share of the requests that each variant is meant to have.
	AllocationMetric *AllocationMetric `json:"allocationMetric,omitempty"`
	// Allocations holds such shares by flag and variant where no metric tells them. They go before the metric.
	Allocations map[string]map[string]float64 `json:"allocations,omitempty"`
	// Traces says where the traces are that exemplars name.
	Traces *Traces `json:"traces,omitempty"`
	// ReasonMetric is the counter that tells why a flag's evaluations gave what they gave.
	ReasonMetric *ReasonMetric `json:"reasonMetric,omitempty"`
}
