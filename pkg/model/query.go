// Package model holds what others script against: the query and the settings of the datasource,
// their defaults and their validation. It imports nothing of ours and does no I/O.
package model

// QueryType names what a query returns.
type QueryType string

// The query types of this version.
const (
	QuerySplit        QueryType = "split"
	QueryCompare      QueryType = "compare"
	QueryDistribution QueryType = "distribution"
	QueryFlags        QueryType = "flags"
	// QueryVerdict says of each feature and signal whether it is worse than the baseline.
	QueryVerdict QueryType = "verdict"
	// QueryChanges lists when the allocation shifted or the flag changed.
	QueryChanges QueryType = "changes"
	// QueryBacktest tells how often a verdict is wrong where nothing was changed.
	QueryBacktest QueryType = "backtest"
)

// Format selects among the shapes in which a query type can answer.
type Format string

// Formats. FormatSeries is what split and compare answer with when the field is empty,
// FormatHeatmap what distribution does.
const (
	FormatSeries  Format = "series"
	FormatTable   Format = "table"
	FormatAlert   Format = "alert"
	FormatHeatmap Format = "heatmap"
	FormatCDF     Format = "cdf"
	FormatShift   Format = "shift"
)

// Role says what a series stands for in a comparison.
type Role string

// Roles of a series.
const (
	RoleBaseline Role = "baseline"
	// RoleNone is that of traffic without a variant, which stands for nothing in a comparison and is in the whole of the shares.
	RoleNone       Role = "none"
	RoleFeature    Role = "feature"
	RoleDifference Role = "difference"
	RoleRatio      Role = "ratio"
)

// Operator of a filter, as in a PromQL matcher.
type Operator string

// Operators of a filter.
const (
	OpEqual    Operator = "="
	OpNotEqual Operator = "!="
	OpMatch    Operator = "=~"
	OpNotMatch Operator = "!~"
)

// Detail says how much core panels show of an answer without being asked.
type Detail string

// Details. DetailEverything is what an empty one means.
const (
	DetailEverything Detail = "everything"
	DetailEssential  Detail = "essential"
)

// LegendShort is the legend that calls series as briefly as tells them apart.
const LegendShort = "short"

// Filter is one label matcher that the user added to every signal of a query.
type Filter struct {
	Key      string   `json:"key"`
	Operator Operator `json:"operator" jsonschema:"enum==,enum=!=,enum==~,enum=!~"`
	Value    string   `json:"value"`
}

// Query is one query of the datasource. Unknown fields are ignored, wrong ones refused by name.
type Query struct {
	QueryType QueryType `json:"queryType" jsonschema:"enum=split,enum=compare,enum=distribution,enum=flags,enum=verdict,enum=changes,enum=backtest"`
	// Flag is the flag's key. Every type but flags needs it.
	Flag string `json:"flag,omitempty"`
	// Baseline is the variant that stands for the existing application; empty: the configured one,
	// else the first of the well-known names that exists.
	Baseline string `json:"baseline,omitempty"`
	// Variants restricts the features that are compared; empty means all.
	Variants []string `json:"variants,omitempty"`
	// Roles restricts the series that are returned; empty means all that the query type has.
	Roles []Role `json:"roles,omitempty"`
	// Signals holds ids of the catalogue.
	Signals []string `json:"signals,omitempty"`
	// Quantiles in 0..1; empty means 0.5, 0.95, 0.99.
	Quantiles []float64 `json:"quantiles,omitempty"`
	// Stats restricts what is returned of each signal: p95, mean, rate, ratio, share, value; empty means all
	// that the signal has. A quantile that is not among Quantiles is computed all the same. A verdict as alert returns
	// one number of it instead: evidence (the default), difference, lower, upper, ratio, baseline_value, variant_value,
	// since, n_baseline, n_variant, evidence_live, edge or regressed (1 where the evidence has reached 1, else 0); message is
	// the evidence with the words of an alert as labels: summary, description, and from, the unix milliseconds where a
	// picture of it begins. The inventory adds its verdict where verdict is asked.
	Stats []string `json:"stats,omitempty"`
	// Filters narrow every signal to matching series.
	Filters []Filter `json:"filters,omitempty"`
	// GroupBy adds labels by which each variant is told apart further.
	GroupBy []string `json:"groupBy,omitempty"`
	Format  Format   `json:"format,omitempty" jsonschema:"enum=series,enum=table,enum=alert,enum=heatmap,enum=cdf,enum=shift"`
	// Exemplars says whether series of histograms are answered with exemplars beside them; empty: where the settings say
	// where traces are. They come as a frame of annotations, with the id of the trace.
	Exemplars *bool `json:"exemplars,omitempty"`
	// Since is when the rollout that is judged began: rollout (the default: the last shift of the allocation), range (the
	// start of the time range) or unix milliseconds.
	Since Since `json:"since,omitempty" jsonschema:"oneof_type=string;integer"`
	// Margins replaces, by signal id, how much worse is tolerated.
	Margins map[string]Margin `json:"margins,omitempty"`
	// Alpha is the part of harmless rollouts that may be called regressed, over all time: above 0, at most 0.1. Empty
	// means the configured one, else 0.01.
	Alpha float64 `json:"alpha,omitempty"`
	// Profile is strict or brisk; empty means the configured one, else strict.
	Profile Profile `json:"profile,omitempty" jsonschema:"enum=strict,enum=brisk"`
	// Legend is how series are called. Empty: by signal, stat and variant (latency p95 · on); short: as briefly as tells them
	// apart (on p95); anything else is a text in which {{variant}}, {{stat}} and the like stand for labels.
	Legend string `json:"legend,omitempty"`
	// Detail is how much core panels show. essential: of series, where neither stats nor roles are named, p95 and the ratios
	// of baseline and feature; of tables the columns that people read. The others come along, hidden. Empty: everything.
	Detail   Detail           `json:"detail,omitempty" jsonschema:"enum=essential,enum=everything"`
	Backtest *BacktestOptions `json:"backtest,omitempty"`
	// Threshold turns a split as alert into how far each series lies beyond a limit for sure.
	Threshold *Limit `json:"threshold,omitempty"`
}
