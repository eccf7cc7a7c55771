// Package vectors reads testdata/vectors.json, which holds what independent libraries compute (gbstats, confseq, scipy;
// each vector names its source), for tests.
package vectors

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed testdata/vectors.json
var body []byte

// Relative tolerances of testdata/vectors.json: of what has a closed form, and of what a root was sought for.
const (
	ClosedForm = 1e-6
	RootFound  = 1e-4
)

// Read reads one vector of testdata/vectors.json, which holds what independent libraries compute (gbstats, confseq,
// scipy, statsmodels; each vector names its source).
func Read(t *testing.T, id string, inputs, expected any) {
	t.Helper()
	var file struct {
		Vectors []struct {
			ID               string
			Inputs, Expected json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(body, &file))
	for _, v := range file.Vectors {
		if v.ID == id {
			require.NoError(t, json.Unmarshal(v.Inputs, inputs))
			require.NoError(t, json.Unmarshal(v.Expected, expected))
			return
		}
	}
	t.Fatalf("there is no vector %q", id)
}

// Near fails where got is not want, up to a relative tolerance.
func Near(t *testing.T, want, got, tolerance float64) {
	t.Helper()
	require.InDelta(t, want, got, tolerance*math.Abs(want))
}
