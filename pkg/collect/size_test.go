package collect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
)

// What is read at once, and what is held at all, is bounded whatever the number of variants, processes and minutes.
func TestRunsAreBounded(t *testing.T) {
	numbers := layout{kind.BuiltIn().Of(model.Signal{Kind: model.KindHistogram}).Counted, []float64{0.1, 0.5, 1}}
	for name, test := range map[string]struct {
		native               bool
		series, last, chunks int
		refused              bool
	}{
		"a usual one":              {series: 2 * 20 * 4, last: 7 * 1440, chunks: 781},
		"a small one":              {series: 8, last: 60, chunks: chunkTicks},
		"50 variants":              {series: 51 * 10 * 4, last: 7 * 1440, chunks: 61},
		"at the limit":             {series: maxNumbers / 1440, last: 1440, chunks: 4},
		"over the limit":           {series: maxNumbers/1440 + 1, last: 1440, chunks: 4, refused: true},
		"a million processes":      {series: 4_000_000, last: 60, chunks: 1, refused: true},
		"native":                   {native: true, series: 40, last: 1440, chunks: 18},
		"native, of one process":   {native: true, series: 2, last: 1440, chunks: nativeTicks},
		"native, of many variants": {native: true, series: 4000, last: 1440, chunks: 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := &run{signal: model.Signal{ID: "latency"}, layout: numbers, source: kind.Source{Native: test.native}}
			require.Equal(t, test.chunks, extent{r}.chunkOf(test.series))
			err := extent{r}.checkSize(test.series, test.last)
			if !test.refused {
				require.NoError(t, err)
				return
			}
			var wrong *model.InvalidError
			require.ErrorAs(t, err, &wrong)
			require.ErrorContains(t, err, "at most 40 million are collected. Name the variants")
		})
	}
}
