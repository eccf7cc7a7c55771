package conformance

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
)

// Expectation is one thing that is right. It names a query, and then either what is said (says, saysNot), or rows and what
// is true of them, or several expectations of which one has to be met (any).
type Expectation struct {
	Name string `json:"name,omitempty"`
	// Engines are those on which it is right; all of the case if empty.
	Engines []Engine `json:"engines,omitempty"`
	Query   string   `json:"query,omitempty"`

	// Says is a regular expression that a notice or the error has to match, SaysNot one that none may match.
	Says    string `json:"says,omitempty"`
	SaysNot string `json:"saysNot,omitempty"`
	// Error is a regular expression that the error has to match; NoError wants none.
	Error   string `json:"error,omitempty"`
	NoError bool   `json:"noError,omitempty"`

	// Row tells which rows are meant: by columns and labels their values.
	Row map[string]any `json:"row,omitempty"`
	// Rows is how many rows there are.
	Rows *int `json:"rows,omitempty"`
	// Column is what is looked at in the one row, or with Reduce in all of them.
	Column string `json:"column,omitempty"`
	// Reduce is mean, sum, min, max or last: what is made of the values of several rows. Null values count for nothing.
	Reduce string `json:"reduce,omitempty"`

	// Near is a number that the value is at most Within away from.
	Near   *float64 `json:"near,omitempty"`
	Within float64  `json:"within,omitempty"`
	// NearTime is the same for times; then Within is in seconds.
	NearTime *Time    `json:"nearTime,omitempty"`
	AtLeast  *float64 `json:"atLeast,omitempty"`
	AtMost   *float64 `json:"atMost,omitempty"`
	// OneOf are the values that are right, NotOneOf those that are wrong.
	OneOf    []any `json:"oneOf,omitempty"`
	NotOneOf []any `json:"notOneOf,omitempty"`
	// Null wants no value.
	Null bool `json:"null,omitempty"`
	// Matches and MatchesNot are regular expressions on a text.
	Matches    string `json:"matches,omitempty"`
	MatchesNot string `json:"matchesNot,omitempty"`
	// SameAs is another query whose value in Column has to be the same.
	SameAs string `json:"sameAs,omitempty"`

	Any []Expectation `json:"any,omitempty"`
}

// On tells whether an expectation is about an engine.
func (e Expectation) On(engine Engine) bool {
	return len(e.Engines) == 0 || slices.Contains(e.Engines, engine)
}

// check refuses what could never fail or never hold.
func (e Expectation) check(queries map[string]bool) error {
	if len(e.Any) > 0 {
		for i, one := range e.Any {
			if err := one.check(queries); err != nil {
				return fmt.Errorf("any[%d]: %w", i, err)
			}
		}
		return nil
	}
	if !queries[e.Query] {
		return fmt.Errorf("query: %q is none of the request's", e.Query)
	}
	if e.SameAs != "" && !queries[e.SameAs] {
		return fmt.Errorf("sameAs: %q is none of the request's queries", e.SameAs)
	}
	for _, pattern := range []string{e.Says, e.SaysNot, e.Error, e.Matches, e.MatchesNot} {
		if _, err := regexp.Compile(pattern); err != nil {
			return err
		}
	}
	if e.Reduce != "" && !slices.Contains([]string{"mean", "sum", "min", "max", "last"}, e.Reduce) {
		return fmt.Errorf("reduce: %q is none of mean, sum, min, max, last", e.Reduce)
	}
	if e.ofValue() != (e.Column != "") {
		return errors.New("column: goes with one of near, nearTime, atLeast, atMost, oneOf, notOneOf, null, matches, matchesNot, sameAs")
	}
	if !e.ofValue() && e.Says+e.SaysNot+e.Error == "" && !e.NoError && e.Rows == nil {
		return errors.New("expects nothing")
	}
	return nil
}

// ofValue tells whether an expectation looks at a value.
func (e Expectation) ofValue() bool {
	return e.Near != nil || e.NearTime != nil || e.AtLeast != nil || e.AtMost != nil || e.OneOf != nil || e.NotOneOf != nil ||
		e.Null || e.Matches+e.MatchesNot+e.SameAs != ""
}

// Met is nil if the answers, by the names of their queries, are as expected, else says what they are instead.
func (e Expectation) Met(answers map[string]Answer) error {
	if len(e.Any) > 0 {
		var all []error
		for _, one := range e.Any {
			err := one.Met(answers)
			if err == nil {
				return nil
			}
			all = append(all, err)
		}
		return errors.Join(all...)
	}
	answer, asked := answers[e.Query]
	if !asked {
		return fmt.Errorf("%s was not asked", e.Query)
	}
	for _, check := range []func(Answer) error{e.said, e.counted} {
		if err := check(answer); err != nil {
			return fmt.Errorf("%w; %s answers\n%s", err, e.Query, answer)
		}
	}
	if !e.ofValue() {
		return nil
	}
	value, err := e.value(answer)
	if err == nil {
		err = e.right(value)
	}
	if err == nil && e.SameAs != "" {
		var other any
		if other, err = e.value(answers[e.SameAs]); err == nil && !reflect.DeepEqual(value, other) {
			err = fmt.Errorf("%s is %v, and %v in %s", e.Column, value, other, e.SameAs)
		}
	}
	if err != nil {
		return fmt.Errorf("%w; %s answers\n%s", err, e.Query, answer)
	}
	return nil
}

// said checks notices and the error.
func (e Expectation) said(a Answer) error {
	said := func(pattern string) bool {
		return slices.ContainsFunc(a.Said, regexp.MustCompile(pattern).MatchString)
	}
	switch {
	case e.Says != "" && !said(e.Says):
		return fmt.Errorf("nothing says %q", e.Says)
	case e.SaysNot != "" && said(e.SaysNot):
		return fmt.Errorf("something says %q", e.SaysNot)
	case e.Error != "" && (a.Error == "" || !regexp.MustCompile(e.Error).MatchString(a.Error)):
		return fmt.Errorf("no error says %q", e.Error)
	case e.NoError && a.Error != "":
		return errors.New("it fails")
	}
	return nil
}

func (e Expectation) counted(a Answer) error {
	if e.Rows == nil {
		return nil
	}
	if n := len(e.meant(a)); n != *e.Rows {
		return fmt.Errorf("%d rows are %v instead of %d", n, e.Row, *e.Rows)
	}
	return nil
}

// meant are the rows that an expectation is about.
func (e Expectation) meant(a Answer) []Row {
	var rows []Row
	for _, row := range a.Rows {
		meant := true
		for name, want := range e.Row {
			meant = meant && reflect.DeepEqual(row[name], want)
		}
		if meant {
			rows = append(rows, row)
		}
	}
	return rows
}

// value is what an expectation looks at.
func (e Expectation) value(a Answer) (any, error) {
	rows := e.meant(a)
	for _, row := range rows {
		if _, has := row[e.Column]; !has {
			return nil, fmt.Errorf("there is no column %s", e.Column)
		}
	}
	if e.Reduce == "" {
		if len(rows) != 1 {
			return nil, fmt.Errorf("%d rows are %v instead of one", len(rows), e.Row)
		}
		return rows[0][e.Column], nil
	}
	var numbers []float64
	for _, row := range rows {
		switch v := row[e.Column].(type) {
		case float64:
			numbers = append(numbers, v)
		case nil:
		default:
			return nil, fmt.Errorf("%s is the text %v, which cannot be reduced", e.Column, v)
		}
	}
	if len(numbers) == 0 {
		return nil, fmt.Errorf("no row that is %v has a value", e.Row)
	}
	return reduce(e.Reduce, numbers), nil
}

func reduce(how string, numbers []float64) float64 {
	sum := 0.0
	for _, n := range numbers {
		sum += n
	}
	switch how {
	case "mean":
		return sum / float64(len(numbers))
	case "sum":
		return sum
	case "min":
		return slices.Min(numbers)
	case "max":
		return slices.Max(numbers)
	default:
		return numbers[len(numbers)-1]
	}
}

// right checks a value.
func (e Expectation) right(value any) error {
	is := func(one any) bool { return reflect.DeepEqual(value, one) }
	wrong := func(want string, args ...any) error {
		return fmt.Errorf("%s is %v instead of %s", e.Column, value, fmt.Sprintf(want, args...))
	}
	switch {
	case e.Null && value != nil:
		return wrong("null")
	case e.OneOf != nil && !slices.ContainsFunc(e.OneOf, is):
		return wrong("one of %v", e.OneOf)
	case slices.ContainsFunc(e.NotOneOf, is):
		return wrong("something else")
	}
	if e.Matches+e.MatchesNot != "" {
		text, is := value.(string)
		if !is || !regexp.MustCompile(e.Matches).MatchString(text) {
			return wrong("text like %q", e.Matches)
		}
		if e.MatchesNot != "" && regexp.MustCompile(e.MatchesNot).MatchString(text) {
			return wrong("text unlike %q", e.MatchesNot)
		}
	}
	return e.rightNumber(value, wrong)
}

func (e Expectation) rightNumber(value any, wrong func(string, ...any) error) error {
	if e.Near == nil && e.NearTime == nil && e.AtLeast == nil && e.AtMost == nil {
		return nil
	}
	number, is := value.(float64)
	switch {
	case !is:
		return wrong("a number")
	case e.Near != nil && !(math.Abs(number-*e.Near) <= e.Within):
		return wrong("%v to within %v", *e.Near, e.Within)
	case e.NearTime != nil && !(math.Abs(number-float64(e.NearTime.UnixMilli())) <= 1000*e.Within):
		return wrong("%d to within %v s", e.NearTime.UnixMilli(), e.Within)
	case e.AtLeast != nil && !(number >= *e.AtLeast):
		return wrong("%v or more", *e.AtLeast)
	case e.AtMost != nil && !(number <= *e.AtMost):
		return wrong("%v or less", *e.AtMost)
	}
	return nil
}
