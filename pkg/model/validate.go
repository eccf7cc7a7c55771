package model

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Hard bounds of a query, so that no query asks for the work of thousands.
const (
	maxQuantiles = 100
	maxFilters   = 100
	maxGroupBy   = 10
	maxAsked     = 50
	// maxValueLength bounds the name of a flag or a variant and the value of a filter, in bytes.
	maxValueLength = 65_536
)

// formats lists what each query type answers with, its default first.
var formats = map[QueryType][]Format{
	QuerySplit:        {FormatSeries, FormatAlert},
	QueryCompare:      {FormatSeries, FormatTable, FormatAlert},
	QueryDistribution: {FormatHeatmap, FormatCDF, FormatShift},
	QueryFlags:        {FormatTable},
	QueryVerdict:      {FormatTable, FormatAlert},
	QueryChanges:      {FormatTable},
	QueryBacktest:     {FormatTable},
}

// queryTypes lists the types in the order in which they are named to people.
var queryTypes = []QueryType{
	QuerySplit, QueryCompare, QueryDistribution, QueryFlags, QueryVerdict, QueryChanges, QueryBacktest,
}

// reservedLabels are the labels that answers carry themselves.
var reservedLabels = []string{"flag", "variant", "role", "signal", "stat", "le"}

// ShiftQuantiles are the quantiles of a shift function that names none: every 5%, and finer in the tail, where features
// hurt.
var ShiftQuantiles = []float64{
	0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999,
}

// Validate refuses what is wrong with a query, by name and with what to do, and returns the query with its
// defaults filled in: the format, the quantiles and those that its stats name. Every error is an *InvalidError.
func (q Query) Validate() (Query, error) {
	checks := []func(*Query) error{
		checkType, checkFlag, checkSignals, checkQuantiles, checkStats, checkFilters, checkGroupBy, checkRoles,
		checkSince, checkMargins, checkAlpha, checkBacktest, checkLook, checkLimit,
	}
	for _, check := range checks {
		if err := check(&q); err != nil {
			return Query{}, err
		}
	}
	return q, nil
}

// WantsStat says whether the query asks for a stat; without Stats it asks for all.
func (q Query) WantsStat(stat string) bool {
	return len(q.Stats) == 0 || slices.Contains(q.Stats, stat)
}

func checkType(q *Query) error {
	allowed, ok := formats[q.QueryType]
	if !ok {
		return invalid("queryType", "choose one of "+list(queryTypes), "%q is no query type", q.QueryType)
	}
	if q.Format == "" {
		q.Format = allowed[0]
	}
	if !slices.Contains(allowed, q.Format) {
		return invalid("format", "choose one of "+list(allowed), "%s does not answer as %q", q.QueryType, q.Format)
	}
	return nil
}

func checkFlag(q *Query) error {
	texts := []struct{ field, text string }{{"flag", q.Flag}, {"baseline", q.Baseline}}
	for _, t := range texts {
		if !utf8.ValidString(t.text) {
			return invalid(t.field, "give UTF-8 text", "%q is no UTF-8", t.text)
		}
		if len(t.text) > maxValueLength {
			return invalid(t.field, "give a shorter one", "%d bytes are too long, at most %d are read", len(t.text), maxValueLength)
		}
	}
	if q.QueryType == QueryFlags {
		return nil
	}
	if strings.TrimSpace(q.Flag) == "" {
		return invalid("flag", "choose the flag to look at", "no flag is named")
	}
	if len(q.Variants) > maxMaxVariants {
		return invalid("variants", "choose fewer", "%d are too many, at most %d are compared", len(q.Variants), maxMaxVariants)
	}
	for i, variant := range q.Variants {
		if variant == "" || !utf8.ValidString(variant) || len(variant) > maxValueLength {
			return invalid(fmt.Sprintf("variants[%d]", i), "name a variant, or leave the list empty for all",
				"this is no variant: %.80q", variant)
		}
	}
	return nil
}

func checkSignals(q *Query) error {
	if q.QueryType == QueryFlags || q.QueryType == QueryChanges {
		return nil
	}
	if len(q.Signals) == 0 {
		return invalid("signals", "choose at least one, like latency", "no signal is named")
	}
	if len(q.Signals) > maxAsked {
		return invalid("signals", "choose fewer", "%d are too many, at most %d are read", len(q.Signals), maxAsked)
	}
	var unique []string
	for i, id := range q.Signals {
		if id == "" || !utf8.ValidString(id) {
			return invalid(fmt.Sprintf("signals[%d]", i), "name a signal of the catalogue", "%.80q is no signal", id)
		}
		if !slices.Contains(unique, id) {
			unique = append(unique, id)
		}
	}
	q.Signals = unique
	return nil
}

func checkQuantiles(q *Query) error {
	if len(q.Quantiles) > maxQuantiles {
		return invalid("quantiles", "choose fewer", "%d are too many, at most %d are computed", len(q.Quantiles), maxQuantiles)
	}
	var unique []float64
	for i, quantile := range q.Quantiles {
		if math.IsNaN(quantile) || quantile < 0 || quantile > 1 {
			return invalid(fmt.Sprintf("quantiles[%d]", i), "give numbers between 0 and 1, like 0.95 for p95",
				"%v is outside 0..1", quantile)
		}
		known := func(other float64) bool { return QuantileStat(other) == QuantileStat(quantile) }
		if !slices.ContainsFunc(unique, known) {
			unique = append(unique, quantile)
		}
	}
	if len(unique) == 0 {
		unique = slices.Clone(DefaultQuantiles)
		if q.Format == FormatShift {
			unique = slices.Clone(ShiftQuantiles)
		}
	}
	q.Quantiles = unique
	return nil
}

// checkStats writes each stat in its one spelling, and adds the quantiles that are named by a stat alone.
func checkStats(q *Query) error {
	if q.QueryType == QueryVerdict || q.QueryType == QueryFlags {
		return checkVerdictStats(q)
	}
	named := []string{StatMean, StatRate, StatRatio, StatShare, StatValue}
	if len(q.Stats) > maxQuantiles+len(named) {
		return invalid("stats", "choose fewer", "%d are too many, at most %d are read", len(q.Stats), maxQuantiles+len(named))
	}
	var unique []string
	for i, stat := range q.Stats {
		if !slices.Contains(named, stat) {
			quantile, ok := StatQuantile(stat)
			if !ok {
				return invalid(fmt.Sprintf("stats[%d]", i), "choose among p50, p95, p99.9 and the like, "+list(named),
					"%.80q is no stat", stat)
			}
			stat = QuantileStat(quantile)
			if !slices.ContainsFunc(q.Quantiles, func(known float64) bool { return QuantileStat(known) == stat }) {
				q.Quantiles = append(q.Quantiles, quantile)
			}
		}
		if !slices.Contains(unique, stat) {
			unique = append(unique, stat)
		}
	}
	q.Stats = unique
	if len(q.Quantiles) > maxQuantiles {
		return invalid("stats", "choose fewer", "with the quantiles that they name, there are %d quantiles, at most %d are computed",
			len(q.Quantiles), maxQuantiles)
	}
	return nil
}

func checkFilters(q *Query) error {
	if len(q.Filters) > maxFilters {
		return invalid("filters", "use fewer", "%d are too many, at most %d are read", len(q.Filters), maxFilters)
	}
	for i, filter := range q.Filters {
		if _, err := filter.Matcher(); err != nil {
			var wrong *InvalidError
			if errors.As(err, &wrong) {
				return &InvalidError{Field: fmt.Sprintf("filters[%d].%s", i, wrong.Field), Message: wrong.Message}
			}
			return fmt.Errorf("check filter %d: %w", i, err)
		}
	}
	return nil
}

func checkGroupBy(q *Query) error {
	if len(q.GroupBy) == 0 {
		return nil
	}
	if !groupable(q) {
		return invalid("groupBy", "leave it out", "an answer of %s as %s is not told apart further", q.QueryType, q.Format)
	}
	if len(q.GroupBy) > maxGroupBy {
		return invalid("groupBy", "use fewer", "%d labels are too many, at most %d are read", len(q.GroupBy), maxGroupBy)
	}
	var unique []string
	for i, name := range q.GroupBy {
		field := fmt.Sprintf("groupBy[%d]", i)
		if err := checkLabelName(field, name); err != nil {
			return err
		}
		if slices.Contains(reservedLabels, name) {
			return invalid(field, "choose another label", "%q is a label of the answer itself", name)
		}
		if !slices.Contains(unique, name) {
			unique = append(unique, name)
		}
	}
	q.GroupBy = unique
	return nil
}

// checkLook checks what only changes how an answer looks.
func checkLook(q *Query) error {
	if q.Detail != "" && !slices.Contains(details, q.Detail) {
		return invalid("detail", "choose one of "+list(details), "%.80q is not offered", string(q.Detail))
	}
	if len(q.Legend) > maxNameLength || !utf8.ValidString(q.Legend) {
		return invalid("legend", "give a shorter one", "this is no legend: %.80q", q.Legend)
	}
	return nil
}

func checkRoles(q *Query) error {
	for i, role := range q.Roles {
		if !slices.Contains(roles, role) {
			return invalid(fmt.Sprintf("roles[%d]", i), "choose among "+list(roles), "%q is no role", role)
		}
	}
	return nil
}
