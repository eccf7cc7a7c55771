// Package rules builds the expressions of alert and recording rules. What the rules are called, how they are grouped
// and what they say is the generator's, in TypeScript; what they ask Prometheus is decided here, by the same settings
// and the same packages that answer queries.
package rules

import (
	"encoding/json"

	"github.com/flaglens/flaglens/pkg/model"
)

// Request is what a generator wants expressions for.
type Request struct {
	// Settings is the datasource's jsonData.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Window is what the recorded series look back over, as a Prometheus duration.
	Window string `json:"window"`
	// StandardErrors is how far the bounds of a recorded value lie from it.
	StandardErrors float64 `json:"standardErrors"`
	// NativeHistograms reads native histograms, and classic ones where there are none.
	NativeHistograms bool `json:"nativeHistograms,omitempty"`
	// Links are what messages lead to.
	Links Links `json:"links,omitzero"`
	// GrafanaURL is where messages of Prometheus's rules find Grafana.
	GrafanaURL string `json:"grafanaUrl,omitempty"`
	// NoTrafficFor is how long the baseline has to be silent, as a message says it.
	NoTrafficFor string `json:"noTrafficFor,omitempty"`
	Flags        []Flag `json:"flags"`
	// Features are the comparisons with the baseline, made for each flag.
	Features []FeatureSignal `json:"features"`
	// Existing are the limits of the existing application, held against the baseline of each flag.
	Existing []ExistingSignal `json:"existing"`
}

// Links are addresses in which {flag}, {variant}, {baseline} and {signal} stand for the names that an alert is about; empty where
// there is none.
type Links struct {
	// RollBack is where a feature is rolled back.
	RollBack string `json:"rollBack,omitempty"`
	// Runbook is what an engineer reads at night.
	Runbook string `json:"runbook,omitempty"`
}

// Annotations are the words of an alert by the names of its annotations, in the template languages of Grafana and Prometheus.
type Annotations struct {
	Grafana    map[string]string `json:"grafana,omitempty"`
	Prometheus map[string]string `json:"prometheus,omitempty"`
}

// Flag is a flag with the variants that rules are made for.
type Flag struct {
	Flag string `json:"flag"`
	// Baseline is the variant that stands for the existing application; empty: the one of the settings.
	Baseline string   `json:"baseline,omitempty"`
	Variants []string `json:"variants"`
}

// Margin is how much worse is tolerated; absolute in the signal's unit.
type Margin struct {
	Relative float64 `json:"relative"`
	Absolute float64 `json:"absolute"`
}

// FeatureSignal is a signal in which features are compared with their baseline.
type FeatureSignal struct {
	Signal string `json:"signal"`
	// Quantile is the one that is compared of a histogram, 0 to 1; 0.95 if it is 0.
	Quantile float64 `json:"quantile,omitempty"`
	// Margin replaces the one of the catalogue.
	Margin *Margin `json:"margin,omitempty"`
	// MinCount is the least number of events within the window, of either side.
	MinCount float64 `json:"minCount"`
}

// ExistingSignal is a signal that the existing application keeps within a limit.
type ExistingSignal struct {
	Signal   string  `json:"signal"`
	Quantile float64 `json:"quantile,omitempty"`
	// Limit is in the signal's unit.
	Limit    float64 `json:"limit"`
	MinCount float64 `json:"minCount"`
}

// Answer holds the expressions, flag by flag in the order of the request.
type Answer struct {
	Flags []FlagRules `json:"flags"`
}

// FlagRules is what one flag's rules ask.
type FlagRules struct {
	Flag     string   `json:"flag"`
	Baseline string   `json:"baseline"`
	Variants []string `json:"variants"`
	// Recordings are in the order in which they must be evaluated.
	Recordings []Recording   `json:"recordings"`
	Features   []FeatureRule `json:"features"`
	Existing   []LimitRule   `json:"existing"`
	// Absent tells that the baseline has no traffic; empty where there is no counter to tell it by.
	Absent string `json:"absent,omitempty"`
	// Silence is what the rule for that says.
	Silence Annotations `json:"silence"`
}

// Recording is a recording rule.
type Recording struct {
	Record string            `json:"record"`
	Labels map[string]string `json:"labels"`
	Expr   string            `json:"expr"`
}

// About says what a rule is about, for its labels and its message.
type About struct {
	Signal string `json:"signal"`
	Name   string `json:"name"`
	Stat   string `json:"stat"`
	// Kind is how the signal is computed.
	Kind model.SignalKind `json:"kind" jsonschema:"enum=histogram,enum=ratio,enum=rate,enum=gauge,enum=mean"`
	// Unit is a Grafana unit id: s, percentunit.
	Unit      string          `json:"unit"`
	Direction model.Direction `json:"direction" jsonschema:"enum=lower,enum=higher,enum=neutral"`
}

// FeatureRule compares the features of a flag with its baseline in one signal.
type FeatureRule struct {
	About
	Margin Margin `json:"margin"`
	// Expr gives the features that are worse, with their values. Empty where such a signal has no bounds in PromQL,
	// and only the verdict can judge it; Why says so.
	Expr string `json:"expr,omitempty"`
	Why  string `json:"why,omitempty"`
	// Annotations say what is worse; those for Grafana take the words that the verdict's message carries as labels, under the
	// refId "message".
	Annotations Annotations `json:"annotations"`
}

// LimitRule holds the baseline of a flag against a limit in one signal.
type LimitRule struct {
	About
	Limit    float64 `json:"limit"`
	MinCount float64 `json:"minCount"`
	Expr     string  `json:"expr"`
	// Annotations say how far beyond it is; those for Grafana take the words that a query with a limit carries as labels, which
	// is what the classic condition "beyond" tests first.
	Annotations Annotations `json:"annotations"`
}
