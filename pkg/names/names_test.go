package names

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSort(t *testing.T) {
	names := []string{"v10", "v2", "b", "a\u0301", "\u00e1", "a"}
	other := slices.Clone(names)
	slices.Reverse(other)
	Sort(names)
	Sort(other)
	require.Equal(t, names, other, "names that look alike have one order too")
	require.Equal(t, []string{"v2", "v10"}, names[len(names)-2:])
}

func TestListed(t *testing.T) {
	require.Equal(t, "a, b", Listed([]string{"a", "b"}))
	require.Equal(t, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more",
		Listed([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}))
}

func TestKeysAreApart(t *testing.T) {
	keys := map[string][]string{}
	for _, values := range [][]string{{}, {""}, {"", ""}, {"a", "b"}, {"ab"}, {"a\x00b"}, {"a\x00\x00b"}, {"a\x00", "b"}, {"a", "\x00b"}} {
		key := Key(values...)
		require.NotContains(t, keys, key, "%q and %q", keys[key], values)
		keys[key] = values
	}
	require.Less(t, Key("a", "z"), Key("a\x00", "a"))
}

func TestUnion(t *testing.T) {
	for _, test := range []struct {
		name  string
		lists [][]string
		want  []string
	}{
		{"nothing", nil, nil},
		{"neighbours", [][]string{{"a", "a", "b"}}, []string{"a", "b"}},
		{"apart", [][]string{{"a", "b"}, {"c", "a"}, {"b"}}, []string{"a", "b", "c"}},
	} {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, Union(test.lists...)) })
	}
	own := make([]string, 1, 4)
	own[0] = "a"
	_ = append(Union(own), "b")
	require.Equal(t, []string{"a", "", "", ""}, own[:4], "what is appended is not written to the list")
}
