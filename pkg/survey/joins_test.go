package survey

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// What a join leaves out is said with how much it is, and nothing is said of what a scrape more or less makes.
func TestWhatAJoinLeavesOut(t *testing.T) {
	split := promql.Split{
		Split:  model.Split{Mode: model.SplitInfo, InfoMetric: "app_info", On: []string{"namespace", "pod"}},
		Scrape: time.Minute,
	}
	for name, test := range map[string]struct {
		found joined
		said  []string
	}{
		"all is joined":           {joined{all: 1000, found: 1000}, nil},
		"a scrape is cut off":     {joined{all: 1000, found: 985}, nil},
		"nothing was counted":     {joined{}, nil},
		"it begins late":          {joined{all: 1000, found: 835}, []string{"^Errors: 16% of the requests are left out: their processes have a variant in app_info"}},
		"a label is missing":      {joined{all: 900, found: 900, bare: map[string]float64{"pod": 100}}, []string{"^Errors: 10% of the requests lack the label pod"}},
		"a change takes a scrape": {joined{all: 1000, found: 990, unclear: map[string]float64{"pod=a": 120}}, nil},
		"one process is unclear": {
			joined{all: 1000, found: 750, unclear: map[string]float64{"pod=a": 1800}},
			[]string{"several variants at once for the process pod=a, for 30 minutes in all.*left out, with 25% of the requests"},
		},
		"many are unclear": {
			joined{unclear: map[string]float64{"pod=a": 600, "pod=b": 1800, "pod=c": 600, "pod=d": 1200, "pod=e": 60}},
			[]string{`for 4 processes \(pod=b; pod=d; pod=a\), for 70 minutes in all`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			said := test.found.notices(model.Signal{Name: "Errors"}, split)
			require.Len(t, said, len(test.said))
			for i, text := range test.said {
				require.Regexp(t, text, said[i].Text)
			}
		})
	}
}

// The traffic without a variant is the last row of a flag, and a part of the whole.
func TestTrafficWithoutAVariant(t *testing.T) {
	seen := Traffic{
		{"checkout", "off"}: {total: 60}, {"checkout", "on"}: {total: 20}, {"checkout", ""}: {total: 20},
		{"search", "on"}: {total: 5}, {"search", ""}: {total: 0}, {"", "on"}: {total: 9}, {"bare", ""}: {total: 3},
	}
	rows, _ := seen.rows(NewBaselines(model.Settings{BaselineNames: []string{"off"}}), 50)
	var got []string
	for _, row := range rows {
		got = append(got, row.Flag+" "+row.Variant+" "+string(row.Role)+" "+percent(row.Share))
	}
	require.Equal(t, []string{
		"bare no variant none 100%",
		"checkout off baseline 60%", "checkout on feature 20%", "checkout no variant none 20%",
		"search on feature 100%",
	}, got)
}
