// Package notices makes what is said beside an answer.
package notices

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Warn is a warning.
func Warn(format string, args ...any) data.Notice {
	return data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf(format, args...)}
}

// Info is what is worth knowing, and no fault.
func Info(text string) data.Notice {
	return data.Notice{Severity: data.NoticeSeverityInfo, Text: text}
}

// Warnings makes warnings of texts.
func Warnings(texts []string) []data.Notice {
	all := make([]data.Notice, len(texts))
	for i, text := range texts {
		all[i] = data.Notice{Severity: data.NoticeSeverityWarning, Text: text}
	}
	return all
}

// Unique drops what is said twice. The list that is given is not to be used afterwards.
func Unique(all []data.Notice) []data.Notice {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(n data.Notice) bool {
		repeated := seen[n.Text]
		seen[n.Text] = true
		return repeated
	})
}

// Sentences joins notices, the last without a full stop, as hints have it.
func Sentences(all []data.Notice) string {
	lines := make([]string, len(all))
	for i, notice := range all {
		lines[i] = strings.TrimRight(notice.Text, ". ")
	}
	return strings.Join(lines, ". ")
}
