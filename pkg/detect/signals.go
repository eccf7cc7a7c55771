package detect

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
)

// Margins by kind: those of the presets.
func latencyMargin() *model.Margin { return &model.Margin{Relative: 0.25} }
func errorMargin() *model.Margin   { return &model.Margin{Absolute: 0.001, Relative: 0.1} }
func meanMargin() *model.Margin    { return &model.Margin{Relative: 0.1} }

// offered are the signals of a way to split, those that are chosen first.
type offered struct {
	signals []model.ProposedSignal
	// latency, failures and traffic tell which are chosen.
	latency, failures, traffic bool
	// seen are the candidates that the chosen ones are read from.
	seen   []candidate
	doubts []string
}

func (o *offered) add(c candidate, signal model.Signal, class model.MetricClass, reason string, warnings ...string) {
	o.signals = append(o.signals, model.ProposedSignal{
		Signal: signal, Chosen: true, Class: class, Reason: reason, Warnings: append([]string{}, warnings...), Series: len(c.series),
	})
	o.seen = append(o.seen, c)
}

// mainScore is the score from which a histogram stands for the requests of some service.
const mainScore = 80

// mostOthers bounds the signals that are offered and not chosen.
const mostOthers = 10

// signals finds the signals among metrics, those that a selector narrows to what carries the flag.
func (d *Detector) signals(ctx context.Context, there inventory, metrics []string, narrow string) (offered, error) {
	var o offered
	families := familiesOf(metrics)
	histograms, err := d.look(ctx, fitting(families, requests, family.histogram), narrow, true)
	if err != nil {
		return o, err
	}
	counted, err := d.look(ctx, fitting(families, counters, func(f family) bool { return f.self && !f.bucket }), narrow, false)
	if err != nil {
		return o, err
	}
	var rest []candidate
	for _, c := range histograms {
		class, ok := c.class()
		switch {
		case !ok:
		case !o.latency && c.known.score > 5:
			d.latency(&o, there, c, class)
		default:
			rest = append(rest, c)
		}
	}
	o.fromCounters(counted)
	if !o.traffic {
		if err := d.evaluations(ctx, &o, families, narrow); err != nil {
			return o, err
		}
	}
	o.others(there, rest)
	return o, nil
}

// latency chooses a histogram of requests, with its failures where its labels tell them, and its count as the traffic.
func (d *Detector) latency(o *offered, there inventory, c candidate, class model.MetricClass) {
	unit, from, doubt := c.unit(there)
	reason := fmt.Sprintf("%s is known by %s. %s Lower is better; its margin is the one of latency.", c.base, c.known.of, from)
	var warnings []string
	if doubt != "" {
		warnings = append(warnings, doubt)
	}
	latency := model.Signal{
		ID: "latency", Name: "Latency", Kind: model.KindHistogram, Unit: unit, Direction: model.LowerIsBetter, Margin: latencyMargin(),
		Metric: c.base, Selector: c.selector(),
		Description: "How long requests take. Its margin is on the part of the requests that are slower than a bucket's edge.",
	}
	switch class {
	case model.ClassCountSum, model.ClassSummary:
		latency.Kind, latency.Margin = model.KindMean, meanMargin()
		latency.Metric, latency.CountMetric = c.base+"_sum", c.base+"_count"
		latency.Description = "How long requests take on average."
		warnings = append(warnings, noBuckets(c.base, class))
	}
	if c.selector() != "" {
		reason += fmt.Sprintf(" Only series with %s are read, so that a request counts once.", c.selector())
	}
	o.latency = true
	o.add(c, latency, class, tidy(reason), warnings...)
	if c.status != nil {
		o.failing(c, c.base+"_count", class)
	}
	o.counting(c, c.base+"_count", class, "Requests a second; it follows the allocation, so it is shown and not judged.")
}

// noBuckets says that there are no quantiles, and what to do.
func noBuckets(base string, class model.MetricClass) string {
	if class == model.ClassSummary {
		return fmt.Sprintf("%s is a summary: its quantiles cannot be added up, so the mean is judged. Record a histogram in the service.", base)
	}
	said := fmt.Sprintf("%s has no buckets, so there are no quantiles and the mean is judged: switch histograms on in your client", base)
	if strings.HasPrefix(plain(base), "http_server_requests") {
		return said + " (Spring Boot: management.metrics.distribution.percentiles-histogram.http.server.requests=true)."
	}
	return said + "."
}

// failing chooses the part of the requests that fail.
func (o *offered) failing(c candidate, metric string, class model.MetricClass) {
	o.failures = true
	o.add(c, model.Signal{
		ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter, Margin: errorMargin(),
		Metric: metric, Bad: c.status.bad, Selector: c.selector(), Description: "The part of the requests that fail.",
	}, class, fmt.Sprintf("The label %s tells failures: %s. Lower is better; 0.1 percentage points, or a tenth, are tolerated.", c.status.label, c.status.what))
}

// counting chooses the traffic.
func (o *offered) counting(c candidate, metric string, class model.MetricClass, reason string) {
	unit := c.known.unit
	if o.latency || unit == "" {
		unit = "reqps"
	}
	o.traffic = true
	o.add(c, model.Signal{
		ID: "throughput", Name: "Throughput", Kind: model.KindRate, Unit: unit, Direction: model.Neutral, Metric: metric, Selector: c.selector(),
		Description: "Requests a second.",
	}, class, reason)
}

// failureCounter is the name of a counter of failures beside one of all.
var failureCounter = regexp.MustCompile(`^(.*?)_?(errors?|failures?|failed|exceptions?)(_total)?$`)

// fromCounters chooses failures and traffic from counters, as far as the histogram of requests has not told them.
func (o *offered) fromCounters(counted []candidate) {
	for _, c := range counted {
		if c.known.score <= 5 || failureCounter.MatchString(plain(c.base)) {
			continue
		}
		if !o.failures && c.status != nil && c.known.score > 20 {
			o.failing(c, c.base, model.ClassCounter)
		}
		if !o.traffic && c.known.score > 20 {
			o.counting(c, c.base, model.ClassCounter, fmt.Sprintf("%s is known by %s. It follows the allocation, so it is shown and not judged.", c.base, c.known.of))
		}
	}
	if o.failures || !o.traffic {
		return
	}
	all := o.signals[len(o.signals)-1].Signal
	for _, c := range counted {
		if match := failureCounter.FindStringSubmatch(plain(c.base)); match != nil && (match[1] == "" || sharesWord(match[1], all.Metric)) {
			o.failures = true
			o.add(c, model.Signal{
				ID: "errors", Name: "Errors", Kind: model.KindRatio, Unit: "percentunit", Direction: model.LowerIsBetter, Margin: errorMargin(),
				Metric: all.Metric, BadMetric: c.base, Selector: all.Selector, Description: "The part of the requests that fail.",
			}, model.ClassCounter, fmt.Sprintf("%s counts failures, %s all. Lower is better.", c.base, all.Metric))
			return
		}
	}
}

// sharesWord tells whether a counter of failures is named after the same thing as one of all: request_errors and requests_total.
func sharesWord(failures, all string) bool {
	for _, word := range strings.Split(failures, "_") {
		if word = strings.TrimSuffix(word, "s"); len(word) > 3 && strings.Contains(plain(all), word) {
			return true
		}
	}
	return false
}

// evaluations chooses a counter of evaluations, where nothing counts requests.
func (d *Detector) evaluations(ctx context.Context, o *offered, families []family, narrow string) error {
	found, err := d.look(ctx, fitting(families, evaluations, func(f family) bool { return f.self }), narrow, false)
	if err != nil || len(found) == 0 {
		return err
	}
	c := found[0]
	o.add(c, model.Signal{
		ID: "throughput", Name: "Evaluations", Kind: model.KindRate, Unit: c.known.unit, Direction: model.Neutral, Metric: c.base,
		Description: "Evaluations a second.",
	}, model.ClassCounter, fmt.Sprintf("%s is known by %s. It counts evaluations and no requests: shares and changes show, and there is nothing to judge.", c.base, c.known.of))
	o.doubts = append(o.doubts, "These series count evaluations of flags. To judge latency and errors, put the flag on request metrics too.")
	return nil
}

// others offers further histograms, which nobody has chosen.
func (o *offered) others(there inventory, rest []candidate) {
	for _, c := range rest[:min(len(rest), mostOthers)] {
		class, _ := c.class()
		if !buckets(class) {
			continue
		}
		unit, from, doubt := c.unit(there)
		if c.known.score >= mainScore && o.latency {
			o.doubts = append(o.doubts, fmt.Sprintf("%s carries the flag too, and only one histogram stands for latency: add it as a signal if other services record it.", c.base))
		}
		offer := model.ProposedSignal{
			Signal: model.Signal{
				ID: idOf(c.base), Name: c.base, Kind: model.KindHistogram, Unit: unit, Direction: model.LowerIsBetter, Margin: latencyMargin(), Metric: c.base, Selector: c.selector(),
			},
			Class: class, Reason: tidy(fmt.Sprintf("%s carries the flag too. %s", c.base, from)), Warnings: []string{}, Series: len(c.series),
		}
		if doubt != "" {
			offer.Warnings = append(offer.Warnings, doubt)
		}
		o.signals = append(o.signals, offer)
	}
}

// idOf makes an id of a metric's name.
func idOf(metric string) string {
	id := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n,", r) {
			return '_'
		}
		return r
	}, metric)
	switch id {
	case "latency", "errors", "throughput":
		id += "_metric"
	}
	return id
}

// tidy joins sentences of which one may be empty.
func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "  ", " ")) }
