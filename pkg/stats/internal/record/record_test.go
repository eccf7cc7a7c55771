package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/stats/internal/record"
)

func TestCopiesGoTheirOwnWay(t *testing.T) {
	for _, at := range []int{0, 1, 255, 256, 257, 600} {
		var r record.Record[int]
		for i := range at {
			r.Add(i)
		}
		first, second := r.Clone(), r.Clone()
		for i := at; i < at+700; i++ {
			r.Add(i)
			first.Add(-i)
		}
		require.Equal(t, at, second.Len())
		require.Equal(t, at+700, r.Len())
		for i := range at + 700 {
			require.Equal(t, i, *r.At(i))
			want := i
			if i >= at {
				want = -i
			}
			require.Equal(t, want, *first.At(i))
		}
		for i := range at {
			require.Equal(t, i, *second.At(i))
		}
	}
}
