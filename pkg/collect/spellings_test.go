package collect

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// One bound that changes how it is spelled stays one number: its old series is answered for some minutes more, and what it had
// is neither counted twice nor lost.
func TestOneBoundInSeveralSpellings(t *testing.T) {
	no := math.NaN()
	for name, test := range map[string]struct {
		series map[string][]float64
		want   []float64
	}{
		"one":                                   {map[string][]float64{"1": {1, 2, 3}}, []float64{1, 2, 3}},
		"renamed, the old one answered on":      {map[string][]float64{"1": {5, 6, 6, 6, no}, "1.0": {no, no, 7, 8, 9}}, []float64{5, 6, 7, 8, 9}},
		"renamed with a restart":                {map[string][]float64{"1": {5, 6, 6, no}, "1.0": {no, no, 1, 2}}, []float64{5, 6, 1, 2}},
		"renamed after a gap":                   {map[string][]float64{"1": {5, no, no}, "1.0": {no, no, 7}}, []float64{5, no, 7}},
		"renamed, and back again":               {map[string][]float64{"1": {5, no, 9}, "1.0": {no, 7, no}}, []float64{5, 7, 9}},
		"renamed twice":                         {map[string][]float64{"1": {1, 1, 1}, "1.0": {no, 2, 2}, "1e0": {no, no, 3}}, []float64{1, 2, 3}},
		"both from the first on are two series": {map[string][]float64{"1": {1, 2, 3}, "1.0": {10, 20, 30}}, []float64{11, 22, 33}},
		"one of two ends":                       {map[string][]float64{"1": {1, 2, no}, "1.0": {10, 20, 30}}, []float64{11, 22, 30}},
		"a count stands in for +Inf":            {map[string][]float64{"": {1, 2, 3}}, []float64{1, 2, 3}},
		"a count beside +Inf is not added":      {map[string][]float64{"": {1, 2, 3}, "+Inf": {1, 2, 3}}, []float64{1, 2, 3}},
		"a count where +Inf is missed":          {map[string][]float64{"": {1, 2, 3}, "+Inf": {1, no, 3}}, []float64{1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			ticks := len(test.want)
			for _, size := range []int{ticks, 1, 2} {
				r := &run{texts: map[cell]*spellings{}}
				var got []float64
				for from := 0; from < ticks; from += size {
					to := min(from+size, ticks)
					m := &matrix{arms: [][][]float64{make([][]float64, 1)}, read: [][][]spelled{make([][]spelled, 1)}}
					for text, values := range test.series {
						some := false
						for _, v := range values[from:to] {
							some = some || !math.IsNaN(v)
						}
						if some {
							copy(spelledAs(&m.read[0][0], text, to-from), values[from:to])
						}
					}
					layer{r}.resolve("a", m, 0, to-from)
					if m.arms[0][0] == nil {
						m.arms[0][0] = nothing(to - from)
					}
					got = append(got, m.arms[0][0]...)
				}
				require.InDeltaSlice(t, zeroed(test.want), zeroed(got), 0, "read %d ticks at a time", size)
			}
		})
	}
}

// zeroed writes -1 for what is not there, since NaN is not itself.
func zeroed(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		if out[i] = v; math.IsNaN(v) {
			out[i] = -1
		}
	}
	return out
}
