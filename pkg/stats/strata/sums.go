package strata

// TickSums are what one tick (or one block of them) adds to the statistics of its block: sums over its strata, with
// w = n_B / n_A. The residual of B's bad events around their share at ratio r, with Mantel-Haenszel weights
// 1/(1 + w), is u - r v, and its variance r t.
type TickSums struct {
	U float64 // x_B / (1 + w)
	V float64 // w x_A / (1 + w)
	T float64 // (x_A + x_B) w / (1 + w)^2
	// UU and VV are the sums of the squares of the weights in U and V: as Poisson counts, the residual u - r v has the
	// variance uu + r^2 vv.
	UU, VV float64
	// H is n_A n_B / (n_A + n_B): what a difference of the shares by 1 adds to u - v.
	H    float64
	A, B Counts
}

// Add adds a stratum.
func (s *TickSums) Add(a, b Counts) {
	// By parts of n_A + n_B, which neither overflow nor divide by 0 where w is extreme.
	partA, partB := a.N/(a.N+b.N), b.N/(a.N+b.N)
	s.U += b.X * partA
	s.V += a.X * partB
	s.T += (a.X + b.X) * partA * partB
	s.UU += b.X * partA * partA
	s.VV += a.X * partB * partB
	s.H += a.N * partB
	s.A.N += a.N
	s.A.X += a.X
	s.B.N += b.N
	s.B.X += b.X
}

// Join adds the sums of other strata.
func (s *TickSums) Join(o TickSums) {
	s.U += o.U
	s.V += o.V
	s.T += o.T
	s.UU += o.UU
	s.VV += o.VV
	s.H += o.H
	s.A.N += o.A.N
	s.A.X += o.A.X
	s.B.N += o.B.N
	s.B.X += o.B.X
}

// Leave takes the sums of some of its strata away.
func (s *TickSums) Leave(o TickSums) {
	s.U -= o.U
	s.V -= o.V
	s.T -= o.T
	s.UU -= o.UU
	s.VV -= o.VV
	s.H -= o.H
	s.A.N -= o.A.N
	s.A.X -= o.A.X
	s.B.N -= o.B.N
	s.B.X -= o.B.X
}
