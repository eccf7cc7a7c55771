package numbers

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// number is one of the vectors: null stands for none, "Infinity" and "-Infinity" for what JSON has no number for.
type number float64

func (n *number) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case "null":
		*n = number(math.NaN())
		return nil
	case `"Infinity"`:
		*n = number(math.Inf(1))
		return nil
	case `"-Infinity"`:
		*n = number(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(raw, (*float64)(n))
}

// The tests of the panel read the same vectors, so that one number is written alike in a sentence and in a cell.
func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("../../testdata/numbers/vectors.json")
	require.NoError(t, err)
	var vectors struct {
		Value []struct {
			Unit, Text string
			Value      *number
		}
		Difference []struct {
			Unit, Text string
			Value      *number
			Between    []*number
			Decimals   *int
		}
		Interval []struct {
			Unit, Text   string
			Lower, Upper *number
			Between      []*number
			Decimals     *int
		}
		Length []struct {
			Milliseconds float64
			Text         string
		}
		Split []struct {
			Shares []*number
			Text   string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &vectors))
	value := func(n *number) float64 {
		if n == nil {
			return math.NaN()
		}
		return float64(*n)
	}
	all := func(numbers []*number) []float64 {
		values := make([]float64, len(numbers))
		for i, n := range numbers {
			values[i] = value(n)
		}
		return values
	}
	style := func(unit string, decimals *int) Style {
		s := StyleOf(unit)
		if decimals != nil {
			s.Decimals = *decimals
		}
		return s
	}
	require.NotEmpty(t, vectors.Value)
	for _, v := range vectors.Value {
		assert.Equal(t, v.Text, Value(v.Unit, value(v.Value)), "%v in %q", value(v.Value), v.Unit)
	}
	require.NotEmpty(t, vectors.Difference)
	for _, v := range vectors.Difference {
		assert.Equal(t, v.Text, Difference(style(v.Unit, v.Decimals), value(v.Value), all(v.Between)...), "%v in %q between %v", value(v.Value), v.Unit, all(v.Between))
	}
	require.NotEmpty(t, vectors.Interval)
	for _, v := range vectors.Interval {
		assert.Equal(t, v.Text, Interval(style(v.Unit, v.Decimals), value(v.Lower), value(v.Upper), all(v.Between)...), "%v to %v in %q", value(v.Lower), value(v.Upper), v.Unit)
	}
	require.NotEmpty(t, vectors.Length)
	for _, v := range vectors.Length {
		assert.Equal(t, v.Text, Length(time.Duration(v.Milliseconds*1e6)), "%v ms", v.Milliseconds)
	}
	require.NotEmpty(t, vectors.Split)
	for _, v := range vectors.Split {
		assert.Equal(t, v.Text, Split(all(v.Shares)...), "%v", all(v.Shares))
	}
}

func TestSetting(t *testing.T) {
	for got, want := range map[string]string{
		Setting("percentunit", 0.0025): "+0.25 pp", Setting("percentunit", 0.1): "+10 pp", Setting("s", 0.05): "+50 ms",
		Setting("s", -1): "−1 s", Setting("bytes", 3*1<<20): "+3 MiB", Setting("s", 0.25): "+250 ms",
	} {
		assert.Equal(t, want, got)
	}
}
