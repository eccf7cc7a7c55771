package compare

import (
	"context"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/frames"
)

// runChanges answers changes: when the allocation shifted or the flag changed, within the range.
func (e *Engine) runChanges(ctx context.Context, r Request) (data.Frames, error) {
	o, err := e.occasionOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var rows []frames.Change
	for _, c := range o.rollout.Changes {
		if c.At.Before(r.From) || c.At.After(r.To) {
			continue
		}
		rows = append(rows, frames.Change{
			At: c.At, End: c.End, Title: changeTitle(c), Text: changeText(c), Flag: c.Flag, Variant: c.Variant,
			Kind: string(c.Kind), From: c.From, To: c.To,
		})
	}
	return frames.Changes(rows, strings.Join(o.rollout.Exprs, "\n"), frames.Meta{Notices: texted(o.rollout.Notices)}), nil
}

// changeTitle says what happened in a few words: checkout-v2 on 50%.
func changeTitle(c collect.Change) string {
	if c.Kind == collect.ChangeFlag {
		if c.To > 0 {
			return fmt.Sprintf("%s %s appeared", c.Flag, c.Variant)
		}
		return fmt.Sprintf("%s %s disappeared", c.Flag, c.Variant)
	}
	return fmt.Sprintf("%s %s %s", c.Flag, c.Variant, percent(c.To))
}

// changeText says how that is known.
func changeText(c collect.Change) string {
	told := map[collect.Source]string{
		collect.SourceAllocation: "as the allocation metric has it",
		collect.SourceTraffic:    "as the traffic shows",
		collect.SourceSettings:   "as the settings have it",
	}[c.Source]
	text := "Share of the requests " + percent(c.From) + " → " + percent(c.To)
	if c.Kind == collect.ChangeFlag {
		text = "Requests of this variant were first seen"
		if !(c.To > 0) {
			text = "No more requests of this variant were seen"
		}
	}
	if told != "" {
		text += ", " + told
	}
	return text + "."
}

func percent(share float64) string { return fmt.Sprintf("%.3g%%", share*100) }
