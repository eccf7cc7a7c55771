package verdict

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
)

func TestLiveState(t *testing.T) {
	for _, c := range []struct {
		worse, better, within bool
		want                  State
	}{
		{false, false, false, Inconclusive},
		{false, false, true, WithinMargin},
		{false, true, false, Improved},
		{false, true, true, Improved},
		{true, false, false, Regressed},
		{true, false, true, Regressed},
		{true, true, false, Regressed}, // of a latency, one edge is worse and another better
		{true, true, true, Regressed},
	} {
		assert.Equal(t, c.want, liveState(c.worse, c.better, c.within), "%+v", c)
	}
}

// fair is a comparison that no guard objects to; 60 minutes of 4000 processes.
func fair() totals { return totals{seenA: 60, seenB: 60, ticks: 60, expected: 240_000} }

// live are the states that evidence alone can say.
var live = []State{Regressed, Improved, WithinMargin, Inconclusive}

// Each guard by itself, at its border, over everything that the evidence can say.
func TestGuards(t *testing.T) {
	const asFound = State("")
	for name, c := range map[string]struct {
		change func(*totals)
		share  ShareState
		want   State
	}{
		"nothing is wrong":                     {func(*totals) {}, ShareFair, asFound},
		"nobody knows the shares":              {func(*totals) {}, ShareUnknown, asFound},
		"the baseline was never seen":          {func(t *totals) { t.seenA, t.ticks = 0, 0 }, ShareUnknown, NoData},
		"the feature was never seen":           {func(t *totals) { t.seenB, t.ticks = 0, 0 }, ShareUnknown, NoData},
		"neither was ever seen":                {func(t *totals) { *t = totals{} }, ShareUnknown, NoData},
		"no data comes before a mismatch":      {func(t *totals) { t.seenB, t.ticks = 0, 0 }, ShareMismatch, NoData},
		"nine minutes with both":               {func(t *totals) { t.ticks = 9 }, ShareFair, Insufficient},
		"ten minutes with both":                {func(t *totals) { t.ticks = 10 }, ShareFair, asFound},
		"hours, but never together":            {func(t *totals) { t.ticks = 0 }, ShareFair, Insufficient},
		"too early comes before a mismatch":    {func(t *totals) { t.ticks = 9 }, ShareMismatch, Insufficient},
		"too early comes before gaps":          {func(t *totals) { t.ticks, t.missingA = 9, 240_000 }, ShareFair, Insufficient},
		"not the shares that were set":         {func(*totals) {}, ShareMismatch, Withheld},
		"one in twenty lacks the baseline":     {func(t *totals) { t.missingA = 12_000 }, ShareFair, asFound},
		"more than that lack the baseline":     {func(t *totals) { t.missingA = 12_001 }, ShareFair, Withheld},
		"one in twenty lacks the feature":      {func(t *totals) { t.missingB = 12_000 }, ShareFair, asFound},
		"more than that lack the feature":      {func(t *totals) { t.missingB = 12_001 }, ShareFair, Withheld},
		"both lack a little, neither too much": {func(t *totals) { t.missingA, t.missingB = 12_000, 12_000 }, ShareFair, asFound},
	} {
		t.Run(name, func(t *testing.T) {
			now := fair()
			c.change(&now)
			for _, found := range live {
				want := c.want
				if want == asFound {
					want = found
				}
				assert.Equal(t, want, guarded(finding{live: found}, now, c.share, Context{}), "live %s", found)
				// The latch: once proven, no guard and no later evidence takes it back.
				assert.Equal(t, Regressed, guarded(finding{live: found, firedAt: 1}, now, c.share, Context{}), "live %s, latched", found)
			}
		})
	}
}

// when is what a stretch of time does to the feature's share of bad requests: from a minute on it is times as large.
type when struct {
	minute int
	times  float64
}

// Every way from one state to another, over one rollout of real ticks. A state stands at the minutes given.
func TestTransitions(t *testing.T) {
	type at struct {
		minute      int
		state, live State
	}
	half := []Epoch{{Baseline: 0.5, Feature: 0.5}}
	wide, narrow := model.Margin{Relative: 0.5}, model.Margin{Relative: 0.1}
	for name, c := range map[string]struct {
		margin   model.Margin
		effects  []when
		change   func(*stream)
		expected []Epoch
		want     []at
	}{
		"insufficient, inconclusive, within": {
			margin: wide,
			want:   []at{{9, Insufficient, Insufficient}, {10, Inconclusive, Inconclusive}, {720, WithinMargin, WithinMargin}},
		},
		"insufficient, inconclusive, regressed": {
			margin: narrow, effects: []when{{0, 3}},
			want: []at{{9, Insufficient, Insufficient}, {10, Inconclusive, Inconclusive}, {240, Regressed, Regressed}},
		},
		"inconclusive, improved": {
			margin: narrow, effects: []when{{0, 0.2}},
			want: []at{{10, Inconclusive, Inconclusive}, {600, Improved, Improved}},
		},
		"within, regressed: within is never kept": {
			margin: wide, effects: []when{{720, 4}},
			want: []at{{720, WithinMargin, WithinMargin}, {900, Regressed, Regressed}},
		},
		"improved, regressed: improved is never kept": {
			margin: narrow, effects: []when{{0, 0.2}, {600, 6}},
			want: []at{{600, Improved, Improved}, {900, Regressed, Regressed}},
		},
		"regressed is kept when it gets better": {
			margin: narrow, effects: []when{{0, 3}, {120, 0.1}},
			want: []at{{110, Regressed, Regressed}, {1200, Regressed, Improved}},
		},
		"no data, insufficient, inconclusive": {
			margin: narrow, change: func(s *stream) {
				s.lost = func(minute, _ int, feature bool) bool { return feature && minute < 2 }
			},
			want: []at{{2, NoData, NoData}, {11, Insufficient, Insufficient}, {60, Inconclusive, Inconclusive}},
		},
		"withheld, inconclusive: a few early gaps weigh less and less": {
			margin: narrow, change: func(s *stream) {
				s.lost = func(minute, process int, feature bool) bool { return feature && process == 0 && minute < 20 }
			},
			want: []at{{30, Withheld, Inconclusive}, {200, Inconclusive, Inconclusive}},
		},
		"withheld, regressed: what is proven is not withheld": {
			margin: narrow, effects: []when{{60, 4}}, expected: half,
			change: func(s *stream) { s.feature = 45 },
			want:   []at{{62, Withheld, Inconclusive}, {300, Regressed, Regressed}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := steady(c.want[len(c.want)-1].minute, func(minute int, feature bool) float64 {
				share := 0.02
				for _, e := range c.effects {
					if feature && minute >= e.minute {
						share = 0.02 * e.times
					}
				}
				return share
			})
			if c.change != nil {
				c.change(&s)
			}
			series := s.series(errorsSignal)
			judge, err := NewJudge(optionsOf(errorsSignal, c.margin), series)
			require.NoError(t, err)
			done := 0
			for _, want := range c.want {
				require.NoError(t, judge.Add(series.Ticks[done:want.minute]...))
				done = want.minute
				v, err := judge.Verdict(Context{Expected: c.expected})
				require.NoError(t, err)
				assert.Equal(t, fmt.Sprint(want.minute, want.state, want.live), fmt.Sprint(want.minute, v.State, v.Live), v.Reason)
				assert.Equal(t, want.state == Regressed, v.FiredAt != 0)
				if want.state == Regressed {
					assert.GreaterOrEqual(t, v.Evidence, 1.0, "the evidence is kept with the state")
					assert.Equal(t, want.live == Regressed, v.EvidenceLive >= 1, "the live evidence is not")
				}
			}
		})
	}
}

// Without a series there is no data; where traffic is yet to come, there is not enough.
func TestAbsent(t *testing.T) {
	o := optionsOf(errorsSignal, both)
	for _, c := range []struct {
		context Context
		want    State
	}{{Context{}, NoData}, {Context{Waiting: true}, Insufficient}, {Context{MissingArm: "on"}, NoData}, {Context{Refused: "no rollout"}, NoData}} {
		v := Absent(o, c.context)
		assert.Equal(t, []State{c.want, c.want}, []State{v.State, v.Live}, "%+v", c.context)
		assert.NotEmpty(t, v.Reason)
	}
}

// The order is that of what to act on first: each state before all that follow.
func TestMoreDamaging(t *testing.T) {
	order := []State{Regressed, Withheld, Inconclusive, Insufficient, NoData, WithinMargin, Improved}
	for i, a := range order {
		for k, b := range order {
			switch {
			case i < k:
				assert.Negative(t, MoreDamaging(a, b), "%s, %s", a, b)
			case i == k:
				assert.Zero(t, MoreDamaging(a, b), "%s, %s", a, b)
			default:
				assert.Positive(t, MoreDamaging(a, b), "%s, %s", a, b)
			}
		}
	}
}
