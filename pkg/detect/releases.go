package detect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// releaseLabels are names of labels that tell releases of one service apart, as plain writes them, with how likely a rollout is
// what they tell.
var releaseLabels = map[string]int{
	"canary": 70, "track": 70, "release_track": 70, "deployment_track": 70, "rollouts_pod_template_hash": 55,
	"destination_version": 66, "destination_canonical_revision": 62, "version": 64, "app_version": 64, "service_version": 64,
	"app_kubernetes_io_version": 60, "release": 58, "revision": 56, "image_tag": 56, "build": 45, "commit": 45, "git_sha": 45,
	"slot": 50, "color": 52, "colour": 52, "stage": 30, "variant": 60, "variation": 55, "pod_template_hash": 45, "label_version": 62,
	"label_track": 66, "label_app_kubernetes_io_version": 60,
}

// services are names of labels that tell services apart, the most exact first, as plain writes them.
var services = []string{
	"destination_service_name", "destination_service", "destination_workload", "ingress", "service_name", "exported_service", "service", "application",
	"app", "app_kubernetes_io_name", "label_app", "label_app_kubernetes_io_name", "envoy_cluster_name", "job", "exported_job",
}

const (
	// mostReleaseLabels bounds the labels that are looked at, mostReleases the releases of one service that are compared,
	// mostServices the services of which releases are.
	mostReleaseLabels = 8
	mostReleases      = 6
	mostServices      = 20
)

// releases are the ways in which selectors on a label tell two releases of one service apart, which both take traffic now.
func (d *Detector) releases(ctx context.Context, there inventory) ([]way, error) {
	var wanted []string
	// The variant of a flag is no release of a service.
	flagged := slices.ContainsFunc(there.labels, func(name string) bool { return flagLabels[plain(name)] > 0 })
	for _, name := range there.labels {
		if releaseLabels[plain(name)] > 0 && usable(name) && (!flagged || variantLabels[plain(name)] == 0) {
			wanted = append(wanted, name)
		}
	}
	slices.SortStableFunc(wanted, func(a, b string) int { return releaseLabels[plain(b)] - releaseLabels[plain(a)] })
	var found []way
	for _, label := range wanted[:min(len(wanted), mostReleaseLabels)] {
		metrics, err := carriers(ctx, d, "{"+carries(label).String()+"}")
		if err != nil {
			return found, err
		}
		measured, infos := partition(metrics, isInfo)
		w, ok, err := d.releasesOn(ctx, label, measured)
		if err != nil {
			return found, err
		}
		if ok {
			found = append(found, w)
			continue
		}
		more, err := d.releasesOf(ctx, label, infos)
		if err != nil {
			return found, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// releasesOn are selectors on a label of the metrics themselves. Releases of several services are kept apart.
func (d *Detector) releasesOn(ctx context.Context, label string, metrics []string) (way, bool, error) {
	families := familiesOf(metrics)
	candidates := fitting(families, requests, family.histogram)
	candidates = slices.DeleteFunc(append(candidates, fitting(families, counters, func(f family) bool { return f.self })...), func(c candidate) bool {
		return c.known.score < 40
	})
	if len(candidates) == 0 {
		return way{}, false, nil
	}
	some, err := d.look(ctx, candidates[:1], carries(label).String(), true)
	if err != nil || len(some) == 0 {
		return way{}, false, err
	}
	c := some[0]
	for _, service := range append(servicesOf(c), "") {
		// Without a label of a service, two versions may be those of two services.
		if service == "" && (len(servicesOf(c)) > 0 || releaseLabels[plain(label)] < 66) {
			continue
		}
		shares, err := sharesOf(ctx, d, c, label, service)
		if err != nil {
			return way{}, false, err
		}
		if w, ok := selectorsOf(label, service, shares); ok {
			w.metrics, w.narrow = metrics, carries(label).String()
			if bare(label) {
				w.narrow = ""
			}
			return w, true, nil
		}
	}
	return way{}, false, nil
}

// bare tells labels that the existing application lacks: an ingress labels its canary alone.
func bare(label string) bool { return plain(label) == "canary" }

// servicesOf are the labels of a candidate that tell services apart, the most exact first.
func servicesOf(c candidate) []string {
	var found []string
	for _, wanted := range services {
		if name := labelNamed(c.series, wanted); name != "" {
			found = append(found, name)
		}
	}
	return found
}

// sharesOf are the requests of each release by service, within the last hour.
func sharesOf(ctx context.Context, d *Detector, c candidate, label, service string) (map[string]map[string]float64, error) {
	metric, fn := c.base, promql.Func{Name: "increase", Window: lately}
	switch {
	case c.count:
		metric = c.base + "_count"
	case c.bucket:
		metric = c.base + "_bucket"
	case c.form.Native:
		fn.Count = true
	}
	by, narrow := []string{label}, carries(label).String()
	if service != "" {
		by = append(by, service)
	}
	if bare(label) {
		narrow = ""
	}
	expr, err := promql.Grouped(metric, narrow, by, fn)
	if err != nil {
		return nil, err
	}
	result, err := d.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: d.now()})
	if err != nil {
		return nil, err
	}
	shares := map[string]map[string]float64{}
	for _, series := range result.Series {
		if len(series.Floats) == 0 || !(series.Floats[0].V > 0) {
			continue
		}
		of := ""
		if service != "" {
			of = series.Labels.Get(service)
		}
		if shares[of] == nil {
			shares[of] = map[string]float64{}
		}
		shares[of][series.Labels.Get(label)] += series.Floats[0].V
	}
	return shares, nil
}

// selectorsOf makes a flag of each service that has two releases or more; false where none has.
func selectorsOf(label, service string, shares map[string]map[string]float64) (way, bool) {
	w := way{
		id: "matchers:" + label + ":" + service, title: "Releases side by side: " + label, rank: releaseLabels[plain(label)],
		split: model.Split{Mode: model.SplitMatchers}, baselines: map[string]baseline{},
	}
	var said []string
	for _, of := range slices.Sorted(maps.Keys(shares)) {
		releases := releasesBy(shares[of])
		if len(releases) < 2 || len(w.split.Flags) >= mostServices {
			continue
		}
		flag := model.MatcherFlag{Flag: of}
		if of == "" {
			flag.Flag = "release"
		}
		for _, release := range releases {
			matchers := []*labels.Matcher{is(label, release)}
			if service != "" {
				matchers = append(matchers, is(service, of))
			}
			flag.Variants = append(flag.Variants, model.MatcherVariant{Variant: variantName(release), Selector: selectorOf(matchers...)})
		}
		w.split.Flags = append(w.split.Flags, flag)
		chosen := existing(shares[of], releases)
		w.baselines[flag.Flag] = chosen
		said = append(said, fmt.Sprintf("%s runs %s", flag.Flag, names.Listed(namesOfVariants(flag))))
	}
	if len(w.split.Flags) == 0 {
		return way{}, false
	}
	w.reason = fmt.Sprintf("The label %s tells releases apart that both take requests now: %s.", label, short(strings.Join(said, "; ")))
	if _, _, versions := ordered(namesOfVariants(w.split.Flags[0])); versions {
		w.doubts = append(w.doubts, "Each version is a selector of its own: look here again when the next one is rolled out.")
	}
	w.doubts = append(w.doubts, "Requests are not drawn by lot between releases unless your router does so: who meets the new one may differ.")
	return w, true
}

// releasesBy are releases, those with the most requests first.
func releasesBy(shares map[string]float64) []string {
	releases := slices.Sorted(maps.Keys(shares))
	slices.SortStableFunc(releases, func(a, b string) int { return cmp.Compare(shares[b], shares[a]) })
	return releases[:min(len(releases), mostReleases)]
}

// variantName is what a release is called.
func variantName(release string) string {
	if release == "" {
		return "stable"
	}
	return release
}

func namesOfVariants(flag model.MatcherFlag) []string {
	all := make([]string, len(flag.Variants))
	for i, variant := range flag.Variants {
		all[i] = variant.Variant
	}
	return all
}

// existing is the release that was there before: by its name, of two versions the older, else the one with most requests.
func existing(shares map[string]float64, releases []string) baseline {
	total := 0.0
	for _, share := range shares {
		total += share
	}
	largest := releases[0]
	share := 100 * shares[largest] / total
	for _, release := range releases {
		if slices.Contains(old, strings.ToLower(variantName(release))) {
			return baseline{variantName(release), fmt.Sprintf("%q is what was there before, by its name.", variantName(release))}
		}
	}
	older, newest, ok := ordered(releases)
	switch {
	case ok && len(releases) == 2 && older == largest:
		return baseline{older, fmt.Sprintf("%s is older than %s, and has most of the requests (%.0f%%).", older, newest, share)}
	case ok && len(releases) == 2:
		return baseline{older, fmt.Sprintf("%s is older than %s, which has most of the requests (%.0f%%) by now.", older, newest, share)}
	}
	return baseline{variantName(largest), fmt.Sprintf("%s has most of the requests (%.0f%%).", variantName(largest), share)}
}
