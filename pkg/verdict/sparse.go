package verdict

import (
	"slices"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// pooling adds up what strata.Pooling says, tick by tick: evidence and estimates are of the same strata.
type pooling struct{ of strata.Pooling }

// add is the tick with its sparse processes added up. The tick that it is given stays as it is; where there is nothing to add
// up, both have the same strata.
func (p *pooling) add(tick counts.Tick) counts.Tick {
	result := tick
	if slices.ContainsFunc(tick.Strata, func(s counts.Stratum) bool { return p.keyOf(s) != s.Key }) {
		result.Strata = p.together(tick.Strata)
	}
	for _, s := range tick.Strata {
		p.of.Count(s.Key, s.A.N, s.B.N)
	}
	p.of.Next()
	return result
}

// keyOf is the key under which a stratum is added up: its own where it stays by itself.
func (p *pooling) keyOf(s counts.Stratum) int {
	if len(s.PartsA)+len(s.PartsB) > 0 {
		return s.Key
	}
	return p.of.Of(s.Key)
}

// together are strata of which some are added up.
func (p *pooling) together(all []counts.Stratum) []counts.Stratum {
	result := make([]counts.Stratum, 0, len(all))
	at := map[int]int{}
	for _, s := range all {
		key := p.keyOf(s)
		if key == s.Key {
			result = append(result, s)
			continue
		}
		i, known := at[key]
		if !known {
			i = len(result)
			at[key] = i
			result = append(result, counts.Stratum{Key: key, A: copyOf(s.A), B: copyOf(s.B)})
			continue
		}
		result[i].A.Add(copyOf(s.A))
		result[i].B.Add(copyOf(s.B))
	}
	return result
}

// copyOf is an arm with numbers of its own.
func copyOf(a counts.Arm) counts.Arm {
	a.Above = slices.Clone(a.Above)
	return a
}
