package judging

import (
	"context"
	"maps"
	"math"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// flagsJudged bounds the flags of an inventory whose verdicts are asked for at once.
const flagsJudged = 30

// Scan judges many flags at once.
type Scan struct {
	verdicts interface {
		of(ctx context.Context, r Request) (judged, error)
	}
	settings model.Settings
	terms    terms
}

// Fill fills in the verdicts of an inventory's features: each by itself as on its own page, and beside it whether
// it still holds for having been looked for among all of them.
func (j *Scan) Fill(ctx context.Context, r Request, rows []frames.FlagRow) ([]data.Notice, error) {
	var flags []string
	for i := range rows {
		rows[i].Evidence = math.NaN()
		if !slices.Contains(flags, rows[i].Flag) {
			flags = append(flags, rows[i].Flag)
		}
	}
	var said []data.Notice
	if len(flags) > flagsJudged {
		said = append(said, notices.Warn("There are %d flags. Verdicts are given for the first %d.", len(flags), flagsJudged))
		flags = flags[:flagsJudged]
	}
	var signals []string
	for _, signal := range j.terms.judged() {
		signals = append(signals, signal.ID)
	}
	if len(signals) == 0 {
		return append(said, notices.Warn("No signal of the catalogue has a better direction, so no flag has a verdict.")), nil
	}
	shown := map[string][]string{}
	for _, row := range rows {
		if row.Role == model.RoleFeature {
			shown[row.Flag] = append(shown[row.Flag], row.Variant)
		}
	}
	// Of a flag whose variants were cut, those that have a row are judged.
	maps.DeleteFunc(shown, func(_ string, features []string) bool { return len(features)+1 < j.settings.Limits.MaxVariants })
	found := make([]judged, len(flags))
	err := parallel.Do(len(flags), func(i int) error {
		query, err := model.Query{
			QueryType: model.QueryVerdict, Flag: flags[i], Signals: signals, Filters: r.Query.Filters, Since: r.Query.Since,
			Margins: r.Query.Margins, Alpha: r.Query.Alpha, Profile: r.Query.Profile, Variants: shown[flags[i]],
		}.Validate()
		if err != nil {
			return err
		}
		found[i], err = j.verdicts.of(ctx, Request{Query: query, From: r.From, To: r.To})
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []verdict.Verdict
	for _, part := range found {
		all = append(all, part.rows...)
		if part.err != nil {
			said = append(said, notices.Warn("Some signals could not be read: %v", part.err))
		}
	}
	discovered := verdict.Discoveries(all, r.Query.AlphaOf(j.settings))
	for i := range rows {
		summarise(&rows[i], all, discovered)
	}
	return notices.Unique(said), nil
}

// summarise gives a feature the most damaging state of its signals. Signals of which there is nothing are left out,
// unless there is nothing of any.
func summarise(row *frames.FlagRow, all []verdict.Verdict, discovered []bool) {
	var states []verdict.State
	for i, v := range all {
		if v.Options.Flag != row.Flag || v.Options.Variant != row.Variant {
			continue
		}
		states = append(states, v.State)
		row.Evidence = math.Max(v.Evidence, zeroNaN(row.Evidence))
		row.Discovery = row.Discovery || discovered[i]
	}
	if len(states) == 0 {
		return
	}
	judged := slices.DeleteFunc(slices.Clone(states), func(s verdict.State) bool { return s == verdict.NoData })
	if len(judged) == 0 {
		judged = states
	}
	row.Verdict = string(slices.MinFunc(judged, verdict.MoreDamaging))
}

func zeroNaN(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}
