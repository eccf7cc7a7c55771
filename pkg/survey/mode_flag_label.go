package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// flagLabelMode: the flag is the name and the variant the value of one label.
type flagLabelMode struct{ labelsMode }

func (flagLabelMode) oneByOne() bool { return true }

func (flagLabelMode) flags(ctx context.Context, client flagClient, split model.Split, metrics []string, s Span) ([]string, error) {
	match, err := matchAny(metrics, promql.Name)
	if err != nil {
		return nil, err
	}
	found, _, err := client.LabelNames(ctx, promapi.MetaQuery{Match: match, Start: s.From, End: s.To})
	return withoutPrefix(found, split.Prefix), err
}

// withoutPrefix keeps the names that begin with a prefix, and cuts it off. Without a prefix any label can be a flag, but
// those that every scrape or histogram has are none.
func withoutPrefix(labels []string, prefix string) []string {
	var found []string
	for _, name := range labels {
		flag, ok := strings.CutPrefix(name, prefix)
		common := prefix == "" && slices.Contains([]string{"instance", "job", "le", "quantile"}, name)
		if ok && flag != "" && !common && !strings.HasPrefix(name, "__") {
			found = append(found, flag)
		}
	}
	names.Sort(found)
	return found
}

func (flagLabelMode) missingLabel(scope promql.Scope) string { return scope.VariantLabel() }

func (m flagLabelMode) carriers(
	ctx context.Context, client flagClient, split model.Split, metrics []string, s Span,
) ([]string, bool, error) {
	found, err := m.flags(ctx, client, split, metrics, s)
	if err != nil {
		return nil, false, err
	}
	var match []string
	for _, flag := range found {
		selector, err := promql.FlagSelector(model.Split{Mode: model.SplitLabels, FlagLabel: split.Prefix + flag}, "")
		if err != nil {
			return nil, false, err
		}
		match = append(match, selector)
	}
	return match, len(match) > 0, nil
}

func (flagLabelMode) nothing(split model.Split, _ model.Preset) string {
	return fmt.Sprintf("in the last hours no series of the catalogue's metrics had a label that begins with %q. %s, "+
		"and the prefix of flag labels in the datasource's settings.", split.Prefix, scraped)
}
