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
	case q.Limit == nil:
		return nil
	case q.QueryType != QuerySplit || q.Format != FormatAlert:
		return invalid("limit", "use the query type split and the format alert, or leave the limit out",
			"an answer of %s as %s is held against no limit", q.QueryType, q.Format)
	case !(q.Limit.Value >= 0) || math.IsInf(q.Limit.Value, 0):
		return invalid("limit.value", "give a number of 0 or more, in the signal's unit", "%v is no limit", q.Limit.Value)
	case !(q.Limit.MinRequests >= 0) || math.IsInf(q.Limit.MinRequests, 0):
		return invalid("limit.minRequests", "give a number of 0 or more", "%v is no number of requests", q.Limit.MinRequests)
	case !(q.Limit.Errors() >= 0 && q.Limit.Errors() <= maxStandardErrors):
		return invalid("limit.standardErrors", "give a number from 0 to 10", "%v is no number of standard errors", q.Limit.Errors())
	}
	return nil
}
