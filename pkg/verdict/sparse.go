package verdict

import (
	"slices"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// pooling adds up what strata.Pooling says, tick by tick: evidence and estimates are of the same strata.
type pooling struct{ of strata.Pooling }

// add is the tick with its sparse processes added up. The tick that it is given stays as it is.
func (p *pooling) add(tick counts.Tick) counts.Tick {
	result := tick
	result.Strata = make([]counts.Stratum, 0, len(tick.Strata))
	at := map[int]int{}
	for _, s := range tick.Strata {
		key := s.Key
		if len(s.PartsA)+len(s.PartsB) == 0 {
			key = p.of.Of(s.Key)
		}
		if key == s.Key {
			result.Strata = append(result.Strata, s)
			continue
		}
		i, known := at[key]
		if !known {
			i = len(result.Strata)
			at[key] = i
			result.Strata = append(result.Strata, counts.Stratum{Key: key, A: copyOf(s.A), B: copyOf(s.B)})
			continue
		}
		result.Strata[i].A.Add(copyOf(s.A))
		result.Strata[i].B.Add(copyOf(s.B))
	}
	for _, s := range tick.Strata {
		p.of.Count(s.Key, s.A.N, s.B.N)
	}
	p.of.Next()
	return result
}

// copyOf is an arm with numbers of its own.
func copyOf(a counts.Arm) counts.Arm {
	a.Above = slices.Clone(a.Above)
	return a
}
