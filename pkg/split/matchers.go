package split

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/promql"
)

// matchersMode: each variant is a selector, configured with its flag. Nothing is looked for in the series.
type matchersMode struct{ labelsMode }

func (matchersMode) Name() model.SplitMode { return model.SplitMatchers }

func (matchersMode) Complete(split, _ model.Split) model.Split { return split }

func (matchersMode) Check(path string, split model.Split) error {
	path += ".flags"
	if len(split.Flags) == 0 {
		return model.Invalid(path, "list each flag with the selector of each of its variants", "no flag is listed")
	}
	flags := map[string]bool{}
	for i, flag := range split.Flags {
		at := fmt.Sprintf("%s[%d]", path, i)
		if flag.Flag == "" || flags[flag.Flag] {
			return model.Invalid(at+".flag", "give every flag a key of its own", "%q is empty or there twice", flag.Flag)
		}
		flags[flag.Flag] = true
		if err := checkVariants(at+".variants", flag); err != nil {
			return err
		}
	}
	return nil
}

func checkVariants(path string, flag model.MatcherFlag) error {
	if len(flag.Variants) == 0 {
		return model.Invalid(path, "list the selector of each variant", "flag %q has no variant", flag.Flag)
	}
	known := map[string]bool{}
	for i, variant := range flag.Variants {
		at := fmt.Sprintf("%s[%d]", path, i)
		if variant.Variant == "" || known[variant.Variant] || !utf8.ValidString(variant.Variant) {
			return model.Invalid(at+".variant", "give every variant a name of its own", "%q is empty or there twice", variant.Variant)
		}
		known[variant.Variant] = true
		matchers, err := model.ParseSelector(variant.Selector)
		if err != nil || len(matchers) == 0 {
			return model.Invalid(at+".selector", `write it like version="2",region=~"eu.*"`, "%s", selectorProblem(variant.Selector, err))
		}
	}
	return nil
}

func selectorProblem(selector string, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q selects nothing", selector)
}

func (matchersMode) SplitsProcesses() bool { return true }

func (matchersMode) VariantLabel(promql.Scope) string { return promql.MatcherVariantLabel }

// Branches are the flag's variants that are selectors, those that the scope leaves out aside: each is read by its own
// selector, and the answer is named after it.
func (matchersMode) Branches(s promql.Scope) ([]promql.Branch, error) {
	var branches []promql.Branch
	for _, flag := range s.Split.Flags {
		if flag.Flag != s.Flag {
			continue
		}
		for _, variant := range flag.Variants {
			if len(s.Variants) > 0 && !slices.Contains(s.Variants, variant.Variant) {
				continue
			}
			own, err := model.ParseSelector(variant.Selector)
			if err != nil {
				return nil, fmt.Errorf("variant %s of flag %s: %w", variant.Variant, flag.Flag, err)
			}
			branches = append(branches, promql.Branch{Variant: variant.Variant, Matchers: own})
		}
	}
	return branches, nil
}

// OfFlag: no label of a series names the flag.
func (matchersMode) OfFlag(promql.Scope) []*labels.Matcher { return nil }

func (matchersMode) Labels(promql.Scope) []string { return nil }

func (matchersMode) OneByOne() bool { return true }

func (matchersMode) Flags(_ context.Context, _ Lookup, split promql.Split, _ []string) ([]string, error) {
	all := make([]string, len(split.Flags))
	for i, flag := range split.Flags {
		all[i] = flag.Flag
	}
	return all, nil
}

func (matchersMode) Configured(scope promql.Scope) ([]string, bool) {
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

func (matchersMode) Absent(scope promql.Scope, signal model.Signal, flags []string) string {
	return fmt.Sprintf("%s: flag %q is not among the datasource's matchers. There are: %s.", signal.Name, scope.Flag, names.Listed(flags))
}

// Nameless: what no selector matches is not looked for.
func (matchersMode) Nameless(promql.Scope) []*labels.Matcher { return nil }

// Carriers: whatever the processes expose can be selected.
func (matchersMode) Carriers(context.Context, Lookup, promql.Split, []string) ([]string, bool, error) {
	return nil, true, nil
}

func (matchersMode) Nothing(model.Split, model.Preset) string {
	return "in the last hours no series matched the selectors of the configured variants. " + scraped +
		", and the selectors in the datasource's settings."
}
