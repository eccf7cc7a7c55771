package promql

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// One bound is found however it is spelled, and no other bound is.
func TestBoundsAreNumbersHoweverTheyAreSpelled(t *testing.T) {
	spelled := map[float64][]string{
		0.1:         {"0.1", ".1", "00.100", "0.10", "1e-1", "1.0E-1", "1.0e-01", "+0.1", "1E-1"},
		0.05:        {"0.05", "0.050", "00.050", "5.0E-2", "5e-02", "5.0e-2", ".05"},
		0.025:       {"0.025", "2.5E-2", "25e-3", "0.02500", "2.50e-02"},
		1e-4:        {"0.0001", "1.0E-4", "1.0e-4", "1e-04", "0.00010"},
		1:           {"1", "1.0", "01.000", "1.0E0", "1e0", "1e+00", "1.", "1e-0"},
		10:          {"10", "10.0", "1.0E1", "1e+01", "010"},
		100:         {"100", "100.0", "1e2", "1.0E2", "1e+02"},
		2.5:         {"2.5", "02.500", "2.5E0", "25e-1"},
		1e7:         {"1e7", "1.0E7", "1e+07", "10000000", "10000000.0"},
		1.5e6:       {"1.5e+06", "1500000", "1500000.0", "15e5", "1.50E6"},
		0:           {"0", "0.0", "-0", "00.000", "0e0", "+0.0", ".0"},
		-1:          {"-1", "-1.0", "-1e0", "-01"},
		-5e-324:     {"-5e-324", "-5E-324"},
		math.Inf(1): {"+Inf", "Inf", "inf", "+inf", "+INF", "Infinity", "+Infinity"},
		math.Inf(-1): {
			"-Inf", "-inf", "-Infinity",
		},
	}
	var all []string
	for _, texts := range spelled {
		all = append(all, texts...)
	}
	for bound, texts := range spelled {
		matcher := BoundIs(bound)
		for _, text := range texts {
			read, ok := Bound(text)
			require.True(t, ok, text)
			require.Equal(t, bound, read, text)
			require.True(t, Spelled(text), text)
		}
		for _, text := range all {
			read, ok := Bound(text)
			require.True(t, ok, text)
			require.Equal(t, read == bound, matcher.Matches(text), "%q and the bound %v: %s", text, bound, matcher)
		}
	}
}

func TestWhatIsNoBound(t *testing.T) {
	for _, text := range []string{"", "1e+06.0", "NaN", "nan", "1,5", "0.5s", "1e", "--1", "1..5", "Inf.0", "+Inf ms", "1e+9999"} {
		_, ok := Bound(text)
		require.False(t, ok, text)
		require.False(t, Spelled(text), text)
		for _, bound := range []float64{0, 0.5, 1, 1.5, 1e6, math.Inf(1)} {
			require.False(t, BoundIs(bound).Matches(text), "%q and %v", text, bound)
		}
	}
	read, ok := Bound(" 0.5 ")
	require.True(t, ok, "blanks around a number leave it one")
	require.Equal(t, 0.5, read)
}

// A pattern finds what any library may write of a number, and nothing else that is a number.
func TestPatternsOfRandomBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	writers := []func(float64) string{
		func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) },
		func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) },
		func(v float64) string { return strconv.FormatFloat(v, 'e', -1, 64) },
		func(v float64) string { return strings.ToUpper(strconv.FormatFloat(v, 'e', -1, 64)) },
		func(v float64) string { return fmt.Sprintf("%012.6f", v) },
		func(v float64) string { return fmt.Sprintf("%.10e", v) },
		func(v float64) string {
			text := strconv.FormatFloat(v, 'f', -1, 64)
			if !strings.Contains(text, ".") {
				text += ".0"
			}
			return text
		},
	}
	bound := func() float64 {
		return math.Round(random.Float64()*1000) * math.Pow(10, float64(random.IntN(9)-6))
	}
	for range 3000 {
		a, b := bound(), bound()
		for i, write := range writers {
			text := write(a)
			read, ok := Bound(text)
			require.True(t, ok, text)
			require.True(t, BoundIs(read).Matches(text), "writer %d: %s", i, text)
			if read != b {
				require.False(t, BoundIs(b).Matches(text), "writer %d: %s is not %v", i, text, b)
			}
		}
	}
}

func TestRanges(t *testing.T) {
	for text, want := range map[string][2]float64{
		"1.000e-01...1.136e-01": {0.1, 0.1136}, "0...1.000e-09": {0, 1e-9}, "1.000e+18...+Inf": {1e18, math.Inf(1)},
	} {
		lower, upper, ok := Range(text)
		require.True(t, ok, text)
		require.Equal(t, want, [2]float64{lower, upper})
	}
	for _, text := range []string{"", "0.1", "0.1..0.2", "0.2...0.1", "a...b", "0.1...", "0.1...0.1"} {
		_, _, ok := Range(text)
		require.False(t, ok, text)
	}
}
