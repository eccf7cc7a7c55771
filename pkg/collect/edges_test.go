package collect

import (
	"testing"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/histo"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// The far tail of a native histogram lies where it has no buckets yet: on a bound that its schema has, and any coarser one.
func TestFarTailOfANativeHistogram(t *testing.T) {
	for name, c := range map[string]struct {
		schema int32
		offset int32
		want   float64
	}{
		"fine":              {3, -26, 0.5},  // buckets from 2^(-27/8) to 2^(-18/8), 0.21
		"coarse":            {0, -3, 16},    // from 2^-4 to 2^5
		"coarser than twos": {-1, -2, 1024}, // from 4^-3 to 4^6
	} {
		t.Run(name, func(t *testing.T) {
			h := &histogram.FloatHistogram{
				Schema: c.schema, Count: 100_000,
				PositiveSpans:   []histogram.Span{{Offset: c.offset, Length: 9}},
				PositiveBuckets: []float64{20_000, 30_000, 30_000, 14_000, 5000, 800, 150, 40, 10},
			}
			found := nativeTails([]promapi.Series{{Histograms: []promapi.HistogramPoint{{H: h}}}})
			chosen := found.chosen()
			require.Len(t, chosen.bounds, 4)
			require.Equal(t, histo.FarTail, chosen.quantiles[3])
			require.Equal(t, c.want, chosen.bounds[3])
		})
	}
}
