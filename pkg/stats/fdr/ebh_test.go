package fdr

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEBH(t *testing.T) {
	logs := func(e ...float64) []float64 {
		for i := range e {
			e[i] = math.Log(e[i])
		}
		return e
	}
	for name, c := range map[string]struct {
		logE []float64
		want []int
	}{
		"nothing":                         {nil, nil},
		"one large enough for itself":     {logs(400, 1, 1, 1), []int{0}},
		"just too small":                  {logs(399, 1, 1, 1), nil},
		"two carry each other":            {logs(200, 3, 200, 1), []int{0, 2}},
		"a larger set carries smaller":    {logs(150, 140, 1, 134), []int{0, 1, 3}},
		"zero, infinity and not a number": {[]float64{math.Inf(-1), math.Inf(1), math.NaN(), 0}, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, nilIfEmpty(EBH(c.logE, 0.01)))
		})
	}
	require.Empty(t, EBH(logs(1e9), math.NaN()))
	require.Empty(t, EBH(logs(1e9), 0))
}

func nilIfEmpty(values []int) []int {
	if len(values) == 0 {
		return nil
	}
	return values
}
