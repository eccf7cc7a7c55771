package vocabulary

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
)

// What the plugin has is what the contract names, in the same order, and every kind says all that the rooms ask of it.
func TestBuiltInIsTheContract(t *testing.T) {
	words := map[string][]string{}
	for _, enum := range model.Enums() {
		words[enum.Type] = enum.Values
	}
	var kinds, modes []string
	for _, name := range BuiltIn().Kinds.Names() {
		kinds = append(kinds, string(name))
		k, ok := BuiltIn().Kinds.Find(name)
		require.True(t, ok)
		requireWhole(t, k)
	}
	for _, name := range BuiltIn().Modes.Names() {
		modes = append(modes, string(name))
	}
	require.Equal(t, words["Kind"], kinds)
	require.Equal(t, words["SplitMode"], modes)
}

func requireWhole(t *testing.T, k kind.Kind) {
	t.Helper()
	for what, there := range map[string]bool{
		"stats": k.Stats != nil, "metrics": k.Found.Metrics != nil,
		"statement": k.Drawn.Statement != nil, "size": k.Drawn.Size != nil, "series": k.Drawn.Series > 0, "fold": k.Drawn.Fold != nil,
		"raw statement": k.Counted.Statement != nil, "numbers": k.Counted.Numbers > 0, "place": k.Counted.Places != nil, "arm": k.Counted.Arm != nil,
		"form": k.Judged.Form != "", "words": k.Judged.Found != "", "recorded value": k.Recorded.Value != nil,
		"counter of what is bounded": k.Recorded.Bound == nil || k.Recorded.Counter != nil,
		"edges of tails":             k.Counted.Edges == (k.Judged.Form == "tails"),
	} {
		require.True(t, there, "%s: %s", k.Name, what)
	}
}

// A vocabulary that was not chosen is the plugin's.
func TestOrBuiltIn(t *testing.T) {
	require.Equal(t, BuiltIn().Kinds.Names(), Vocabulary{}.OrBuiltIn().Kinds.Names())
	own := Vocabulary{Kinds: kind.NewKinds(kind.BuiltIn().ByTraffic()...)}
	require.Equal(t, []model.SignalKind{model.KindRate, model.KindHistogram}, own.OrBuiltIn().Kinds.Names())
}
