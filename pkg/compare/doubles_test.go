package compare

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
	"github.com/flaglens/flaglens/pkg/promtest"
	"github.com/flaglens/flaglens/pkg/rules"
	"github.com/flaglens/flaglens/pkg/split"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// success is a kind of signal that the plugin does not have: the part of the events that are not bad.
func success() kind.Kind {
	ratio, _ := kind.BuiltIn().Find(model.KindRatio)
	k := ratio
	k.Name = "success"
	k.Drawn.Fold = func(model.Signal, string) func(a kind.Answer, i int) kind.Point {
		return func(a kind.Answer, i int) kind.Point {
			bad, ok := a.Quotient(promql.PartBad, i, true)
			return kind.Plain(1-bad, ok)
		}
	}
	k.Counted.Arm = func(kept, _ []float64) counts.Arm { return counts.Arm{N: kept[0], X: kept[0] - kept[1]} }
	k.Judged.Found = "{feature} succeed, against {baseline} with {name}"
	k.Recorded.Value = func(scope promql.Scope, s model.Signal, r kind.Rule) (string, error) {
		failing, err := ratio.Recorded.Value(scope, s, r)
		return "1 - " + failing, err
	}
	return k
}

// pairsMode is a way to split that the plugin does not have: one label holds flag and variant, as "checkout/on".
type pairsMode struct{ split.Mode }

func (pairsMode) Name() model.SplitMode { return "pairs" }

func (pairsMode) Complete(s, _ model.Split) model.Split { return s }

func (pairsMode) Check(path string, s model.Split) error {
	return model.CheckLabelAt(path+".variantLabel", s.VariantLabel)
}

func (m pairsMode) Branches(s promql.Scope) ([]promql.Branch, error) {
	own := s.VariantMatcher(s.Split.VariantLabel)
	if own == nil {
		own = m.OfFlag(s)
	}
	return []promql.Branch{{Matchers: own}}, nil
}

func (pairsMode) OfFlag(s promql.Scope) []*labels.Matcher {
	return []*labels.Matcher{labels.MustNewMatcher(labels.MatchRegexp, s.Split.VariantLabel, s.Flag+"/.+")}
}

func (pairsMode) Labels(s promql.Scope) []string { return []string{s.Split.VariantLabel} }

func (pairsMode) OneByOne() bool { return true }

func (pairsMode) Flags(ctx context.Context, server split.Lookup, s promql.Split, metrics []string) ([]string, error) {
	match, err := split.Listed(metrics, promql.Name)
	if err != nil {
		return nil, err
	}
	pairs, err := server.LabelValues(ctx, s.VariantLabel, match)
	var flags []string
	known := map[string]bool{}
	for _, pair := range pairs {
		if flag, _, ok := strings.Cut(pair, "/"); ok && !known[flag] {
			known[flag] = true
			flags = append(flags, flag)
		}
	}
	return flags, err
}

// extended is what the plugin has, with both doubles.
func extended() vocabulary.Vocabulary {
	builtIn := vocabulary.BuiltIn()
	kinds := []kind.Kind{success()}
	for _, name := range builtIn.Kinds.Names() {
		known, _ := builtIn.Kinds.Find(name)
		kinds = append(kinds, known)
	}
	byLabels, _ := builtIn.Modes.Find(model.SplitLabels)
	modes := []split.Mode{pairsMode{byLabels}}
	for _, name := range builtIn.Modes.Names() {
		known, _ := builtIn.Modes.Find(name)
		modes = append(modes, known)
	}
	return vocabulary.Vocabulary{Kinds: kind.NewKinds(kinds...), Modes: split.NewModes(modes...)}
}

const doubleSettings = `{
	"timeInterval":"30s","split":{"mode":"pairs","variantLabel":"experiment"},"baselines":{"checkout":"checkout/off"},
	"signals":[{"id":"success","name":"Success","kind":"success","unit":"percentunit","direction":"higher",
		"metric":"feature_flag_http_request_duration_seconds_count","bad":"status=\"500\""}]}`

// doubleScrapes are those of six hours.
const doubleScrapes = 720

var doubleEnd = promtest.Epoch.Add(doubleScrapes * 30 * time.Second)

// doubled is traffic whose flag and variant are one label: of a hundred requests one fails with off, ten with on.
func doubled() promtest.Script {
	var text strings.Builder
	for variant, failing := range map[string]int{"off": 1, "on": 10} {
		for status, n := range map[string]int{"200": 100 - failing, "500": failing} {
			fmt.Fprintf(&text, "feature_flag_http_request_duration_seconds_count{experiment=%q,status=%q,job=\"shop\",instance=\"a\"} 0+%dx%d\n",
				"checkout/"+variant, status, n, doubleScrapes)
		}
	}
	return promtest.Script{Every: 30 * time.Second, Series: text.String()}
}

// A kind of signal and a way to split that are registered and nothing else work through discovery, query, verdict and
// rules, on a real Prometheus.
func TestNewKindAndNewWayToSplit(t *testing.T) {
	client := clientOf(t, promtest.Start(t, doubled()))
	words := extended()
	settings, err := words.DecodeSettings([]byte(doubleSettings))
	require.NoError(t, err)
	engine := closing(t, New(client, settings, Options{Words: words, Now: func() time.Time { return doubleEnd }}))
	defer engine.Close()
	ctx := t.Context()
	ask := func(query model.Query) Request {
		return Request{Query: query, From: promtest.Epoch, To: doubleEnd, Interval: time.Minute, MaxDataPoints: 1000}
	}

	t.Run("settings", func(t *testing.T) {
		for raw, says := range map[string]string{
			`{"signals":[{"id":"s","kind":"success","metric":"m"}]}`: "signals[0].bad: a ratio needs it",
			`{"signals":[{"id":"s","kind":"none","metric":"m"}]}`:    "choose one of success, histogram, ratio",
			`{"split":{"mode":"pairs"}}`:                             "split.variantLabel: the label's name is empty",
			`{"split":{"mode":"none"}}`:                              "choose one of pairs, labels, flag_label, info, matchers",
		} {
			_, err := words.DecodeSettings([]byte(raw))
			require.ErrorContains(t, err, says)
			_, err = vocabulary.BuiltIn().DecodeSettings([]byte(doubleSettings))
			require.Error(t, err, "the plugin itself has neither")
		}
	})
	t.Run("discovery", func(t *testing.T) {
		found, err := engine.Flags(ctx)
		require.NoError(t, err)
		require.Equal(t, []model.FlagInfo{{
			Flag: "checkout", Baseline: "checkout/off", Variants: []string{"checkout/off", "checkout/on"},
		}}, found.Flags)
		answer, err := engine.Run(ctx, ask(model.Query{QueryType: model.QueryFlags}))
		require.NoError(t, err)
		require.Len(t, table(t, answer), 2)
		answer, err = engine.Run(ctx, ask(model.Query{QueryType: model.QueryCompare, Flag: "search", Signals: []string{"success"}}))
		require.NoError(t, err)
		requireNotice(t, answer, `flag "search" has no series in this range. Flags seen: checkout.`)
	})
	t.Run("query", func(t *testing.T) {
		answer, err := engine.Run(ctx, ask(model.Query{QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"success"}}))
		require.NoError(t, err)
		want := map[string]float64{"variant=checkout/off": 0.99, "variant=checkout/on": 0.9}
		seen := 0
		for key, numbers := range valuesOf(t, answer) {
			for part, value := range want {
				if strings.Contains(key, part) {
					seen++
					last := numbers[len(numbers)-1]
					require.NotNil(t, last)
					require.InDelta(t, value, *last, 1e-9, key)
				}
			}
		}
		require.Equal(t, 2, seen)
	})
	t.Run("verdict", func(t *testing.T) {
		request := ask(model.Query{QueryType: model.QueryVerdict, Flag: "checkout", Signals: []string{"success"}, Since: model.SinceRange})
		answer, err := engine.Run(ctx, request)
		require.NoError(t, err)
		rows := table(t, answer)
		require.Len(t, rows, 1)
		require.Equal(t, "regressed", rows[0]["state"], rows[0]["reason"])
		require.Contains(t, rows[0]["reason"], "Success got worse with checkout checkout/on: 90% succeed, against 99% with checkout/off")
		evidence, _ := rows[0]["evidence"].(float64)
		require.GreaterOrEqual(t, evidence, 1.0)
		upper, _ := rows[0]["upper"].(float64)
		require.Negative(t, upper, "what succeeds less often is worse")
	})
	t.Run("rules", func(t *testing.T) {
		answer, err := rules.Express(rules.Request{
			Settings: []byte(doubleSettings), Window: "5m", StandardErrors: 3,
			Flags:    []rules.Flag{{Flag: "checkout", Variants: []string{"checkout/on"}}},
			Features: []rules.FeatureSignal{{Signal: "success", MinCount: 100}},
		}, words)
		require.NoError(t, err)
		got := map[string]float64{}
		for _, recording := range answer.Flags[0].Recordings {
			if recording.Record != "flaglens:signal_value:rate5m" {
				continue
			}
			result, err := client.Query(ctx, promapi.InstantQuery{Expr: recording.Expr, Time: doubleEnd})
			require.NoError(t, err)
			require.Len(t, result.Series, 1, recording.Expr)
			got[recording.Labels["variant"]] = result.Series[0].Floats[0].V
		}
		require.Len(t, got, 2)
		require.InDelta(t, 0.99, got["checkout/off"], 1e-9)
		require.InDelta(t, 0.9, got["checkout/on"], 1e-9)
		require.NotEmpty(t, answer.Flags[0].Features[0].Expr)
	})
}
