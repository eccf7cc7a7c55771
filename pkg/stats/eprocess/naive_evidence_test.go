package eprocess

import (
	"math"
)

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
