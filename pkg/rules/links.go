package rules

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// links are the addresses of a request's messages.
type links struct {
	Links
	grafana string
}

// Dashboards that messages lead to.
const (
	featureDashboard  = "flaglens-feature"
	existingDashboard = "flaglens-existing-application"
)

const defaultGrafana = "http://localhost:3000"

func linksOf(request Request) links {
	grafana := request.GrafanaURL
	if grafana == "" {
		grafana = defaultGrafana
	}
	return links{request.Links, strings.TrimRight(grafana, "/")}
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

func checkLinks(request Request) error {
	for field, pattern := range map[string]string{"links.rollBack": request.Links.RollBack, "links.runbook": request.Links.Runbook} {
		if pattern == "" {
			continue
		}
		bare := placeholder.ReplaceAllStringFunc(pattern, func(name string) string {
			switch name {
			case "{flag}", "{variant}", "{baseline}", "{signal}":
				return "x"
			}
			return name
		})
		if unknown := placeholder.FindString(bare); unknown != "" {
			return wrong(field, "%s stands for nothing; there are {flag}, {variant}, {baseline} and {signal}", unknown)
		}
		parsed, err := url.Parse(bare)
		if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" || strings.ContainsAny(bare, "{}\n\r\t ") {
			return wrong(field, "%.200q is no address; write it like https://wiki.example.com/{flag}", pattern)
		}
	}
	return nil
}

// escapedPart writes a name as a part of an address, wherever in it.
func escapedPart(name string) string { return strings.ReplaceAll(url.QueryEscape(name), "+", "%20") }

// filled puts names into a pattern; variant is a part of an address already, or a template that writes one.
func filled(pattern, flag, baseline, signal, variant string) string {
	return strings.NewReplacer(
		"{flag}", escapedPart(flag), "{baseline}", escapedPart(baseline), "{signal}", escapedPart(signal), "{variant}", variant,
	).Replace(pattern)
}

// variantPart is a template that writes the variant of an alert as a part of an address.
const variantPart = `{{ reReplaceAll "\\+" "%20" (urlquery $labels.variant) }}`

// addTo adds the addresses of a feature's alert, or of the existing application's, where a variant is the baseline.
func (l links) addTo(annotations map[string]string, flag, baseline, signal string, feature bool) {
	variant := escapedPart(baseline)
	if feature {
		variant = variantPart
		if l.RollBack != "" {
			annotations["rollback"] = filled(l.RollBack, flag, baseline, signal, variant)
		}
	}
	if l.Runbook != "" {
		annotations["runbook_url"] = filled(l.Runbook, flag, baseline, signal, variant)
	}
}

// dashboard is the address of a dashboard that shows a flag, in a time and with one signal first.
func dashboard(base, uid, flag, signal, from string) string {
	address := fmt.Sprintf("%s/d/%s?var-flag=%s", base, uid, escapedPart(flag))
	if signal != "" {
		address += "&var-signal=" + escapedPart(signal)
	}
	return address + "&from=" + from + "&to=now"
}
