package eprocess

import (
	"math"
	"slices"

	"github.com/flaglens/flaglens/pkg/stats/strata"
)

// naive works the evidence out from its definition, tick by tick and start by start, with nothing kept and nothing
// shared with the engine but the parameters: the reference for known answers. Ticks are minutes without gaps.
type naive struct {
	p     Params
	ticks []strata.Tick
	arm   int // 0: B is tested
	r0, d float64
	only0 bool // the first start alone
}

func newNaive(p Params, ticks []strata.Tick) naive {
	n := naive{p: p, ticks: ticks, r0: 1 + p.Relative, d: p.Absolute}
	switch p.Question {
	case Better:
		n.arm = 1
	case Within:
		n.arm, n.only0 = 1, true
		n.r0, n.d = 1/(1+p.Relative), -p.Absolute/(1+p.Relative)
	}
	return n
}

type naiveStratum struct{ key, nA, nB, xA, xB, w float64 }

// at returns the strata of tick t as the claim sees them (B is tested), in the order of their keys.
func (n naive) at(t int) []naiveStratum {
	var out []naiveStratum
	for _, s := range n.ticks[t].Strata {
		a, b := s.A, s.B
		if n.arm == 1 {
			a, b = b, a
		}
		if a.N > 0 && b.N > 0 {
			out = append(out, naiveStratum{float64(s.Key), a.N, b.N, a.X, b.X, b.N / a.N})
		}
	}
	slices.SortFunc(out, func(a, b naiveStratum) int { return int(a.key - b.key) })
	return out
}

func naiveRatio(k int) float64 { return math.Exp(math.Log(1.08) + math.Log(30/1.08)*float64(k)/13) }

func naiveWeight(k int) float64 {
	sum := 0.0
	for i := range 14 {
		sum += math.Exp(-math.Log(naiveRatio(i)) / 0.7)
	}
	return math.Exp(-math.Log(naiveRatio(k))/0.7) / sum
}

func (n naive) cB(w float64, k int) float64 {
	q := naiveRatio(k)
	return q * (1 + w*n.r0) / (1 + w*n.r0*q)
}

func (n naive) gain(s naiveStratum, k int) float64 {
	cB := n.cB(s.w, k)
	cA := cB / naiveRatio(k)
	return s.xA*math.Log(cA) + s.xB*math.Log(cB) - n.d*s.nB*(cB-1)
}

// gains of every tick for an alternative.
func (n naive) gains(k, until int) []float64 {
	out := make([]float64, until)
	for t := range out {
		for _, s := range n.at(t) {
			out[t] += n.gain(s, k)
		}
	}
	return out
}

func sumOf(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

// leftOut is the largest gain of one window of d ticks since the start of x, or of two disjoint ones.
func leftOut(x []float64, d int, two bool) float64 {
	best := 0.0
	for end := 1; end <= len(x); end++ {
		one := sumOf(x[max(0, end-d):end])
		best = max(best, one)
		if !two {
			continue
		}
		for end2 := end + d; end2 <= len(x); end2++ {
			best = max(best, one+sumOf(x[end2-d:end2]), sumOf(x[end2-d:end2]))
		}
	}
	return best
}

// block sums the strata of ticks from..to-1.
type naiveBlock struct{ u, v, t, xB, nA, nB float64 }

func (n naive) block(from, to int) naiveBlock {
	var b naiveBlock
	for t := from; t < to; t++ {
		for _, s := range n.at(t) {
			b.u += s.xB / (1 + s.w)
			b.v += s.w * s.xA / (1 + s.w)
			b.t += (s.xA + s.xB) * s.w / (1 + s.w) / (1 + s.w)
			b.xB += s.xB
			b.nA += s.nA
			b.nB += s.nB
		}
	}
	return b
}

// dispersion is the largest shrunk estimate over the blocks of from..to-1 that fit, aligned with their beginning (or
// with their end); 0 where there is none.
func (n naive) dispersion(from, to int, atEnd, post, around bool) float64 {
	best := 0.0
	raise := func(f, blocks float64) { best = max(best, (10+blocks*f)/(5+blocks)) }
	for _, size := range []struct{ minutes, least int }{{1, 12}, {5, 4}, {15, 4}, {60, 8}} {
		if post && size.minutes == 1 && to-from > 120 {
			continue
		}
		first := from
		if atEnd {
			first = to - (to-from)/size.minutes*size.minutes
		}
		var blocks []naiveBlock
		for t := first; t+size.minutes <= to; t += size.minutes {
			blocks = append(blocks, n.block(t, t+size.minutes))
		}
		least := float64(size.least)
		var u, v, used float64
		for _, b := range blocks {
			if b.t > 0 {
				u, v, used = u+b.u, v+b.v, used+1
			}
		}
		if around && used >= least {
			// 0.25 on each side keeps the ratio finite.
			r, x := (u+0.25)/(v+0.25), 0.0
			for _, b := range blocks {
				if b.t > 0 {
					x += (b.u - r*b.v) * (b.u - r*b.v) / (r * b.t)
				}
			}
			raise(x/(used-1)*(1+math.Sqrt(2/used)), used)
		}
		var jump, spread, pairs, fanoJump, fanoSum, fanoPairs float64
		for i := 1; i < len(blocks); i++ {
			a, b := blocks[i-1], blocks[i]
			if a.t+b.t > 0 {
				e := (b.u - b.v) - (a.u - a.v)
				jump, spread, pairs = jump+e*e, spread+a.t+b.t, pairs+1
			}
			if a.nB > 1.2*a.nA && b.nB > 1.2*b.nA {
				fanoJump += (b.xB - a.xB) * (b.xB - a.xB)
				fanoSum += a.xB + b.xB
				fanoPairs++
			}
		}
		if post && pairs+1 >= least {
			raise(jump/spread*(1+math.Sqrt(3/pairs)), pairs)
		}
		if fanoPairs+1 >= least && fanoSum > 0 {
			raise(fanoJump/fanoSum*(1+math.Sqrt(3/fanoPairs)), fanoPairs)
		}
	}
	return best
}
