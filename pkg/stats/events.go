package stats

import "math"

// events is the part of the evidence without a number of bad events and without the process that says most: it finds
// large damage at high traffic within minutes, and neither a burst of fewer events than that nor one bad process
// counts.
type events struct {
	// leastW is, for each start, the smallest w of its strata with a bad event of the tested arm, where one such
	// event adds most; mostW the largest of the run.
	leastW []float64
	mostW  float64
}

func newEvents() events { return events{} }

func (v *events) begin() { v.leastW = append(v.leastW, math.Inf(1)) }

func (v *events) follow(leastW, mostW float64) {
	v.mostW = max(v.mostW, mostW)
	// Older starts have seen all that younger ones have: their least is never larger.
	for j := len(v.leastW) - 1; j >= 0 && v.leastW[j] > leastW; j-- {
		v.leastW[j] = leastW
	}
}

// at is a start's e-value. Terms below 1 are left out: they could only make up for others.
func (v *events) at(e *engine, j int, phi float64) float64 {
	sum := 0.0
	for k := range alternatives {
		sum += effects.weight[k] * expOf(v.exponent(e, j, k)/phi)
	}
	return sum
}

func (v *events) exponent(e *engine, j, k int) float64 {
	x := e.sum[k] - e.base[j][k]
	if w := v.leastW[j]; !math.IsInf(w, 1) {
		x -= e.h.starts[j].events * e.c.logFeature(w, k)
	}
	if x <= 0 {
		return math.Inf(-1)
	}
	if len(e.h.processes) >= processesToCompare {
		x -= v.largestProcess(e, j, k)
	}
	return x
}

// largestProcess is the largest gain of any one process since a start, at least 0.
func (v *events) largestProcess(e *engine, j, k int) float64 {
	sums := make([]float64, len(e.h.processes))
	var one [alternatives]float64
	for t := e.h.starts[j].tick; t < e.ticks; t++ {
		for _, s := range e.h.at(t) {
			e.c.gains(s, &one)
			sums[s.process] += one[k]
		}
	}
	largest := 0.0
	for _, x := range sums {
		largest = max(largest, x)
	}
	return largest
}
