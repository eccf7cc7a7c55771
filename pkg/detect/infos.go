package detect

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// runtimes are info metrics of what services are built with, not of the services.
var runtimes = regexp.MustCompile(`^(go|python|nodejs|node|jvm|jdk|ruby|php|dotnet|process|prometheus|alertmanager|grafana|kube_node|kube_pod|kubernetes|kubelet|etcd|coredns|blackbox|redis|mysql|postgres|cadvisor|machine|otelcol|promhttp)_.*|.*_exporter_build_info$`)

// joins are the labels by which a process is joined to what it measures, the most exact first.
var joins = [][]string{
	{"job", "instance"}, {"namespace", "pod"}, {"instance"}, {"service_instance_id"}, {"service.instance.id"}, {"pod"},
}

// releasesOf are info metrics that say which release each process is: each service is a flag, its releases are the variants.
func (d *Detector) releasesOf(ctx context.Context, label string, infos []string) ([]way, error) {
	var found []way
	for _, info := range infos {
		kubernetes := strings.HasPrefix(info, "kube_pod_labels")
		if runtimes.MatchString(plain(info)) && !kubernetes {
			continue
		}
		series, err := some(ctx, d, info, carries(label).String())
		if err != nil {
			return found, err
		}
		for _, service := range servicesOf(candidate{series: series}) {
			if kubernetes && service == "job" {
				// That is the exporter's own.
				continue
			}
			releases := map[string][]string{}
			for _, one := range series {
				of, release := one.Get(service), one.Get(label)
				if of != "" && !slices.Contains(releases[of], release) {
					releases[of] = append(releases[of], release)
				}
			}
			w := way{
				id: "info:" + info + ":" + service + ":" + label, title: fmt.Sprintf("Releases by the info metric %s: %s", info, label),
				rank:      releaseLabels[plain(label)] - 10,
				split:     model.Split{Mode: model.SplitInfo, InfoMetric: info, FlagLabel: service, VariantLabel: label},
				baselines: map[string]baseline{},
			}
			var several []string
			for of, all := range releases {
				if len(all) < 2 {
					continue
				}
				several = append(several, of)
				if older, newest, ok := ordered(all); ok {
					w.baselines[of] = baseline{older, fmt.Sprintf("%s is older than %s: assumed.", older, newest)}
				}
			}
			if len(several) == 0 {
				continue
			}
			names.Sort(several)
			w.reason = fmt.Sprintf("%s says which %s each process has; there are several at once in %s.", info, label, short(names.Listed(several)))
			w.doubts = []string{"Requests are not drawn by lot between releases unless your router does so: who meets the new one may differ."}
			found = append(found, w)
			break
		}
	}
	return found, nil
}

// some are some series of a metric.
func some(ctx context.Context, d *Detector, metric, narrow string) ([]labels.Labels, error) {
	match, err := promql.Narrowed(metric, narrow)
	if err != nil {
		return nil, err
	}
	s := d.span()
	series, _, err := d.client.Series(ctx, promapi.MetaQuery{Match: []string{match}, Start: s.From, End: s.To, Limit: mostSeries})
	return series, err
}

// joinsOn are the labels by which an info metric is joined to a candidate: those of which both have the same values.
func (d *Detector) joinsOn(ctx context.Context, info string, c candidate) ([]string, bool, error) {
	series, err := some(ctx, d, info, "")
	if err != nil {
		return nil, false, err
	}
	for _, on := range joins {
		own := valuesOf(c.series, on)
		for key := range valuesOf(series, on) {
			if own[key] {
				return on, true, nil
			}
		}
	}
	return nil, false, nil
}

// valuesOf are the values of labels together, of the series that have them all.
func valuesOf(series []labels.Labels, of []string) map[string]bool {
	found := map[string]bool{}
	for _, one := range series {
		var b strings.Builder
		whole := true
		for _, name := range of {
			value := one.Get(name)
			whole = whole && value != ""
			b.WriteString(value + "\x00")
		}
		if whole {
			found[b.String()] = true
		}
	}
	return found
}
