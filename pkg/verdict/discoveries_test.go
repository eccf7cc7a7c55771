package verdict

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Among m verdicts, the k with the most evidence are discoveries if the weakest of them has E >= m / (k alpha).
func TestDiscoveries(t *testing.T) {
	const alpha = 0.05
	for name, c := range map[string]struct {
		e    []float64
		want []bool
	}{
		"none":                                {nil, []bool{}},
		"alone, it needs 1/alpha":             {[]float64{20.1}, []bool{true}},
		"alone, with less":                    {[]float64{19.9}, []bool{false}},
		"among four, it needs four times":     {[]float64{1, 79, 1, 0.5}, []bool{false, false, false, false}},
		"one of four":                         {[]float64{1, 81, 1, 0.5}, []bool{false, true, false, false}},
		"two of four lift each other":         {[]float64{41, 1, 0, 41}, []bool{true, false, false, true}},
		"a stronger one lifts no weaker ones": {[]float64{1e9, 39, 1, 1}, []bool{true, false, false, false}},
		"no data counts among the looks":      {[]float64{math.NaN(), 21}, []bool{false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			verdicts := make([]Verdict, len(c.e))
			for i, e := range c.e {
				verdicts[i].LogE = math.Log(e)
			}
			assert.Equal(t, c.want, Discoveries(verdicts, alpha))
		})
	}
}

// What counts is the evidence at this look, not the latched one: e-BH combines e-values, and a running maximum is none.
func TestDiscoveriesReadTheLiveEvidence(t *testing.T) {
	latched := Verdict{State: Regressed, Evidence: 3, LogE: 0}
	assert.Equal(t, []bool{false}, Discoveries([]Verdict{latched}, 0.01))
}
