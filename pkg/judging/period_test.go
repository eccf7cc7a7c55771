package judging

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/rollout"
)

func TestRolloutStartIsTold(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	for _, test := range []struct {
		name    string
		rollout rollout.Rollout
		want    int64
	}{
		{"known from the allocation", rollout.Rollout{Start: start, Source: rollout.SourceAllocation}, start.Unix()},
		{"known from the traffic", rollout.Rollout{Start: start, Source: rollout.SourceTraffic}, start.Unix()},
		{"older than what is looked at", rollout.Rollout{Start: start, Source: rollout.SourceLookback}, 0},
		{"none", rollout.Rollout{Source: rollout.SourceNone}, 0},
		{"never looked for, as nothing answers", rollout.Rollout{}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, period{rollout: test.rollout}.context("off", "on").RolloutStart)
		})
	}
}
