package plugin

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest"
)

// The health check asks for every signal of the catalogue and names the first that cannot be read, with the reason.
func TestHealthOfEverySignal(t *testing.T) {
	server := promtest.Start(t, promtest.Shop())
	const own = `{"id":"own","name":"Own","direction":"lower",`
	for name, test := range map[string]struct {
		signals string
		says    []string
	}{
		"the preset alone":   {``, nil},
		"one that is there":  {own + `"kind":"gauge","metric":"pool_in_use"}`, nil},
		"no metric":          {own + `"kind":"rate","metric":"nowhere_total"}`, []string{"the signal Own cannot be read", "no series named nowhere_total"}},
		"no label":           {own + `"kind":"rate","metric":"process_cpu_seconds_total"}`, []string{"Own", "carries no label feature_flag_key"}},
		"selector":           {own + `"kind":"gauge","metric":"pool_in_use","selector":"route=\"/nowhere\""}`, []string{"Own", "finds none of the series"}},
		"a summary":          {own + `"kind":"histogram","metric":"legacy_seconds"}`, []string{"Own", "is a summary"}},
		"in the place of it": {`{"id":"errors","name":"Errors","kind":"ratio","direction":"lower","metric":"http_failures_total","bad":"code=~\"5..\""}`, []string{"the signal Errors", "http_failures_total"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := datasourceOn(t, instance(server.URL, `{"signals":[`+test.signals+`]}`), promtest.ShopEnd)
			result := health(t, d, nil)
			if test.says == nil {
				require.Equal(t, backend.HealthStatusOk, result.Status, result.Message)
				return
			}
			require.Equal(t, backend.HealthStatusError, result.Status, result.Message)
			for _, says := range test.says {
				require.Contains(t, result.Message, says)
			}
		})
	}
}
