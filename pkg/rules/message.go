package rules

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/flaglens/flaglens/pkg/limit"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/numbers"
)

// Names of annotations.
const (
	summary     = "summary"
	description = "description"
	link        = "link"
)

// variantName is a template that writes the variant of an alert as a sentence shows it.
const variantName = `{{ reReplaceAll "[\\pC\\p{Zl}\\p{Zp}]+" " " $labels.variant }}`

// externalURL is Grafana's own address in its templates, without the slash at its end.
const externalURL = `{{ reReplaceAll "/$" "" externalURL }}`

// shownBefore is how much of the past a link of a rule without a rollout shows, in seconds.
const shownBefore = 3600

// literal is text that a template gives back as it is.
func literal(text string) string {
	if strings.Contains(text, "{{") {
		return "{{ " + strconv.Quote(text) + " }}"
	}
	return text
}

// name is a flag, a variant or a signal in a message.
func name(text string) string { return literal(numbers.Name(text)) }

// ofVerdict are the annotations of a rule in Grafana that asks the verdict: its words are those of the verdict's message.
func (b *builder) ofVerdict(signal model.Signal) map[string]string {
	said := func(label, otherwise string) string {
		return fmt.Sprintf(`{{ with (index .Values "message").Labels.%s }}{{ . }}{{ else }}%s{{ end }}`, label, otherwise)
	}
	annotations := map[string]string{
		summary:     said("summary", name(b.flag.Flag)+": "+literal(numbers.Within(signal.Name))),
		description: said("description", "Nothing is known at this moment: the data source does not answer."),
		link:        dashboard(externalURL, featureDashboard, b.flag.Flag, signal.ID, said("from", "now-6h")),
	}
	b.links.addTo(annotations, b.flag.Flag, b.flag.Baseline, signal.ID, true)
	return annotations
}

// asked is a template that writes the result of a query: a format of fmt, what it takes, and how the number is written. A number
// that is a share is written as so many of 100.
func asked(format string, arguments []string, written string) string {
	for i, argument := range arguments {
		if !strings.HasPrefix(argument, "$") {
			arguments[i] = strconv.Quote(argument)
		}
	}
	return fmt.Sprintf(`{{ with query (printf %s %s) }}{{ . | first | value | %s }}{{ end }}`,
		strconv.Quote(format), strings.Join(arguments, " "), written)
}

const (
	twoPlaces = `printf "%.2f"`
	whole     = `printf "%.0f"`
)

// humanizer is the template function that writes a number of a unit for people.
func humanizer(unit string) string {
	switch unit {
	case "s":
		return "humanizeDuration"
	case "percentunit":
		return "humanizePercentage"
	case "bytes":
		return `humanize1024 | printf "%sB"`
	}
	return "humanize"
}

// ofFeature are the annotations of a rule in Prometheus that compares bounds.
func (b *builder) ofFeature(of judged, margin Margin) map[string]string {
	flag, baseline := name(b.flag.Flag), name(b.flag.Baseline)
	label := literal(measured(of))
	higher := of.signal.Direction == model.HigherIsBetter
	base := func(what string) string { return b.series(of, what, b.flag.Baseline).String() }
	// A selector of the alert's own variant, as a format that takes it quoted.
	own := func(what string) string {
		selector := b.features(of, what).String()
		return strings.ReplaceAll(strings.TrimSuffix(selector, "}"), "%", "%%") + ",variant=%q}"
	}
	count := "scalar(" + own("count") + ")"
	annotations := map[string]string{
		link: dashboard(b.links.grafana, featureDashboard, b.flag.Flag, of.signal.ID, b.before()),
	}
	b.links.addTo(annotations, b.flag.Flag, b.flag.Baseline, of.signal.ID, true)
	var worse, sure string
	switch of.stat {
	case model.StatRatio:
		word, difference, least := "more", "100 * (%g - scalar(%s))", "100 * (scalar("+own("lower")+") - scalar(%s))"
		bound := base("upper")
		if higher {
			word, difference, least = "fewer", "100 * (0 - %g + scalar(%s))", "100 * (0 - scalar("+own("upper")+") + scalar(%s))"
			bound = base("lower")
		}
		worse = fmt.Sprintf("%s %s of every 100 requests (%s with %s, %s with %s)",
			asked(difference, []string{"$value", base("value")}, twoPlaces), word,
			asked("100 * %g", []string{"$value"}, twoPlaces), variantName,
			asked("100 * scalar(%s)", []string{base("value")}, twoPlaces), baseline)
		sure = asked(least, []string{"$labels.variant", bound}, twoPlaces) + " " + word + " of every 100 requests"
	default:
		worse = fmt.Sprintf("{{ $value | %s }} with %s, %s with %s", humanizer(of.signal.Unit), variantName,
			asked("scalar(%s)", []string{base("value")}, humanizer(of.signal.Unit)), baseline)
	}
	side, other := "lower", "upper"
	if higher {
		side, other = other, side
	}
	if sure == "" {
		sure = fmt.Sprintf("%s against %s", asked("scalar("+own(side)+")", []string{"$labels.variant"}, humanizer(of.signal.Unit)),
			asked("scalar(%s)", []string{base(other)}, humanizer(of.signal.Unit)))
	}
	all := b.features(of, "count")
	delete(all.Labels, labelRole)
	annotations[summary] = fmt.Sprintf("%s %s: %s worse: %s", flag, variantName, label, worse)
	annotations[description] = strings.Join([]string{
		fmt.Sprintf("How much: for sure at least %s (%s standard errors of either side are allowed to chance); margin %s.",
			sure, plain(b.z), marginText(of, margin)),
		fmt.Sprintf("How many: %s requests with %s, %s with %s in the last %s.", asked(count, []string{"$labels.variant"}, whole), variantName,
			asked("scalar(%s)", []string{base("count")}, whole), baseline, b.windowText),
		fmt.Sprintf("Who has it: %s, which serves %s%% of the requests of %s.", variantName,
			asked("100 * "+count+" / scalar(sum(%s))", []string{"$labels.variant", all.String()}, whole), flag),
		fmt.Sprintf("What to do: roll %s back: give %s no traffic.", flag, variantName),
	}, "\n")
	return annotations
}

// ofLimit are the annotations of a rule that holds the baseline against a limit.
func (b *builder) ofLimit(of judged, wanted ExistingSignal) Annotations {
	label := literal(measured(of))
	unit := of.signal.Unit
	now, bound := "{{ $value | "+humanizer(unit)+" }}", literal(strings.TrimPrefix(numbers.Setting(unit, wanted.Limit), "+"))
	if of.stat == model.StatRatio {
		now = asked("100 * %g", []string{"$value"}, twoPlaces) + " of every 100 requests"
		bound = plain(math.Round(wanted.Limit*1e8) / 1e6)
	}
	lines := []string{}
	if b.recordedOf(of.signal).Counter != nil {
		if of.stat == model.StatRatio || of.quantile > 0 {
			lines = append(lines, fmt.Sprintf("How much: %s; that is beyond the limit with %s standard errors for chance.", now, plain(b.z)))
		}
		count := b.series(of, "count", b.flag.Baseline).String()
		lines = append(lines, fmt.Sprintf("How many: about %s requests in the last %s.", asked("scalar(%s)", []string{count}, whole), b.windowText))
	}
	lines = append(lines, literal(limit.Where(b.flag.Flag, b.flag.Baseline)), limit.WhatToDo)
	said := func(which, otherwise string) string {
		return fmt.Sprintf(`{{ with (index .Values "beyond0").Labels.%s }}{{ . }}{{ else }}%s{{ end }}`, which, otherwise)
	}
	return b.both(map[string]string{
		summary:     said(summary, fmt.Sprintf("Existing application: %s: within the limit of %s", label, bound)),
		description: said(description, literal(limit.Where(b.flag.Flag, b.flag.Baseline))),
	}, map[string]string{
		summary:     fmt.Sprintf("Existing application: %s: %s, the limit is %s", label, now, bound),
		description: strings.Join(lines, "\n"),
	}, of.signal.ID)
}

// ofSilence are the annotations of the rule that tells that the baseline has no traffic.
func (b *builder) ofSilence(patience string) Annotations {
	words := func() map[string]string {
		return map[string]string{
			summary: "Existing application: no traffic for " + patience,
			description: "Who has it: " + literal(fmt.Sprintf("the baseline of %s (%s) has no requests, or Prometheus does not see them.",
				numbers.Name(b.flag.Flag), numbers.Name(b.flag.Baseline))) +
				"\nWhat to do: see whether users reach the application. If they do, look at the targets of Prometheus; else at what stands before it.",
		}
	}
	return b.both(words(), words(), "traffic")
}

// both adds the links of the existing application.
func (b *builder) both(grafana, prometheus map[string]string, signal string) Annotations {
	grafana[link] = dashboard(externalURL, existingDashboard, b.flag.Flag, "", "now-1h")
	prometheus[link] = dashboard(b.links.grafana, existingDashboard, b.flag.Flag, "", b.before())
	for _, annotations := range []map[string]string{grafana, prometheus} {
		b.links.addTo(annotations, b.flag.Flag, b.flag.Baseline, signal, false)
	}
	return Annotations{Grafana: grafana, Prometheus: prometheus}
}

// before is a template that writes where a picture begins: unix milliseconds of some time before now.
func (b *builder) before() string {
	seconds := max(shownBefore, 6*b.window.Seconds())
	return fmt.Sprintf(`{{ with query "1000 * (time() - %s)" }}{{ . | first | value | printf "%%.0f" }}{{ end }}`, plain(seconds))
}

func measured(of judged) string {
	text := numbers.Within(of.signal.Name)
	if of.quantile > 0 {
		text += " " + of.stat
	}
	return text
}

// marginText is a margin as it was chosen: +10% and +0.1 pp.
func marginText(of judged, margin Margin) string {
	var parts []string
	sign := "+"
	if of.signal.Direction == model.HigherIsBetter {
		sign = numbers.Minus
	}
	if margin.Relative > 0 {
		parts = append(parts, sign+plain(math.Round(margin.Relative*1e8)/1e6)+"%")
	}
	if margin.Absolute > 0 {
		parts = append(parts, sign+strings.TrimPrefix(numbers.Setting(of.signal.Unit, margin.Absolute), "+"))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, " and ")
}

func plain(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }
