package streams

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Latency describes how long requests take: lognormal, with p50 at Median and p95 at about three times that where
// Sigma is 0.664.
type Latency struct {
	Name          string
	Minutes       int
	RPS, Share    float64
	Median, Sigma float64   // seconds, and the standard deviation of the logarithm
	Edges         []float64 // seconds, ascending

	Stall   float64  // factor on both arms' latency for 5 minutes, about once in two hours
	Cluster *Cluster // requests that all take longer than the last edge; Part is of all requests
	Scale   float64  // factor on the feature's latency from minute From on; 0 means 1
	Tail    bool     // the factor holds for the slowest tenth alone
	From    int
	Stuck   float64 // part of the feature's requests that end StuckAt seconds after minute From
	StuckAt float64
}

// Tail is what one arm counted: N requests, and of them those above each edge.
type Tail struct {
	N     float64
	Above []float64
}

// LatencyTick is what both arms counted in the minute that ends at End.
type LatencyTick struct {
	End  int64
	A, B Tail
}

// Quantile is the baseline's, in seconds.
func (l Latency) Quantile(q float64) float64 {
	return l.Median * math.Exp(l.Sigma*distuv.UnitNormal.Quantile(q))
}

// Generate makes the ticks of one run.
func (l Latency) Generate(rng *rand.Rand) []LatencyTick {
	stalls := Stream{Minutes: l.Minutes, Shock: l.Stall}.shocks(rng)
	ticks := make([]LatencyTick, l.Minutes)
	for m := range ticks {
		ticks[m].End = int64(m+1) * 60
		for arm, share := range [2]float64{1 - l.Share, l.Share} {
			scale, tail := 1.0, false
			if arm == 1 && l.Scale > 0 && m >= l.From {
				scale, tail = l.Scale, l.Tail
			}
			part := 0.0
			if l.Cluster != nil {
				part = l.Cluster.Part
			}
			n := poisson(rng, 60*l.RPS*share*(1-part))
			*ticks[m].arm(arm) = l.draw(rng, n, stalls[m], scale, tail)
			if arm == 1 && l.Stuck > 0 && m >= l.From {
				l.stick(rng, ticks[m].arm(arm))
			}
		}
	}
	if l.Cluster != nil {
		l.addClusters(rng, ticks)
	}
	return ticks
}

// stick lets a part of the requests that ended before end late.
func (l Latency) stick(rng *rand.Rand, t *Tail) {
	stuck := distuv.Binomial{N: t.N, P: l.Stuck, Src: rng}.Rand()
	for i, edge := range l.Edges {
		if edge < l.StuckAt && t.N > 0 {
			t.Above[i] += math.Round(stuck * (1 - t.Above[i]/t.N))
		}
	}
}

func (t *LatencyTick) arm(i int) *Tail {
	if i == 0 {
		return &t.A
	}
	return &t.B
}

// draw counts n requests above each edge.
func (l Latency) draw(rng *rand.Rand, n, stall, scale float64, tail bool) Tail {
	above := make([]float64, len(l.Edges))
	left, before := n, 1.0
	for i, edge := range l.Edges {
		survival := l.survival(edge/stall, scale, tail)
		if left > 0 && before > 0 {
			left = distuv.Binomial{N: left, P: math.Min(survival/before, 1), Src: rng}.Rand()
		}
		above[i], before = left, survival
	}
	return Tail{N: n, Above: above}
}

// survival is the share of requests that take longer than edge.
func (l Latency) survival(edge, scale float64, tail bool) float64 {
	of := func(x float64) float64 { return distuv.UnitNormal.Survival(math.Log(x/l.Median) / l.Sigma) }
	if !tail {
		return of(edge / scale)
	}
	// The slowest tenth begins at its quantile; between that and its scaled value lies nothing.
	const slowest = 0.1
	switch begin := l.Quantile(1 - slowest); {
	case edge <= begin:
		return of(edge)
	case edge <= begin*scale:
		return slowest
	default:
		return of(edge / scale)
	}
}

func (l Latency) addClusters(rng *rand.Rand, ticks []LatencyTick) {
	c := *l.Cluster
	for m := 1 - c.Minutes; m < len(ticks); m++ {
		for arm, share := range [2]float64{1 - l.Share, l.Share} {
			for range int(poisson(rng, 60*l.RPS*share*c.Part/c.Size)) {
				for range int(c.Size) {
					when := m + rng.IntN(c.Minutes)
					if when < 0 || when >= len(ticks) {
						continue
					}
					tail := ticks[when].arm(arm)
					tail.N++
					for i := range tail.Above {
						tail.Above[i]++
					}
				}
			}
		}
	}
}

// ClassicEdges are the default buckets of Prometheus's client libraries, in seconds.
var ClassicEdges = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// NativeEdges are the bucket edges of a native histogram of schema 3 (a factor of 2^(1/8)), from 8 ms to 8 s.
func NativeEdges() []float64 {
	var edges []float64
	for i := -7 * 8; i <= 3*8; i++ {
		edges = append(edges, math.Exp2(float64(i)/8))
	}
	return edges
}

// BaseLatency is a day at 10 requests a second with p50 at 100 and p95 at 298 ms.
func BaseLatency(name string, edges []float64) Latency {
	return Latency{Name: name, Minutes: Day, RPS: 10, Share: 0.5, Median: 0.1, Sigma: 0.664, Edges: edges}
}

// LatencyAA are the streams of latency in which the feature changes nothing.
func LatencyAA(kind string, edges []float64) []Latency {
	var all []Latency
	add := func(name string, change func(l *Latency)) {
		l := BaseLatency(kind+", "+name, edges)
		change(&l)
		all = append(all, l)
	}
	add("independent", func(*Latency) {})
	add("shared stalls x3", func(l *Latency) { l.Stall = 3 })
	add("bursts of 20 slow ones over 2 min", func(l *Latency) { l.Cluster = &Cluster{Size: 20, Minutes: 2, Part: 0.01} })
	add("clusters of 100 slow ones over 10 min", func(l *Latency) { l.Cluster = &Cluster{Size: 100, Minutes: 10, Part: 0.01} })
	add("clusters of 20 stuck ones over 10 min", func(l *Latency) { l.Cluster = &Cluster{Size: 20, Minutes: 10, Part: 0.0005} })
	add("feature share 90%, clusters", func(l *Latency) {
		l.Share, l.Cluster = 0.9, &Cluster{Size: 100, Minutes: 10, Part: 0.01}
	})
	return all
}

// LatencyShifts are the effects of section "delays" on latency, from minute from on.
func LatencyShifts(kind string, edges []float64, from int) []Latency {
	var all []Latency
	for _, e := range []struct{ share, at float64 }{{0.002, 8}, {0.01, 3}} {
		l := BaseLatency(fmt.Sprintf("%s, %v%% of the requests at %v s", kind, 100*e.share, e.at), edges)
		l.Stuck, l.StuckAt, l.From = e.share, e.at, from
		all = append(all, l)
	}
	for _, e := range []struct {
		name  string
		scale float64
		tail  bool
	}{{"+10%", 1.1, false}, {"+25%", 1.25, false}, {"+50%", 1.5, false}, {"tail only +25%", 1.25, true}} {
		l := BaseLatency(kind+", "+e.name, edges)
		l.Scale, l.Tail, l.From = e.scale, e.tail, from
		all = append(all, l)
	}
	return all
}
