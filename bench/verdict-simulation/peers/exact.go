package peers

import "math"

// Ratio is the exact test for independent requests: given the bad events of a minute, those of B are binomial with
// w r/(1 + w r). Its e-value mixes the likelihood ratios of a grid of ratios over R0. Lindon & Malek 2022; Lindon &
// Kallus 2024.
type Ratio struct {
	R0      float64
	Grid    []float64 // alternatives, above R0
	Weights []float64 // sum to 1
	// Changes restarts the test each hour with the weight 1/(2 j (j + 1)) of hour j, and 1/2 of the beginning; without
	// it, the test begins once.
	Changes bool

	log        []float64 // per alternative: of M_k
	logWeights []float64
	minute     int
	spent      float64
	terms      []float64 // kept to be used again
}

// NewRatio is the test with 28 log-spaced alternatives of 1.04 to 30 times r0, weights falling as exp(-ln(r/r0)/0.7).
func NewRatio(r0 float64, changes bool) *Ratio {
	const k = 28
	t := &Ratio{R0: r0, Changes: changes}
	sum := 0.0
	for i := range k {
		l := math.Log(1.04) + (math.Log(30)-math.Log(1.04))*float64(i)/(k-1)
		t.Grid = append(t.Grid, r0*math.Exp(l))
		t.Weights = append(t.Weights, math.Exp(-l/0.7))
		sum += t.Weights[i]
	}
	for i := range t.Weights {
		t.Weights[i] /= sum
	}
	return t
}

// Increment is the log likelihood ratio of one minute for the alternative r.
func (t *Ratio) Increment(na, xa, nb, xb, r float64) float64 {
	if na == 0 || nb == 0 {
		return 0
	}
	w := nb / na
	c := (1 + w*t.R0) / (1 + w*r)
	return xa*math.Log(c) + xb*math.Log(r/t.R0*c)
}

// Add takes one minute and returns the logarithm of the e-value after it.
func (t *Ratio) Add(na, xa, nb, xb float64) float64 {
	start := 0.0
	if t.log == nil {
		t.log = make([]float64, len(t.Grid))
		for i := range t.log {
			t.log[i] = math.Inf(-1)
			t.logWeights = append(t.logWeights, math.Log(t.Weights[i]))
		}
		start = 1
		if t.Changes {
			start = 0.5
		}
	} else if t.Changes && t.minute%60 == 0 {
		j := float64(t.minute / 60)
		start = 1 / (2 * j * (j + 1))
	}
	t.minute++
	t.spent += start
	t.terms = append(t.terms[:0], math.Log(math.Max(1-t.spent, 0)))
	for k, r := range t.Grid {
		if start > 0 {
			t.log[k] = logSumExp(t.log[k], math.Log(start))
		}
		t.log[k] += t.Increment(na, xa, nb, xb, r)
		t.terms = append(t.terms, t.logWeights[k]+t.log[k])
	}
	return logSumExp(t.terms...)
}

func logSumExp(terms ...float64) float64 {
	top := math.Inf(-1)
	for _, v := range terms {
		top = math.Max(top, v)
	}
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, v := range terms {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}
