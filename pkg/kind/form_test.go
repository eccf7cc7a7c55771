package kind

import (
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// The observations of a histogram are counted by what counts all of them, and by nothing else.
func TestWhatCountsObservations(t *testing.T) {
	signal := model.Signal{Metric: "request_seconds_count", Selector: `{reporter="destination",}`}
	for name, test := range map[string]struct {
		form             Form
		metric, selector string
		none             bool
	}{
		"not there":               {Form{}, "request_seconds_count", signal.Selector, false},
		"whole":                   {Form{Classic: true, Infinite: true, Count: true, Sum: true}, "request_seconds_count", signal.Selector, false},
		"without buckets":         {Form{Count: true, Sum: true}, "request_seconds_count", signal.Selector, false},
		"without a count":         {Form{Classic: true, Infinite: true, Sum: true}, "request_seconds_bucket", `reporter="destination",le=~"\\+?(?i:inf(inity)?)"`, false},
		"ranges without a count":  {Form{Ranges: true, Sum: true}, "request_seconds_bucket", `reporter="destination",vmrange!=""`, false},
		"without count and +Inf":  {Form{Classic: true, Open: true, Sum: true}, "", "", true},
		"a sum is no count":       {Form{Sum: true}, "request_seconds_count", signal.Selector, false},
		"nor is a gauge":          {Form{Plain: true}, "request_seconds_count", signal.Selector, false},
		"nor quantiles":           {Form{Summary: true}, "request_seconds_count", signal.Selector, false},
		"without +Inf in a place": {Form{Classic: true, Infinite: true, Open: true, Count: true}, "request_seconds_count", signal.Selector, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := test.form.Counter("request_seconds", signal)
			require.Equal(t, !test.none, ok)
			if ok {
				require.Equal(t, test.metric, got.Metric)
				require.Equal(t, test.selector, got.Selector)
				_, err := model.ParseSelector(got.Selector)
				require.NoError(t, err)
			}
		})
	}
}

func TestWhichNumbersABucketIsAPartOf(t *testing.T) {
	edges := []float64{0.25, 0.5, 1}
	for name, test := range map[string]struct {
		label, text string
		first, last int
		none        bool
	}{
		"all":                          {"le", "+Inf", 0, 0, false},
		"all, in words":                {"le", "inf", 0, 0, false},
		"a count":                      {"", "", 0, 0, false},
		"an edge":                      {"le", "0.5", 2, 2, false},
		"an edge, padded":              {"le", "00.500", 2, 2, false},
		"an edge with an exponent":     {"le", "2.5E-1", 1, 1, false},
		"a bound that was not asked":   {"le", "0.75", 0, 0, true},
		"no number":                    {"le", "1e+06.0", 0, 0, true},
		"a range below all":            {"vmrange", "1.000e-01...1.136e-01", 1, 3, false},
		"a range up to an edge":        {"vmrange", "4.642e-01...5.000e-01", 2, 3, false},
		"a range that an edge divides": {"vmrange", "4.642e-01...5.275e-01", 3, 3, false},
		"a range above all":            {"vmrange", "1.136e+00...1.292e+00", 0, 0, true},
		"a range up to +Inf":           {"vmrange", "1.000e+18...+Inf", 0, 0, true},
		"no range":                     {"vmrange", "0.5", 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			first, last, ok := bucketPlaces(labels.FromStrings(test.label, test.text), edges)
			require.Equal(t, !test.none, ok)
			if ok {
				require.Equal(t, [2]int{test.first, test.last}, [2]int{first, last})
			}
		})
	}
}
