package survey

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promql"
)

// matchersMode: each variant is a selector, configured with its flag. Nothing is looked for in the series.
type matchersMode struct{ labelsMode }

func (matchersMode) oneByOne() bool { return true }

func (matchersMode) flags(_ context.Context, _ flagClient, split model.Split, _ []string, _ Span) ([]string, error) {
	all := make([]string, len(split.Flags))
	for i, flag := range split.Flags {
		all[i] = flag.Flag
	}
	return all, nil
}

func (matchersMode) configured(scope promql.Scope) ([]string, bool) {
	var variants []string
	for _, flag := range scope.Split.Flags {
		if flag.Flag == scope.Flag {
			for _, variant := range flag.Variants {
				variants = append(variants, variant.Variant)
			}
		}
	}
	return variants, true
}

func (matchersMode) absent(scope promql.Scope, signal model.Signal, flags []string) (data.Notice, bool) {
	return notices.Warn("%s: flag %q is not among the datasource's matchers. There are: %s.",
		signal.Name, scope.Flag, names.Listed(flags)), true
}

// carriers: whatever the processes expose can be selected.
func (matchersMode) carriers(context.Context, flagClient, model.Split, []string, Span) ([]string, bool, error) {
	return nil, true, nil
}

func (matchersMode) nothing(model.Split, model.Preset) string {
	return "in the last hours no series matched the selectors of the configured variants. " + scraped +
		", and the selectors in the datasource's settings."
}
