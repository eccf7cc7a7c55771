package judging

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/collect"
)

func TestRolloutStartIsTold(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	for _, test := range []struct {
		name    string
		rollout collect.Rollout
		want    int64
	}{
		{"told by the allocation", collect.Rollout{Start: start, Source: collect.SourceAllocation}, start.Unix()},
		{"told by the traffic", collect.Rollout{Start: start, Source: collect.SourceTraffic}, start.Unix()},
		{"older than what is looked at", collect.Rollout{Start: start, Source: collect.SourceLookback}, 0},
		{"none", collect.Rollout{Source: collect.SourceNone}, 0},
		{"never looked for, as nothing answers", collect.Rollout{}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, period{rollout: test.rollout}.context("off", "on").RolloutStart)
		})
	}
}
