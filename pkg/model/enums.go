package model

import "slices"

// Enum is a closed set of words of the contract. What is generated from it is how TypeScript knows it.
type Enum struct {
	// Name is what a list of the words is called, Type what one of them is called; Doc says what they are.
	Name, Type, Doc string
	Values          []string
}

var (
	details    = []Detail{DetailEverything, DetailEssential}
	operators  = []Operator{OpEqual, OpNotEqual, OpMatch, OpNotMatch}
	allFormats = []Format{FormatSeries, FormatTable, FormatAlert, FormatHeatmap, FormatCDF, FormatShift}
	roles      = []Role{RoleBaseline, RoleFeature, RoleDifference, RoleRatio}
	// arms are the roles of what was measured.
	arms       = []Role{RoleBaseline, RoleFeature}
	beginnings = []Since{SinceRollout, SinceRange}
	flagStats  = []string{StatShare, StatVerdict}
	// plainStats are those that are no quantiles.
	plainStats = []string{StatMean, StatRate, StatRatio, StatShare, StatValue}
)

// Enums lists the words of the contract, each set in the order in which it is named to people.
func Enums() []Enum {
	return []Enum{
		enum("QUERY_TYPES", "QueryType", "What a query returns.", QueryTypes()),
		enum("FORMATS", "Format", "The shapes in which query types answer.", allFormats),
		enum("ROLES", "Role", "What a series stands for in a comparison.", roles),
		enum("ARMS", "Arm", "The roles of what was measured.", arms),
		enum("OPERATORS", "Operator", "Operators of a filter.", operators),
		enum("KINDS", "Kind", "How a signal is computed from its metric.", signalKinds),
		enum("DIRECTIONS", "Direction", "Which way a signal improves.", directions),
		enum("SPLIT_MODES", "SplitMode", "The ways to tell series apart.", splitModes),
		enum("PRESETS", "Preset", "The presets, the default one first.", presetIDs),
		enum("PROFILES", "Profile", "How a verdict weighs speed against correlated traffic, the default first.", profiles),
		enum("BEGINNINGS", "Beginning", "When a rollout began, where it is found, not given; the default first.", beginnings),
		enum("DETAILS", "Detail", "How much core panels show of an answer.", details),
		enum("PLAIN_STATS", "PlainStat", "The stats of signals that are no quantiles.", plainStats),
		enum("FLAG_STATS", "FlagStat", "What the inventory can say of each variant.", flagStats),
		enum("CAUSES", "Cause", "Why there is nothing to show or to judge.", causes),
		enum("METRIC_CLASSES", "MetricClass", "What the series of a metric are.", metricClasses),
		enum("CHECK_STATUSES", "CheckStatus", "What a check of the setup says, the worst first.", checkStatuses),
		enum("VERDICT_STATS", "VerdictStat", "The numbers of a verdict that an alert can be made of, the default first.", verdictStats),
	}
}

func enum[T ~string](name, kind, doc string, words []T) Enum {
	values := make([]string, len(words))
	for i, word := range words {
		values[i] = string(word)
	}
	return Enum{Name: name, Type: kind, Doc: doc, Values: values}
}

// QueryTypes lists the types of queries, in the order in which they are named to people.
func QueryTypes() []QueryType { return slices.Clone(queryTypes) }

// FormatsOf lists what a query type answers with, its default first.
func FormatsOf(queryType QueryType) []Format { return formats[queryType] }
