package stats

import "math"

// The gains of a stratum depend on w = n_B / n_A through smooth functions of its logarithm. Strata of similar w are
// therefore summed up once, as moments around the middle of a cell, and every claim reads its gains from the moments
// by a Taylor series about the cell. The series of ln(1 + e^z) converges for |z| < pi; in a cell of half-width 0.1
// its rest after 8 terms is below 2e-14 for each event.
const (
	cellWidth = 0.2
	order     = 8
	// leastRequests is the smallest number of requests that count, so that w stays within the cells.
	leastRequests = 1e-9
	cells         = 512
)

// cell sums up the strata of a tick with similar w: events and requests of B, times powers of the distance from the
// cell's middle.
type cell struct {
	// at is the number of the cell; its middle is (at - cells/2) cellWidth.
	at     int32
	xA, xB float64
	events [order + 1]float64
	nB     [order + 1]float64
}

func middle(at int32) float64 { return float64(at-cells/2) * cellWidth }

// cellOf is the number of the cell of ln w.
func cellOf(logW float64) int32 {
	return int32(min(max(math.Round(logW/cellWidth), -cells/2), cells/2-1)) + cells/2
}

func (c *cell) add(s stratum, logW float64, requests bool) {
	d := logW - middle(c.at)
	c.xA += s.xA
	c.xB += s.xB
	x := s.xA + s.xB
	for i := range c.events {
		c.events[i] += x
		x *= d
	}
	if requests {
		n := s.nB
		for i := range c.nB {
			c.nB[i] += n
			n *= d
		}
	}
}

// series are the Taylor coefficients about a cell's middle for one claim: of ln c_A, of ln c_B and of c_B - 1 times
// n_T / n_B for each alternative (T the tested arm).
type series struct {
	log   [alternatives][order + 1]float64
	shift [alternatives][order + 1]float64
}

// softplus gives the Taylor coefficients of ln(1 + e^(z + d)) in d, and those of its derivative, the logistic function
// s, by the recurrence that s' = s - s^2 implies.
func softplus(z float64) (f, s [order + 1]float64) {
	s[0] = 1 / (1 + math.Exp(-z))
	for n := range order {
		square := 0.0
		for i := range n + 1 {
			square += s[i] * s[n-i]
		}
		s[n+1] = (s[n] - square) / float64(n+1)
	}
	f[0] = math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	for n := range order {
		f[n+1] = s[n] / float64(n+1)
	}
	return f, s
}

// newSeries expands a claim's gains about the middle of a cell. Of a claim about A the w is the inverse: the
// distances change their sign.
func newSeries(c claim, at int32) *series {
	y, sign := middle(at), 1.0
	if c.arm == 1 {
		y, sign = -y, -1
	}
	out := &series{}
	base := y + math.Log(c.ratio)
	f0, _ := softplus(base)
	for k := range alternatives {
		f, s := softplus(base + effects.log[k])
		for n := range f {
			odd := 1.0
			if n%2 == 1 {
				odd = sign
			}
			out.log[k][n] = odd * (f0[n] - f[n])
			// c_B - 1 = (q - 1) / (1 + v q) = (q - 1) (1 - s)
			out.shift[k][n] = -odd * (effects.q[k] - 1) * s[n]
		}
		out.shift[k][0] += effects.q[k] - 1
	}
	if c.arm == 1 && c.shift != 0 {
		out.perRequestOfA(y)
	}
	return out
}

// perRequestOfA turns the shift's series from n_A into n_B: n_A = n_B e^(-ln w), and y is -ln w at the middle.
func (s *series) perRequestOfA(y float64) {
	var e [order + 1]float64
	e[0] = math.Exp(y)
	for n := range order {
		e[n+1] = -e[n] / float64(n+1)
	}
	for k := range s.shift {
		var product [order + 1]float64
		for i := range e {
			for j := range e[:order+1-i] {
				product[i+j] += e[i] * s.shift[k][j]
			}
		}
		s.shift[k] = product
	}
}

// gains adds the cell's gains for each alternative.
func (s *series) gains(c *cell, cl claim, out []float64) {
	xB := c.xB
	if cl.arm == 1 {
		xB = c.xA
	}
	m := &c.events
	for k := range out {
		l := &s.log[k]
		out[k] += xB*effects.log[k] +
			((m[0]*l[0] + m[1]*l[1] + m[2]*l[2]) + (m[3]*l[3] + m[4]*l[4] + m[5]*l[5]) + (m[6]*l[6] + m[7]*l[7] + m[8]*l[8]))
	}
	if cl.shift == 0 {
		return
	}
	m = &c.nB
	for k := range out {
		l := &s.shift[k]
		out[k] -= cl.shift *
			((m[0]*l[0] + m[1]*l[1] + m[2]*l[2]) + (m[3]*l[3] + m[4]*l[4] + m[5]*l[5]) + (m[6]*l[6] + m[7]*l[7] + m[8]*l[8]))
	}
}
