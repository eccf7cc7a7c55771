package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

func TestFaultOf(t *testing.T) {
	invalid := &model.InvalidError{Field: "signals", Message: "no signal is named"}
	timeout := &promapi.Error{Status: http.StatusGatewayTimeout, Downstream: true, Kind: promapi.KindTimeout, Message: "late"}
	limited := &promapi.Error{
		Status: http.StatusTooManyRequests, Downstream: true, Kind: promapi.KindRateLimit,
		Message: "slow down", RetryAfter: 7 * time.Second,
	}
	cancelled := &promapi.Error{
		Status: promapi.StatusClientClosedRequest, Downstream: true, Kind: promapi.KindCanceled,
		Message: "gone", Err: context.Canceled,
	}
	generated := &promapi.Error{Status: http.StatusBadRequest, Kind: promapi.KindBadData, Message: "parse error"}
	unknown := errors.New("boom")
	for name, test := range map[string]struct {
		err        error
		status     int
		downstream bool
	}{
		"a wrong question":                    {invalid, 400, false},
		"a wrong question, wrapped":           {fmt.Errorf("latency: %w", invalid), 400, false},
		"the server's":                        {fmt.Errorf("latency: %w", timeout), 504, true},
		"rate limit":                          {limited, 429, true},
		"cancelled":                           {fmt.Errorf("latency: %w", cancelled), 499, true},
		"PromQL of our own making":            {generated, 400, false},
		"unknown":                             {unknown, 500, false},
		"unknown, wrapped":                    {fmt.Errorf("write: %w", unknown), 500, false},
		"bare cancel":                         {fmt.Errorf("wait: %w", context.Canceled), 499, true},
		"bare deadline":                       {fmt.Errorf("wait: %w", context.DeadlineExceeded), 504, true},
		"joined: one of the server's":         {errors.Join(timeout), 504, true},
		"joined: the first of equals":         {errors.Join(limited, timeout), 429, true},
		"joined: the server's before cancels": {errors.Join(cancelled, timeout), 504, true},
		"joined: wrong before the server's":   {errors.Join(timeout, fmt.Errorf("cpu: %w", invalid)), 400, false},
		"joined: ours before all":             {errors.Join(timeout, invalid, fmt.Errorf("cpu: %w", unknown)), 500, false},
		"joined twice":                        {errors.Join(errors.Join(timeout), errors.Join(invalid)), 400, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := faultOf(test.err)
			require.Equal(t, test.status, f.status)
			require.Equal(t, test.downstream, f.downstream)
			require.Equal(t, test.err.Error(), f.message)
		})
	}
	require.Equal(t, 7*time.Second, faultOf(fmt.Errorf("latency: %w", limited)).retryAfter)
}
