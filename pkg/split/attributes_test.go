package split

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Labels that say something of an evaluation are no flags, however they are written.
func TestAttributesAreNoFlags(t *testing.T) {
	require.Equal(t, []string{"checkout-v2", "dark_mode"}, withoutPrefix([]string{
		"feature_flag.checkout-v2", "feature_flag.provider.name", "feature_flag.context.id", "feature_flag.result.variant", "feature_flag.key",
		"feature_flag.dark_mode",
	}, "feature_flag."))
	require.Equal(t, []string{"dark_mode"}, withoutPrefix([]string{
		"feature_flag_provider_name", "feature_flag_result_reason", "feature_flag_dark_mode", "feature_flag_variant",
	}, "feature_flag_"))
	require.Equal(t, []string{"checkout"}, withoutPrefix([]string{"unleash_appName", "unleash_checkout", "unleash_environment"}, "unleash_"))
	require.Equal(t, []string{"a", "provider_name"}, withoutPrefix([]string{"flag_a", "flag_provider_name"}, "flag_"))
}
