package model

import "math"

// DefaultStandardErrors is how much is allowed for chance where nothing is said.
const DefaultStandardErrors = 3

// maxStandardErrors is more than any alert wants.
const maxStandardErrors = 10

// Limit asks of a split as alert how far each series lies beyond a value, in the direction that is worse, for sure: the answer is
// a factor, above 1 where it does.
type Limit struct {
	// Value is in the signal's unit: seconds, or a share from 0 to 1.
	Value float64 `json:"value"`
	// MinRequests is the least number of requests in the window; with fewer the factor is 0.
	MinRequests float64 `json:"minRequests,omitempty"`
	// StandardErrors is how much is allowed for chance, 0 to 10; 3 if it is absent.
	StandardErrors *float64 `json:"standardErrors,omitempty"`
	// Words adds the words of an alert as the labels summary and description. They change with the numbers, so they are for a
	// condition that keeps no labels of its queries: an alert with other labels is another alert.
	Words bool `json:"words,omitempty"`
}

// Errors is StandardErrors, or their default.
func (l Limit) Errors() float64 {
	if l.StandardErrors == nil {
		return DefaultStandardErrors
	}
	return *l.StandardErrors
}

func checkLimit(q *Query) error {
	switch {
	case q.Threshold == nil:
		return nil
	case q.QueryType != QuerySplit || q.Format != FormatAlert:
		return invalid("threshold", "use the query type split and the format alert, or leave it out",
			"an answer of %s as %s is held against no limit", q.QueryType, q.Format)
	case !(q.Threshold.Value >= 0) || math.IsInf(q.Threshold.Value, 0):
		return invalid("threshold.value", "give a number of 0 or more, in the signal's unit", "%v is no limit", q.Threshold.Value)
	case !(q.Threshold.MinRequests >= 0) || math.IsInf(q.Threshold.MinRequests, 0):
		return invalid("threshold.minRequests", "give a number of 0 or more", "%v is no number of requests", q.Threshold.MinRequests)
	case !(q.Threshold.Errors() >= 0 && q.Threshold.Errors() <= maxStandardErrors):
		return invalid("threshold.standardErrors", "give a number from 0 to 10", "%v is no number of standard errors", q.Threshold.Errors())
	}
	return nil
}
