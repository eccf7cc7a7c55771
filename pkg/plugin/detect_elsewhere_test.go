package plugin

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

// Failures that are told by another metric than the one of latency, in each stack by its own labels.
func TestDetectionOfFailuresElsewhere(t *testing.T) {
	for name, test := range map[string]struct {
		// counters are lines of one arm; %[1]s are its labels, %[2]d its failures a scrape.
		histogram, counters string
		metric, bad, other  string
		unit                string
	}{
		"Envoy": {
			"envoy_cluster_upstream_rq_time",
			"envoy_cluster_upstream_rq_xx{%[1]s,envoy_response_code_class=\"2\"} 0+90x240\nenvoy_cluster_upstream_rq_xx{%[1]s,envoy_response_code_class=\"5\"} 0+%[2]dx240\n",
			"envoy_cluster_upstream_rq_xx", `envoy_response_code_class="5"`, "", "ms",
		},
		"gRPC": {
			"grpc_server_handling_seconds",
			"grpc_server_handled_total{%[1]s,grpc_code=\"OK\"} 0+90x240\ngrpc_server_handled_total{%[1]s,grpc_code=\"Internal\"} 0+%[2]dx240\n",
			"grpc_server_handled_total", `grpc_code=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"`, "", "s",
		},
		"a counter of its own": {
			"", "shop_requests_total{%[1]s} 0+100x240\nshop_request_errors_total{%[1]s} 0+%[2]dx240\n",
			"shop_requests_total", "", "shop_request_errors_total", "",
		},
		"classes": {
			"", "proxy_http_requests_total{%[1]s,status_class=\"2xx\"} 0+90x240\nproxy_http_requests_total{%[1]s,status_class=\"5xx\"} 0+%[2]dx240\n",
			"proxy_http_requests_total", `status_class="5xx"`, "", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var series []string
			for variant, failing := range map[string]int{"off": 1, "on": 4} {
				own := fmt.Sprintf(`job="shop",instance="a",feature_flag_key="checkout",feature_flag_variant=%q`, variant)
				if test.histogram != "" {
					series = append(series, requestsOf(test.histogram, own, "", 100, 0))
				}
				series = append(series, fmt.Sprintf(test.counters, own, failing))
			}
			found, url := oddly(t, series...)
			best := found.Proposals[0]
			errors := chosen(t, best, "errors").Signal
			require.Equal(t, test.metric, errors.Metric)
			require.Equal(t, test.bad, errors.Bad)
			require.Equal(t, test.other, errors.BadMetric)
			if test.histogram != "" {
				require.Equal(t, test.unit, chosen(t, best, "latency").Signal.Unit)
				reads(t, url, best, "latency")
			}
			preview := previewOf(t, url, mustJSON(t, best.Settings), oddEnd())
			for _, row := range preview.Rows {
				if row.Signal != "errors" {
					continue
				}
				require.NotNil(t, row.Value, "%+v", row)
				parts := map[model.Role]float64{model.RoleBaseline: 1, model.RoleFeature: 4}
				all := 90 + parts[row.Role]
				if test.other != "" {
					all = 100
				}
				require.InDelta(t, parts[row.Role]/all, *row.Value, 1e-6)
			}
		})
	}
}

// Flags whose names are labels with dots and hyphens, as OpenTelemetry stores them untranslated.
func TestDetectionOfDottedFlags(t *testing.T) {
	var series []string
	for _, variant := range []string{"off", "on"} {
		series = append(series, requestsOf("http.server.request.duration",
			fmt.Sprintf(`"job"="shop","instance"="a","feature_flag.checkout-v2"=%q,"feature_flag.provider.name"="flagd"`, variant), "http.response.status_code", 100, 2))
	}
	found, url := oddly(t, series...)
	best := found.Proposals[0]
	require.Equal(t, model.SplitFlagLabel, best.Split.Mode)
	require.Equal(t, "feature_flag.", best.Split.Prefix)
	require.Equal(t, "checkout-v2", best.Flags[0].Flag)
	require.Equal(t, 1, best.FlagCount, "the provider's name is no flag")
	require.Equal(t, "s", chosen(t, best, "latency").Signal.Unit)
	reads(t, url, best, "latency")
	reads(t, url, best, "errors")
}
