package verdict

import (
	"math"

	"github.com/flaglens/flaglens/pkg/model"
)

// edgeChoice is after how many ticks with both arms the edges of a histogram are chosen. They stay the same for the
// rollout: edges that moved with the data would choose what they then prove.
const edgeChoice = 10

// judgedEdge is a bucket edge at which slow is told from fast, and the quantile of the baseline that it is nearest to.
type judgedEdge struct {
	index    int
	quantile float64
}

func (e judgedEdge) stat() string { return model.QuantileStat(e.quantile) }

// judgedQuantiles are those that edges are chosen for: the middle, and the tail where features hurt.
var judgedQuantiles = []float64{0.5, 0.95, 0.99}

// chooseEdges picks for each quantile the edge with the baseline's share above it nearest to the quantile's own, by
// their log odds. An edge that several quantiles want goes to the nearest. Edges above which the baseline has nothing
// or everything prove least and are taken only where there is no other.
func chooseEdges(above []float64, n float64) []judgedEdge {
	best := map[int]judgedEdge{}
	distance := map[int]float64{}
	for _, quantile := range judgedQuantiles {
		at, nearest := -1, math.Inf(1)
		for i, a := range above {
			// Half an observation keeps the odds finite.
			odds := math.Log((a + 0.5) / (n - a + 0.5))
			if d := math.Abs(odds - math.Log((1-quantile)/quantile)); d < nearest {
				at, nearest = i, d
			}
		}
		if at < 0 {
			continue
		}
		if known, taken := distance[at]; !taken || nearest < known {
			best[at], distance[at] = judgedEdge{at, quantile}, nearest
		}
	}
	var chosen []judgedEdge
	for i := range above {
		if e, ok := best[i]; ok {
			chosen = append(chosen, e)
		}
	}
	return chosen
}
