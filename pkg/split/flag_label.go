package split

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promql"
)

// flagLabelMode: the flag is the name and the variant the value of one label. Flags are found by the names of labels, so
// there is no label by which all could be counted at once.
type flagLabelMode struct{ labelsMode }

func (flagLabelMode) Name() model.SplitMode { return model.SplitFlagLabel }

func (flagLabelMode) Complete(split, _ model.Split) model.Split { return split }

func (flagLabelMode) Check(path string, split model.Split) error {
	if !validPrefix(split.Prefix) {
		return model.Invalid(path+".prefix", "give what the names of flag labels begin with", "%q begins no label", split.Prefix)
	}
	return nil
}

func (flagLabelMode) VariantLabel(s promql.Scope) string { return s.Split.Prefix + s.Flag }

func (m flagLabelMode) Branches(s promql.Scope) ([]promql.Branch, error) {
	own := s.VariantMatcher(m.VariantLabel(s))
	if own == nil {
		own = m.OfFlag(s)
	}
	return []promql.Branch{{Matchers: own}}, nil
}

func (m flagLabelMode) OfFlag(s promql.Scope) []*labels.Matcher {
	return []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, m.VariantLabel(s), "")}
}

func (m flagLabelMode) Labels(s promql.Scope) []string { return []string{m.VariantLabel(s)} }

func (flagLabelMode) OneByOne() bool { return true }

func (flagLabelMode) Flags(ctx context.Context, server Lookup, split promql.Split, metrics []string) ([]string, error) {
	match, err := Listed(metrics, promql.Name)
	if err != nil {
		return nil, err
	}
	found, err := server.LabelNames(ctx, match)
	return withoutPrefix(found, split.Prefix), err
}

// withoutPrefix keeps the names that begin with a prefix, and cuts it off. Without a prefix any label can be a flag, but
// those that every scrape or histogram has are none, nor are attributes of evaluations.
func withoutPrefix(labels []string, prefix string) []string {
	var found []string
	for _, name := range labels {
		flag, ok := strings.CutPrefix(name, prefix)
		common := prefix == "" && slices.Contains([]string{"instance", "job", promql.BucketLabel, promql.RangeLabel, "quantile"}, name)
		if ok && flag != "" && !common && !strings.HasPrefix(name, "__") && !IsAttribute(name) {
			found = append(found, flag)
		}
	}
	names.Sort(found)
	return found
}

// Nameless: what lacks the label has not evaluated the flag.
func (flagLabelMode) Nameless(promql.Scope) []*labels.Matcher { return nil }

func (flagLabelMode) MissingLabel(scope promql.Scope) string { return scope.VariantLabel() }

func (m flagLabelMode) Carriers(ctx context.Context, server Lookup, split promql.Split, metrics []string) ([]string, bool, error) {
	found, err := m.Flags(ctx, server, split, metrics)
	if err != nil {
		return nil, false, err
	}
	var match []string
	for _, flag := range found {
		labelled := promql.Split{Split: model.Split{Mode: model.SplitLabels, FlagLabel: split.Prefix + flag}, Mode: labelsMode{}}
		selector, err := promql.FlagSelector(labelled, "")
		if err != nil {
			return nil, false, err
		}
		match = append(match, selector)
	}
	return match, len(match) > 0, nil
}

func (flagLabelMode) Nothing(split model.Split, _ model.Preset) string {
	return fmt.Sprintf("in the last hours no series of the catalogue's metrics had a label that begins with %q. %s, "+
		"and the prefix of flag labels in the datasource's settings.", split.Prefix, scraped)
}
