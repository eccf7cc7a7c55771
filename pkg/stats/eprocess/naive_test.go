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

func (n naive) phi(start, now int) float64 {
	age := now - start
	switch {
	case age <= 60:
	case age <= 180:
		age -= age % 5
	case age <= 720:
		age -= age % 15
	default:
		age -= age % 60
	}
	pre, post := 0.0, n.dispersion(start, start+age, false, true, start < 120)
	if start == 0 {
		if age < 12 || post == 0 {
			post = 2
		}
	} else {
		first := 0
		if n.p.Daily {
			first = max(0, max(15, start-15)-1440)
		}
		if pre = n.dispersion(first, max(15, start-15), true, false, true); pre == 0 {
			pre = 2
		}
	}
	floor := 1.0
	if n.p.Frequent {
		var bad, all float64
		for t := range start + age {
			for _, s := range n.at(t) {
				bad += s.xA + s.xB
				all += s.nA + s.nB
			}
		}
		if all > 0 {
			floor = max(1-bad/all, 0.05)
		}
	}
	return max(pre, post, floor)
}

// events is m_j.
func (n naive) events(start, d int) float64 {
	if start < 120 {
		return 1000
	}
	least, largest := 500.0, 0.0
	if n.p.Profile == Brisk {
		least = 300
	}
	first := 0
	if n.p.Daily {
		first = max(0, start-1440)
	}
	for end := first + 1; end <= start; end++ {
		var b, a float64
		for t := max(0, end-d); t < end; t++ {
			for _, s := range n.at(t) {
				b += s.xB - s.w*s.xA
				a += s.xA - s.xB/s.w
			}
		}
		largest = max(largest, b, a)
	}
	return max(least, 3*largest)
}

// evidence is E after now ticks, and its parts.
func (n naive) evidence(now int) (float64, parts) {
	if n.p.Daily {
		today := (n.p.Start/60 + int64(now)) / 1440
		e, p := n.mixture(now, &today)
		yesterday := today - 1
		if e2, p2 := n.mixture(now, &yesterday); e2 > e {
			return e2, p2
		}
		return e, p
	}
	return n.mixture(now, nil)
}

func (n naive) mixture(now int, day *int64) (float64, parts) {
	d, two := 12, true
	if n.p.Profile == Brisk {
		d, two = 8, false
	}
	processes := map[float64]bool{}
	for t := range now {
		for _, s := range n.at(t) {
			processes[s.key] = true
		}
	}
	p := parts{windows: 1, events: 1, score: 1}
	for start := 0; start <= now; start += 15 {
		prior := 0.5
		if j := start / 15; j > 0 {
			h := float64((j-1)/4 + 1)
			prior = 0.5 / (4 * h * (h + 1))
		}
		if n.only0 {
			if prior = 1; start > 0 {
				break
			}
		}
		alive := true
		if day != nil {
			if (n.p.Start/60+int64(start))/1440 != *day {
				continue
			}
			prior, alive = 1.0/96, now-start < 1440
		}
		p.windows -= prior
		p.events -= prior
		if !alive {
			continue
		}
		phi, m := n.phi(start, now), n.events(start, d)
		for k := range 14 {
			g := n.gains(k, now)[start:]
			x := sumOf(g) - leftOut(g, d, two && start < 180 && now-start < 180)
			p.windows += prior * naiveWeight(k) * math.Exp(x/phi)
			// V: without m events at the smallest w that had one, and without the largest process.
			least, largest, by := math.Inf(1), 0.0, map[float64]float64{}
			for t := start; t < now; t++ {
				for _, s := range n.at(t) {
					by[s.key] += n.gain(s, k)
					if s.xB > 0 {
						least = min(least, s.w)
					}
				}
			}
			for _, x := range by {
				largest = max(largest, x)
			}
			x = sumOf(g)
			if !math.IsInf(least, 1) {
				x -= m * math.Log(n.cB(least, k))
			}
			if x > 0 {
				if len(processes) >= 5 {
					x -= largest
				}
				p.events += prior * naiveWeight(k) * math.Exp(x/phi)
			}
		}
	}
	p.score = n.score(now, day)
	if n.only0 {
		return (p.windows + p.score) / 2, p
	}
	return p.windows/2 + p.events/4 + p.score/4, p
}

func (n naive) score(now int, day *int64) float64 {
	length := 15
	if n.p.Profile == Brisk {
		length = 5
	}
	var past, blocks, before float64
	type bet struct {
		from int
		u    float64
	}
	var bets []bet
	for t := 0; t+length <= now; t += length {
		var diff, plain, xs, nA, nB float64
		for i := t; i < t+length; i++ {
			for _, s := range n.at(i) {
				diff += (s.xB - s.w*n.r0*s.xA - n.d*s.nB) / (1 + s.w)
				plain += (s.xB - s.w*s.xA) / (1 + s.w)
				xs += s.xA + s.xB
				nA, nB = nA+s.nA, nB+s.nB
			}
		}
		if nA == 0 || nB > 1.2*nA {
			before = 0
			continue
		}
		mean := (past + 1) / (blocks + 1)
		if blocks == 0 {
			mean = (xs + 1) / 2
		}
		v := nB / nA * n.r0
		z := diff * (1 + nB/nA) / math.Sqrt(v*(1+v)/2)
		u := z / max(0.5, math.Sqrt(mean))
		if before <= 3 || mean*15 <= 30*float64(length) {
			bets = append(bets, bet{t, max(-2, min(2, u))})
		}
		before = plain * (1 + nB/nA) / math.Sqrt(nB/nA*(1+nB/nA)/2) / max(0.5, math.Sqrt(mean))
		if blocks >= 3 {
			xs = min(xs, 4*mean)
		}
		past, blocks = past+xs, blocks+1
	}
	e := 1.0
	for start := 0; start <= now; start += 60 {
		prior := 0.5
		if h := float64(start / 60); h > 0 {
			prior = 0.5 / (h * (h + 1))
		}
		if n.only0 {
			if prior = 1; start > 0 {
				break
			}
		}
		alive := true
		if day != nil {
			if (n.p.Start/60+int64(start))/1440 != *day {
				continue
			}
			prior, alive = 1.0/24, now-start < 1440
		}
		e -= prior
		if !alive {
			continue
		}
		for _, lambda := range []float64{0.3, 0.8} {
			x := 0.0
			for _, b := range bets {
				if b.from >= start {
					x += lambda*b.u - math.Log(math.Cosh(lambda*b.u))
				}
			}
			e += prior / 2 * math.Exp(x)
		}
	}
	return e
}
