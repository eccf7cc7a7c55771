package collect

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// canaryOf are processes of which each serves one variant alone, and nothing is drawn twice.
func canaryOf(random *rand.Rand, off, on, scrapes int) []*life {
	var all []*life
	for i := range off + on {
		l := newLife(random, fmt.Sprintf("shop-%02d", i), scrapes)
		if i < off {
			l.born[1] = scrapes
		} else {
			l.born[0] = scrapes
		}
		all = append(all, l)
	}
	return all
}

// What the processes of an arm have is known by groups of them, which add up to the whole, tick by tick; while there are no
// more processes than groups, each is one.
func TestProcessesThatServeOneArmAreKnownByGroups(t *testing.T) {
	const ticks = 12
	for _, c := range []struct{ off, on, groupsOff, groupsOn int }{{1, 1, 1, 1}, {3, 2, 3, 2}, {8, 8, 8, 8}, {20, 11, 8, 8}} {
		random := rand.New(rand.NewPCG(uint64(c.off), 5)) //nolint:gosec // a simulation
		fleet := canaryOf(random, c.off, c.on, ticks*4+1)
		var all []promtest.Counter
		for _, l := range fleet {
			all = append(all, l.counters()...)
		}
		url := promtest.Start(t, promtest.Write(every, all...)).URL
		series := collectAll(t, clientOf(t, url), `{}`, requestOf(errorsSignal), ticks).Series["on"]
		require.Len(t, series.Ticks, ticks)
		for i, tick := range series.Ticks[1:] {
			require.Len(t, tick.Strata, 1)
			s := tick.Strata[0]
			require.Len(t, s.PartsA, c.groupsOff, "tick %d of %d and %d processes", i+1, c.off, c.on)
			require.Len(t, s.PartsB, c.groupsOn, "tick %d of %d and %d processes", i+1, c.off, c.on)
			requireSum(t, s.A, s.PartsA)
			requireSum(t, s.B, s.PartsB)
		}
		// No group is more than one process larger than another.
		last := series.Ticks[ticks-1].Strata[0]
		for _, part := range last.PartsB {
			n := 0.0
			for i, l := range fleet[c.off:] {
				if i%counts.MaxGroups == part.Group {
					requests, _ := l.between(1, (ticks-1)*4+1, ticks*4)
					n += requests
				}
			}
			require.Equal(t, n, part.N, "group %d", part.Group)
		}
	}
}

func requireSum(t *testing.T, whole counts.Arm, parts []counts.Part) {
	t.Helper()
	var sum counts.Arm
	for _, p := range parts {
		sum.Add(p.Arm)
	}
	require.Equal(t, whole, sum)
}

// What takes the place of a process takes its group: a canary of one process that is replaced stays one.
func TestAProcessThatTakesAPlaceTakesTheGroup(t *testing.T) {
	const ticks, replaced = 20, 9*4 + 2
	random := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // a simulation
	fleet := canaryOf(random, 2, 2, ticks*4+1)
	first, second := fleet[2], fleet[3]
	for i := range ticks*4 + 1 {
		if i >= replaced {
			first.away[i] = true
		} else {
			second.away[i] = true
		}
	}
	var all []promtest.Counter
	for _, l := range fleet {
		all = append(all, l.counters()...)
	}
	series := collectAll(t, clientOf(t, promtest.Start(t, promtest.Write(every, all...)).URL), `{}`, requestOf(errorsSignal), ticks).Series["on"]
	seen := 0
	for _, tick := range series.Ticks {
		for _, s := range tick.Strata {
			for _, part := range s.PartsB {
				require.Zero(t, part.Group)
				seen++
			}
		}
	}
	require.Greater(t, seen, ticks-4)
}

// Where both arms share their processes there are no parts.
func TestSharedProcessesHaveNoParts(t *testing.T) {
	const ticks = 6
	random := rand.New(rand.NewPCG(4, 5)) //nolint:gosec // a simulation
	client := clientOf(t, promtest.Start(t, promtest.Write(every,
		append(newLife(random, "a", ticks*4+1).counters(), newLife(random, "b", ticks*4+1).counters()...)...)).URL)
	for _, tick := range collectAll(t, client, `{}`, requestOf(errorsSignal), ticks).Series["on"].Ticks {
		for _, s := range tick.Strata {
			require.Empty(t, s.PartsA)
			require.Empty(t, s.PartsB)
		}
	}
}
