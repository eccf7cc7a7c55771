package likelihood

import "math"

// The gains of a stratum depend on w = n_B / n_A through smooth functions of its logarithm. Strata of similar w are
// therefore summed up once, as moments around the middle of a cell, and every claim reads its gains from the moments
// by a Taylor series about the cell. The series of ln(1 + e^z) converges for |z| < pi; in a cell of half-width 0.1
// its rest after 8 terms is below 2e-14 for each event.
const (
	cellWidth = 0.2
	order     = 8
	// LeastRequests is the smallest number of requests that count, so that w stays within the cells.
	LeastRequests = 1e-9
	Cells         = 512
)

// Cell sums up the strata of a tick with similar w: events and requests of B, times powers of the distance from the
// cell's middle.
type Cell struct {
	// At is the number of the cell; its middle is (at - cells/2) cellWidth.
	At     int32
	xA, xB float64
	events [order + 1]float64
	nB     [order + 1]float64
}

func middle(at int32) float64 { return float64(at-Cells/2) * cellWidth }

// CellOf is the number of the cell of ln w.
func CellOf(logW float64) int32 {
	return int32(min(max(math.Round(logW/cellWidth), -Cells/2), Cells/2-1)) + Cells/2
}

// Add adds a stratum with the logarithm of its w; with requests, what an absolute margin needs as well.
func (c *Cell) Add(s Stratum, logW float64, requests bool) {
	d := logW - middle(c.At)
	c.xA += s.XA
	c.xB += s.XB
	x := s.XA + s.XB
	for i := range c.events {
		c.events[i] += x
		x *= d
	}
	if requests {
		n := s.NB
		for i := range c.nB {
			c.nB[i] += n
			n *= d
		}
	}
}

// Series are the Taylor coefficients about a cell's middle for one claim: of ln c_A, of ln c_B and of c_B - 1 times
// n_T / n_B for each alternative (T the tested arm).
type Series struct {
	log [Alternatives][order + 1]float64
	// shift is nil for a claim without one.
	shift *[Alternatives][order + 1]float64
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

// NewSeries expands a claim's gains about the middle of a cell. Of a claim about A the w is the inverse: the
// distances change their sign.
func NewSeries(c Claim, at int32) *Series {
	y, sign := middle(at), 1.0
	if c.Arm == 1 {
		y, sign = -y, -1
	}
	out := &Series{}
	if c.Shift != 0 {
		out.shift = &[Alternatives][order + 1]float64{}
	}
	base := y + math.Log(c.Ratio)
	f0, _ := softplus(base)
	for k := range Alternatives {
		f, s := softplus(base + Effects.log[k])
		for n := range f {
			odd := 1.0
			if n%2 == 1 {
				odd = sign
			}
			out.log[k][n] = odd * (f0[n] - f[n])
			if out.shift != nil {
				// c_B - 1 = (q - 1) / (1 + v q) = (q - 1) (1 - s)
				out.shift[k][n] = -odd * (Effects.q[k] - 1) * s[n]
			}
		}
		if out.shift != nil {
			out.shift[k][0] += Effects.q[k] - 1
		}
	}
	if c.Arm == 1 && c.Shift != 0 {
		out.perRequestOfA(y)
	}
	return out
}

// perRequestOfA turns the shift's series from n_A into n_B: n_A = n_B e^(-ln w), and y is -ln w at the middle.
func (s *Series) perRequestOfA(y float64) {
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

// Gains adds the cell's gains for each alternative.
func (s *Series) Gains(c *Cell, cl Claim, out []float64) {
	xB := c.xB
	if cl.Arm == 1 {
		xB = c.xA
	}
	m := &c.events
	for k := range out {
		l := &s.log[k]
		out[k] += xB*Effects.log[k] +
			((m[0]*l[0] + m[1]*l[1] + m[2]*l[2]) + (m[3]*l[3] + m[4]*l[4] + m[5]*l[5]) + (m[6]*l[6] + m[7]*l[7] + m[8]*l[8]))
	}
	if cl.Shift == 0 {
		return
	}
	m = &c.nB
	for k := range out {
		l := &s.shift[k]
		out[k] -= cl.Shift *
			((m[0]*l[0] + m[1]*l[1] + m[2]*l[2]) + (m[3]*l[3] + m[4]*l[4] + m[5]*l[5]) + (m[6]*l[6] + m[7]*l[7] + m[8]*l[8]))
	}
}

// Join adds a cell to those summed up.
func Join(sum []Cell, c *Cell) []Cell {
	for i := range sum {
		if sum[i].At == c.At {
			sum[i].join(c)
			return sum
		}
	}
	return append(sum, *c)
}

func (c *Cell) join(o *Cell) {
	c.xA += o.xA
	c.xB += o.xB
	for i := range c.events {
		c.events[i] += o.events[i]
		c.nB[i] += o.nB[i]
	}
}
