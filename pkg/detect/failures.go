package detect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

// status is a label by which failures are told from the rest, and what of it says so.
type status struct {
	label string
	// bad selects what failed; what says it in words.
	bad, what string
}

// statusLabels are names of labels that hold how a request ended, as plain writes them, the surest first.
var statusLabels = []string{
	"http_response_status_code", "http_status_code", "status_code", "response_code", "status", "code", "http_status",
	"envoy_response_code_class", "response_code_class", "rpc_grpc_status_code", "rpc_response_status_code", "grpc_status_code",
	"grpc_code", "grpc_response_status", "http_code", "outcome", "result", "success", "error_type", "error", "status_class",
}

var (
	numeric   = regexp.MustCompile(`^[1-5][0-9][0-9]$`)
	hundreds  = regexp.MustCompile(`^[1-5]xx$`)
	class     = regexp.MustCompile(`^[1-5]$`)
	grpcNames = []string{"Unknown", "DeadlineExceeded", "Unimplemented", "Internal", "Unavailable", "DataLoss"}
	grpcCodes = "2|4|12|13|14|15"
	failed    = regexp.MustCompile(`(?i)^(status_code_)?(error|err|failure|failed|fail|server_error|exception|timeout|5xx)$`)
)

// statusOf finds the label of a metric's series that tells failures, by its name and by the values that it has.
func statusOf(series []labels.Labels) (status, bool) {
	values := map[string][]string{}
	for _, one := range series {
		one.Range(func(l labels.Label) {
			if !slices.Contains(values[l.Name], l.Value) {
				values[l.Name] = append(values[l.Name], l.Value)
			}
		})
	}
	for _, wanted := range statusLabels {
		for name, found := range values {
			if plain(name) != wanted {
				continue
			}
			if s, ok := failuresIn(name, found); ok {
				return s, true
			}
		}
	}
	return status{}, false
}

// failuresIn says which values of a label are failures; false where nothing says so.
func failuresIn(name string, values []string) (status, bool) {
	matching := func(op labels.MatchType, value string) string {
		return labels.MustNewMatcher(op, name, value).String()
	}
	all := func(pattern *regexp.Regexp) bool {
		return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return v != "" && !pattern.MatchString(v) })
	}
	some := func(has func(string) bool) []string {
		var kept []string
		for _, v := range values {
			if has(v) {
				kept = append(kept, v)
			}
		}
		slices.Sort(kept)
		return kept
	}
	p := plain(name)
	switch {
	case strings.Contains(p, "grpc") && all(regexp.MustCompile(`^[0-9]{1,2}$`)):
		return status{name, matching(labels.MatchRegexp, grpcCodes), "gRPC's codes of failures of the server"}, true
	case len(some(numeric.MatchString)) > 0:
		return status{name, matching(labels.MatchRegexp, "5.."), "a status of 500 or above"}, true
	case all(hundreds):
		return status{name, matching(labels.MatchEqual, "5xx"), "the class 5xx"}, true
	case strings.Contains(p, "class") && all(class):
		return status{name, matching(labels.MatchEqual, "5"), "the class 5"}, true
	case strings.HasPrefix(firstOf(values), "STATUS_CODE_"):
		return status{name, matching(labels.MatchEqual, "STATUS_CODE_ERROR"), "spans with an error"}, true
	case len(some(func(v string) bool { return v == "OK" || slices.Contains(grpcNames, v) })) > 0 && (strings.Contains(p, "grpc") || p == "code"):
		return status{name, matching(labels.MatchRegexp, strings.Join(grpcNames, "|")), "gRPC's codes of failures of the server"}, true
	case p == "outcome" && slices.Contains(values, "SUCCESS"):
		return status{name, matching(labels.MatchEqual, "SERVER_ERROR"), "the outcome SERVER_ERROR"}, true
	case p == "success" && (slices.Contains(values, "true") || slices.Contains(values, "false")):
		return status{name, matching(labels.MatchEqual, "false"), "no success"}, true
	case p == "error" && (slices.Contains(values, "true") || slices.Contains(values, "false")):
		return status{name, matching(labels.MatchEqual, "true"), "an error"}, true
	case p == "error_type":
		return status{name, matching(labels.MatchNotEqual, ""), "a type of error"}, true
	}
	if bad := some(failed.MatchString); len(bad) > 0 {
		for i, value := range bad {
			bad[i] = regexp.QuoteMeta(value)
		}
		return status{name, matching(labels.MatchRegexp, strings.Join(bad, "|")), "the values " + strings.Join(bad, ", ")}, true
	}
	return status{}, false
}

// firstOf is the first value that is not empty.
func firstOf(values []string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
