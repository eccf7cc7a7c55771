package model

// FlagsResource answers GET flags: the flags that Prometheus knows, sorted by key.
type FlagsResource struct {
	Flags []FlagInfo `json:"flags"`
	// Notices tell what was cut or could not be read.
	Notices []string `json:"notices,omitempty"`
}

// FlagInfo is a flag with its variants, the baseline first.
type FlagInfo struct {
	Flag     string   `json:"flag"`
	Baseline string   `json:"baseline,omitempty"`
	Variants []string `json:"variants"`
}

// NamesResource answers GET labels, label-values?label= and variants?flag=.
type NamesResource struct {
	Names   []string `json:"names"`
	Notices []string `json:"notices,omitempty"`
}

// MetricInfo is a metric that can be split.
type MetricInfo struct {
	Name string `json:"name"`
	// Type is counter, gauge, histogram, native histogram or summary.
	Type string `json:"type"`
	Help string `json:"help,omitempty"`
	Unit string `json:"unit,omitempty"`
}

// MetricsResource answers GET metrics.
type MetricsResource struct {
	Metrics []MetricInfo `json:"metrics"`
	Notices []string     `json:"notices,omitempty"`
}

// SignalsResource answers GET signals: the catalogue as it is in force.
type SignalsResource struct {
	Signals []Signal `json:"signals"`
}

// PresetInfo is a preset with the split and the signals that it stands for.
type PresetInfo struct {
	ID      Preset   `json:"id" jsonschema:"enum=flaglens,enum=otel,enum=prom-client,enum=none"`
	Name    string   `json:"name"`
	Split   Split    `json:"split"`
	Signals []Signal `json:"signals"`
}

// PresetsResource answers GET presets, the default one first.
type PresetsResource struct {
	Presets []PresetInfo `json:"presets"`
}

// VersionResource answers GET version: what is running here and what is asked.
type VersionResource struct {
	// Plugin is the version of this backend; empty in a build without one.
	Plugin string `json:"plugin,omitempty"`
	// Engine is Prometheus, Grafana Mimir, VictoriaMetrics or unknown.
	Engine string `json:"engine"`
	// Version is the engine's; empty where it does not tell.
	Version string `json:"version,omitempty"`
}

// PromQLRequest is the body of POST promql: a query and the range it would run over.
type PromQLRequest struct {
	Query Query `json:"query"`
	// From and To are unix milliseconds.
	From          int64 `json:"from"`
	To            int64 `json:"to"`
	IntervalMS    int64 `json:"intervalMs"`
	MaxDataPoints int64 `json:"maxDataPoints"`
}

// PromQLStatement is one expression that a query sends to Prometheus.
type PromQLStatement struct {
	Signal string `json:"signal"`
	Expr   string `json:"expr"`
	// Step is a Prometheus duration; empty for an instant query.
	Step string `json:"step,omitempty"`
}

// PromQLResource answers POST promql.
type PromQLResource struct {
	Statements []PromQLStatement `json:"statements"`
}

// BacktestResult says how often a verdict on a signal is wrong where nothing was changed.
type BacktestResult struct {
	Signal   string `json:"signal"`
	Baseline string `json:"baseline"`
	// Splits is how many random halves were judged, Alarms how many of those were called regressed.
	Splits int `json:"splits"`
	Alarms int `json:"alarms"`
	// Rate is Alarms over Splits, absent without splits, like its standard error.
	Rate          *float64 `json:"rate,omitempty"`
	StandardError *float64 `json:"standardError,omitempty"`
	// Alpha is the part that may be called regressed.
	Alpha float64 `json:"alpha"`
	// Processes is how many there were to draw from, Ticks how many minutes, From and To which ones, in unix milliseconds.
	Processes int   `json:"processes"`
	Ticks     int   `json:"ticks"`
	From      int64 `json:"from"`
	To        int64 `json:"to"`
	// Reason says in words what was found and what it rests on.
	Reason string `json:"reason"`
}

// BacktestResource answers POST backtest, whose body is a PromQLRequest with a query of the type backtest.
type BacktestResource struct {
	Results []BacktestResult `json:"results"`
	Notices []string         `json:"notices,omitempty"`
}

// ErrorResource is the body of every resource answer that is not 2xx.
type ErrorResource struct {
	Error string `json:"error"`
	// Source is downstream or plugin.
	Source string `json:"source"`
}
