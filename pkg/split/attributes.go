package split

import (
	"slices"
	"strings"
)

// attributes are labels of OpenTelemetry's conventions for flags, of OpenFeature's hooks and of Unleash that say something of an
// evaluation: they begin as the labels of flags may do, and are none.
var attributes = []string{
	"feature_flag_key", "feature_flag_variant", "feature_flag_result_variant", "feature_flag_result_value", "feature_flag_result_reason",
	"feature_flag_provider_name", "feature_flag_reason", "feature_flag_evaluation_reason", "feature_flag_context_id", "feature_flag_set_id",
	"feature_flag_version", "feature_flag_error_message", "feature_flag_error_type", "feature_flag_evaluation_error_message",
	"feature_flag_result_allocation_key", "unleash_appname", "unleash_environment", "unleash_origin", "unleash_instance_id",
	"unleash_instanceid", "unleash_project",
}

var underscored = strings.NewReplacer(".", "_")

// IsAttribute tells a label that says something of evaluations from one that is named after a flag; dots and capitals do not matter.
func IsAttribute(label string) bool {
	return slices.Contains(attributes, strings.ToLower(underscored.Replace(label)))
}
