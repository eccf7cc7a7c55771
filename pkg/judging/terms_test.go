package judging

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/vocabulary"
)

func termsOf(t *testing.T, jsonData string) terms {
	t.Helper()
	settings, err := vocabulary.BuiltIn().DecodeSettings([]byte(jsonData))
	require.NoError(t, err)
	return terms{settings, vocabulary.BuiltIn()}
}

// The weight of a comparison does not depend on which signals one query asks for.
func TestWeights(t *testing.T) {
	own := termsOf(t, `{}`)
	errorRatio, _ := own.settings.Signal("errors")
	require.InDelta(t, 0.5, own.weight(errorRatio, "off", nil, []string{"on"}), 1e-12, "latency and errors")
	require.InDelta(t, 0.25, own.weight(errorRatio, "off", []string{"off", "on", "next"}, []string{"on"}), 1e-12)
	cpu, _ := own.settings.Signal("cpu")
	require.InDelta(t, 1.0/3, own.weight(cpu, "off", nil, nil), 1e-12, "who asks for one more pays for it")
	canary := termsOf(t, `{"split":{"mode":"info","infoMetric":"release_info","on":["instance"]}}`)
	require.InDelta(t, 0.25, canary.weight(errorRatio, "off", nil, []string{"on"}), 1e-12, "latency, errors, cpu and memory")
}
