package frames

import "github.com/grafana/grafana-plugin-sdk-go/data"

// Notices turns what a server said beside its data into notices: warnings first, each text once, in the
// order in which it was said.
func Notices(warnings, infos []string) []data.Notice {
	var notices []data.Notice
	seen := map[string]bool{}
	add := func(texts []string, severity data.NoticeSeverity) {
		for _, text := range texts {
			if text == "" || seen[text] {
				continue
			}
			seen[text] = true
			notices = append(notices, data.Notice{Severity: severity, Text: text})
		}
	}
	add(warnings, data.NoticeSeverityWarning)
	add(infos, data.NoticeSeverityInfo)
	return notices
}
