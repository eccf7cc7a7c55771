package model

// SetupRequest is the body of POST detect, doctor, metrics, signals, labels and label-values.
type SetupRequest struct {
	// Settings are the datasource's jsonData as a page holds it, not saved yet; the saved ones where they are absent. They are
	// checked as saved ones are. The URL, credentials, TLS and headers are always the saved ones.
	Settings *Settings `json:"settings,omitempty"`
	// Metric narrows labels and label-values to one metric.
	Metric string `json:"metric,omitempty"`
	// Label is whose values label-values lists.
	Label string `json:"label,omitempty"`
}

// PreviewRequest is the body of POST preview.
type PreviewRequest struct {
	Settings *Settings `json:"settings,omitempty"`
	// From and To are unix milliseconds; the last hour where both are 0.
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Flag is the one whose values are shown; the first with a baseline and a feature if empty.
	Flag string `json:"flag,omitempty"`
}

// DetectResource answers POST detect: what this Prometheus has that Flaglens can compare.
type DetectResource struct {
	// Engine is Prometheus, Grafana Mimir, VictoriaMetrics or unknown; Version is empty where it does not tell.
	Engine  string `json:"engine"`
	Version string `json:"version,omitempty"`
	// ScrapeIntervalMS is how often the best proposal's traffic is scraped, in milliseconds; 0 where it is not known.
	ScrapeIntervalMS int64 `json:"scrapeIntervalMs"`
	// ScrapeIntervalFrom says in a sentence how that was learnt, or what is assumed.
	ScrapeIntervalFrom string `json:"scrapeIntervalFrom"`
	// Proposals are ranked, the best first; empty where nothing was found, and Advice says what to do.
	Proposals []Proposal `json:"proposals"`
	// Advice are sentences that say what to do where there is no proposal, or no request metric in it.
	Advice []string `json:"advice"`
	// Notices tell what was cut or could not be read.
	Notices []string `json:"notices"`
	// Metrics is how many names of metrics there are, of the last hours, and Labels how many names of labels.
	Metrics int `json:"metrics"`
	Labels  int `json:"labels"`
}

// Proposal is one way to split what is there.
type Proposal struct {
	// ID stays the same as long as the labels and metrics that it rests on do.
	ID string `json:"id"`
	// Title names it in a few words: OpenTelemetry names: feature_flag_key, feature_flag_result_variant.
	Title string `json:"title"`
	// Reason is a sentence: what was found.
	Reason string `json:"reason"`
	// Doubts are sentences: what is not certain, and what to look at before accepting.
	Doubts []string `json:"doubts"`
	// Settings are what accepting it changes: the fields of jsonData that it sets, whole. Every other field stays as it is.
	Settings Settings `json:"settings"`
	// Split is that of the settings.
	Split Split `json:"split"`
	// Flags are the first flags that it yields, FlagCount how many there are.
	Flags     []ProposedFlag `json:"flags"`
	FlagCount int            `json:"flagCount"`
	// Signals are those of the settings that are chosen, and others that could be; the ones chosen first.
	Signals []ProposedSignal `json:"signals"`
	// Series is how many series the metrics of the signals have with the split's labels; at least so many where Cut.
	Series int  `json:"series"`
	Cut    bool `json:"cut,omitempty"`
}

// ProposedFlag is a flag that a proposal yields, with its variants, the baseline first.
type ProposedFlag struct {
	Flag     string   `json:"flag"`
	Variants []string `json:"variants"`
	// VariantCount is how many variants there are; Variants are the first of them.
	VariantCount int `json:"variantCount"`
	// Baseline is empty where none is known.
	Baseline string `json:"baseline,omitempty"`
	// BaselineFrom says in a sentence what the baseline rests on, or why there is none.
	BaselineFrom string `json:"baselineFrom"`
}

// ProposedSignal is a signal that a proposal offers.
type ProposedSignal struct {
	// Signal is whole: as it stands in the settings' signals.
	Signal Signal `json:"signal"`
	// Chosen is whether the proposal's settings have it.
	Chosen bool `json:"chosen"`
	// Class is what the metric's series are.
	Class MetricClass `json:"class" jsonschema:"enum=classic histogram,enum=native histogram,enum=vmrange histogram,enum=classic and native histogram,enum=count and sum,enum=counter,enum=gauge,enum=summary"`
	// Reason is a sentence: what it was recognized by, and what unit, direction and margin rest on.
	Reason string `json:"reason"`
	// Warnings are sentences: what it cannot show, and what to do about it.
	Warnings []string `json:"warnings"`
	// Series is how many series it is read from; at least so many where the proposal is Cut.
	Series int `json:"series"`
}

// MetricClass is what the series of a metric are.
type MetricClass string

// Classes of metrics.
const (
	ClassClassic  MetricClass = "classic histogram"
	ClassNative   MetricClass = "native histogram"
	ClassVMRange  MetricClass = "vmrange histogram"
	ClassBoth     MetricClass = "classic and native histogram"
	ClassCountSum MetricClass = "count and sum"
	ClassCounter  MetricClass = "counter"
	ClassGauge    MetricClass = "gauge"
	ClassSummary  MetricClass = "summary"
)

var metricClasses = []MetricClass{
	ClassClassic, ClassNative, ClassVMRange, ClassBoth, ClassCountSum, ClassCounter, ClassGauge, ClassSummary,
}

// PreviewResource answers POST preview: what settings yield now.
type PreviewResource struct {
	// Flags are the first flags that there are, FlagCount how many.
	Flags     []FlagInfo `json:"flags"`
	FlagCount int        `json:"flagCount"`
	// Flag is the one whose values the rows are of; empty where there is none.
	Flag string `json:"flag,omitempty"`
	// Baseline is that flag's; empty where none is known, and Notices say so.
	Baseline string `json:"baseline,omitempty"`
	// Rows have a value for each signal, stat and variant that is shown, the baseline first; or, without a variant, why a signal
	// has none.
	Rows []PreviewRow `json:"rows"`
	// Notices are sentences of the answer as a whole.
	Notices []string `json:"notices"`
	// From and To are the range that was read, in unix milliseconds.
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// PreviewRow is one value of one variant, or the reason why a signal has none.
type PreviewRow struct {
	// Signal is the signal's id, Name its name.
	Signal string `json:"signal"`
	Name   string `json:"name"`
	// Judged is whether verdicts are made of it.
	Judged bool `json:"judged"`
	// Variant is empty in a row that says why there is nothing.
	Variant string `json:"variant,omitempty"`
	Role    Role   `json:"role,omitempty" jsonschema:"enum=baseline,enum=feature"`
	// Stat is p95, mean, ratio, rate, share or value.
	Stat string `json:"stat,omitempty"`
	// Value is in Unit, a Grafana unit id; absent where there is none.
	Value *float64 `json:"value,omitempty"`
	Unit  string   `json:"unit,omitempty"`
	// Text is the value with its unit, as it is read: 38 ms.
	Text string `json:"text,omitempty"`
	// Cause is why there is nothing; empty where there is something.
	Cause Cause `json:"cause,omitempty"`
	// Message is a sentence that says why there is nothing, or what to know of the value.
	Message string `json:"message,omitempty"`
}

// CheckStatus is what a check of the doctor says.
type CheckStatus string

// Statuses of checks, the worst first.
const (
	CheckFail CheckStatus = "fail"
	CheckWarn CheckStatus = "warn"
	CheckPass CheckStatus = "pass"
)

var checkStatuses = []CheckStatus{CheckFail, CheckWarn, CheckPass}

// DoctorResource answers POST doctor.
type DoctorResource struct {
	// Checks are in a fixed order; all of them are there, whatever they say.
	Checks []DoctorCheck `json:"checks"`
	// Summary says in a sentence what cannot be judged until what fails is fixed; empty where nothing fails.
	Summary string `json:"summary,omitempty"`
	// CheckedAt is in unix milliseconds, TookMS how long it took.
	CheckedAt int64 `json:"checkedAt"`
	TookMS    int64 `json:"tookMs"`
}

// DoctorCheck is one check.
type DoctorCheck struct {
	// ID is engine, flags, baseline, signals, buckets, births, cardinality, scrape, retention, clock or writers.
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Status CheckStatus `json:"status" jsonschema:"enum=fail,enum=warn,enum=pass"`
	// Detail is what was found, in a sentence or two.
	Detail string `json:"detail"`
	// Remedy is what to do; empty where nothing has to be done.
	Remedy string `json:"remedy,omitempty"`
	// Items are what Detail sums up: a sentence each, the worst first.
	Items []string `json:"items"`
	// Code is what to paste: bounds of buckets, a line of code; empty where there is nothing.
	Code string `json:"code,omitempty"`
	// Buckets are set by the check buckets, the worst first.
	Buckets []BucketFinding `json:"buckets,omitempty"`
	// Share is how much of a limit is used, 0 to 1; set by the check cardinality.
	Share *float64 `json:"share,omitempty"`
	// Baselines are flags without a known baseline; set by the check baseline.
	Baselines []ProposedFlag `json:"baselines,omitempty"`
}

// BucketFinding is how finely a histogram's buckets tell a quantile.
type BucketFinding struct {
	Flag   string `json:"flag"`
	Signal string `json:"signal"`
	Metric string `json:"metric"`
	// Unit is of Value, Lower, Upper, Bounds and Add.
	Unit string `json:"unit"`
	// Quantile is 0 to 1, Value the baseline's.
	Quantile float64 `json:"quantile"`
	Value    float64 `json:"value"`
	// Lower and Upper bound the bucket that Value lies in; Upper is absent where it is the last one, without an end.
	Lower float64  `json:"lower"`
	Upper *float64 `json:"upper,omitempty"`
	// Bounds are those that the series have, without +Inf; Add those that would tell it.
	Bounds []float64 `json:"bounds"`
	Add    []float64 `json:"add"`
	// Status is of this one.
	Status CheckStatus `json:"status" jsonschema:"enum=fail,enum=warn,enum=pass"`
	// Text says it in a sentence: anything between 250 ms and 500 ms is hidden.
	Text string `json:"text"`
}
