package series

import (
	"context"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/survey"
)

// silence says why there is nothing to show of variants; survey.Silence does.
type silence interface {
	Why(ctx context.Context, scope promql.Scope, from kind.Source, s survey.Span) (map[string]string, error)
}

// seen tells whether an answer has a value of a variant.
func (a answer) seen(variant string) bool {
	return slices.ContainsFunc(a.measures, func(m measure) bool { return m.variant == variant && len(m.points) > 0 })
}

// silent says of which arm of a comparison nothing was seen, as far as the roles are wanted, and why.
func (d *reader) silent(
	ctx context.Context, st statement, seen func(variant string) bool, wanted func(model.Role) bool,
) ([]data.Notice, error) {
	subject, name := st.subject, st.signals[0].Name
	var quiet []string
	if b := subject.Baseline; b != "" && !seen(b) {
		quiet = append(quiet, b)
	}
	features := wanted(model.RoleFeature) || wanted(model.RoleDifference) || wanted(model.RoleRatio)
	none := features && len(subject.Features) > 0 && !slices.ContainsFunc(subject.Features, seen)
	if none {
		quiet = append(quiet, subject.Features...)
	}
	said, idle, err := d.reasons(ctx, st, quiet)
	if err != nil {
		return nil, err
	}
	if slices.Contains(idle, subject.Baseline) {
		said = append(said, notices.Warn("%s: the baseline %q has no traffic in this range.", name, subject.Baseline))
		idle = names.Without(idle, subject.Baseline)
	}
	if len(idle) > 0 {
		said = append(said, notices.Warn("%s: no feature traffic in this range (%s).", name, names.Listed(idle)))
	}
	if features && len(subject.Features) == 0 {
		said = append(said, notices.Warn("%s: flag %q has no feature in this range, only its baseline.", name, subject.Flag))
	}
	return said, nil
}

// reasons says why nothing was seen of variants; those that are idle had no traffic.
func (d *reader) reasons(ctx context.Context, st statement, quiet []string) (said []data.Notice, idle []string, err error) {
	if len(quiet) == 0 {
		return nil, nil, nil
	}
	scope := st.scope
	scope.Variants = quiet
	why, err := d.silence.Why(ctx, scope, st.counted, st.span)
	if err != nil {
		return nil, nil, fmt.Errorf("find out why there is nothing of %s: %w", names.Listed(quiet), err)
	}
	for _, variant := range quiet {
		if reason := why[variant]; reason != "" {
			said = append(said, notices.Warn("%s: %s", st.signals[0].Name, reason))
		} else {
			idle = append(idle, variant)
		}
	}
	return said, idle, nil
}
