package promapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestComplete(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	newest := now.Add(-time.Minute - Lag)
	for name, test := range map[string]struct{ end, want time.Time }{
		"no end":             {time.Time{}, newest},
		"an end of long ago": {now.Add(-time.Hour), now.Add(-time.Hour)},
		"an end just before": {newest.Add(-time.Nanosecond), newest.Add(-time.Nanosecond)},
		"an end too young":   {now, newest},
		"an end to come":     {now.Add(time.Hour), newest},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, Complete(now, time.Minute, test.end))
		})
	}
}

func TestNotWholeSaysWhatToDo(t *testing.T) {
	bare := NotWhole("errors", nil)
	require.Contains(t, bare.Error(), "errors: the answer is not complete")
	require.Contains(t, bare.Hint, "Check the server's storage")
	require.Equal(t, "one store is away", NotWhole("errors", []string{"one store is away", "and another"}).Hint)
	require.True(t, bare.Downstream)
}
