package counts

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFirstTick(t *testing.T) {
	minute := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)
	for name, test := range map[string]struct{ start, want time.Time }{
		"on a minute":               {minute, minute},
		"just after a minute":       {minute.Add(time.Nanosecond), minute.Add(time.Minute)},
		"just before the next":      {minute.Add(time.Minute - time.Nanosecond), minute.Add(time.Minute)},
		"in a zone of half an hour": {minute.In(time.FixedZone("half", 30*60+30)), minute},
		"before 1970":               {time.Unix(-90, 0), time.Unix(-60, 0).UTC()},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, FirstTick(test.start))
		})
	}
}

func TestAnArmIsAddedNumberByNumber(t *testing.T) {
	var sum Arm
	sum.Add(Arm{N: 10, X: 1, Above: []float64{4, 2}, Sum: -3})
	require.Equal(t, Arm{N: 10, X: 1, Above: []float64{4, 2}, Sum: -3}, sum)
	sum.Add(Arm{N: 5, X: 2, Above: []float64{1, 1}, Sum: 0.5})
	require.Equal(t, Arm{N: 15, X: 3, Above: []float64{5, 3}, Sum: -2.5}, sum)
	sum.Add(Arm{N: 5})
	require.Equal(t, Arm{N: 20, X: 3, Above: []float64{5, 3}, Sum: -2.5}, sum)

	var plain Arm
	plain.Add(Arm{N: 1})
	plain.Add(Arm{N: 2, Sum: 7})
	require.Equal(t, Arm{N: 3, Sum: 7}, plain)
}
