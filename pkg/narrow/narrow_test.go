package narrow_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/narrow"
)

func TestNumbersAreKeptExactly(t *testing.T) {
	for name, test := range map[string]struct {
		values []float64
		bytes  int64
	}{
		"none at all":              {[]float64{narrow.None, narrow.None}, 0},
		"small":                    {[]float64{0, 254, narrow.None}, 3},
		"one too large for a byte": {[]float64{0, 255, narrow.None}, 6},
		"of two bytes":             {[]float64{65534, 1}, 4},
		"of four bytes":            {[]float64{65535, narrow.None, 4294967294}, 12},
		"larger":                   {[]float64{4294967295}, 8},
		"fractions":                {[]float64{1, 0.1, narrow.None}, 24},
		"negative":                 {[]float64{-1, 2}, 16},
		"infinite":                 {[]float64{math.Inf(1), 2}, 16},
	} {
		t.Run(name, func(t *testing.T) {
			block := narrow.Of(test.values)
			require.Equal(t, test.bytes, block.Bytes())
			read := make([]float64, len(test.values))
			block.Read(read, 0)
			tail := make([]float64, len(test.values)-1)
			block.Read(tail, 1)
			for i, want := range test.values {
				require.Equal(t, math.IsNaN(want), math.IsNaN(block.At(i)))
				require.Equal(t, math.IsNaN(want), math.IsNaN(read[i]))
				if math.IsNaN(want) {
					continue
				}
				require.Equal(t, want, block.At(i))
				require.Equal(t, want, read[i])
				if i > 0 {
					require.Equal(t, want, tail[i-1])
				}
			}
		})
	}
}
