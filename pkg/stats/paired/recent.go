package paired

import (
	"math"
	"sort"
)

// Stretch is what a latest stretch of time says by itself: its difference, and the standard error of that.
type Stretch struct{ Difference, Error float64 }

// recentBlocks are a quarter of an hour, half an hour, an hour and two hours.
var recentBlocks = [...]int64{3, 6, 12, 24}

// Recent are the latest quarter of an hour, half an hour, hour and two hours of ticks that Compare takes. Their errors are
// those that the time before them makes likely, which a jump in them cannot raise; where that is too short to tell, those
// of all the time. There are none where that does not tell either.
func Recent(ticks []Tick, p Params) []Stretch {
	blocks := pairedDifferences(ticks, p, pairedBlock)
	if len(blocks) < pairedMinBlocks {
		return nil
	}
	last := blocks[len(blocks)-1].index
	begin := p.Start + (last+1-recentBlocks[len(recentBlocks)-1])*pairedBlock
	before := ticks[:sort.Search(len(ticks), func(i int) bool { return ticks[i].End > begin })]
	known := pairedDifferences(before, p, pairedBlock)
	if len(known) < pairedMinBlocks {
		before, known = ticks, blocks
	}
	deviation := math.Sqrt(varianceOf(known, before, p))
	if !(deviation > 0) {
		return nil
	}
	stretches := make([]Stretch, 0, len(recentBlocks))
	for _, length := range recentBlocks {
		first := sort.Search(len(blocks), func(i int) bool { return blocks[i].index > last-length })
		weight := 0.0
		for _, b := range blocks[first:] {
			weight += b.weight
		}
		stretches = append(stretches, Stretch{Difference: meanOf(blocks[first:]), Error: deviation / math.Sqrt(weight)})
	}
	return stretches
}

// Farthest is the stretch that lies by the most standard errors above a difference, and by how many.
func Farthest(stretches []Stretch, above float64) (farthest Stretch, most float64) {
	most = math.Inf(-1)
	for _, s := range stretches {
		if z := (s.Difference - above) / s.Error; z > most {
			farthest, most = s, z
		}
	}
	return farthest, most
}
