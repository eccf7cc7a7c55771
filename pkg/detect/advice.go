package detect

import (
	"fmt"
	"slices"
)

// advice says what to do where nothing can be judged.
func advice(there inventory, ways []way, drafts []*drafted) []string {
	switch {
	case len(there.metrics) == 0:
		return []string{"This Prometheus has no samples of the last 6 hours: check its targets, and that the URL is the right one."}
	case slices.ContainsFunc(drafts, func(d *drafted) bool { return d.judged }):
		return nil
	}
	var said []string
	if len(drafts) == 0 {
		said = append(said, fmt.Sprintf("None of the %d metrics has a label that looks like a flag, and no service runs two versions at once.", len(there.metrics)))
		if len(ways) > 0 {
			said = append(said, "Labels that look like flags are there, and no metric of requests carries them: "+short(ways[0].title)+".")
		}
	}
	families := familiesOf(there.metrics)
	if found := fitting(families, requests, family.histogram); len(found) > 0 && found[0].known.score >= 60 {
		said = append(said, fmt.Sprintf("%s is there: put the flag and its variant on it as labels (feature_flag_key, feature_flag_result_variant).", found[0].base))
	} else {
		said = append(said, "No histogram of requests was found: check that your services are scraped.")
	}
	return append(said,
		"Node services: use @flaglens/instrumentation, which records requests by flag and variant. Others: add the labels in a hook of OpenFeature.",
		"A canary needs no change in the code: label its pods with version or track, and take that label over to its metrics.",
	)
}
