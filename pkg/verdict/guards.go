package verdict

// minTicks is how many minutes with traffic on both arms a verdict needs.
const minTicks = 10

// maxMissing is the part of the strata that may lack one arm alone.
const maxMissing = 0.05

// liveState is what the evidence at this look proves: what is worse is so whatever else is proven.
func liveState(worse, better, within bool) State {
	switch {
	case worse:
		return Regressed
	case better:
		return Improved
	case within:
		return WithinMargin
	}
	return Inconclusive
}

// guarded is the state of a finding after the guards: what was ever proven to be worse stays so, whatever else is wrong
// with the comparison.
func guarded(f finding, t totals, share ShareState, c Context) State {
	switch {
	case f.firedAt != 0 && t.lost.hides():
		return Withheld
	case f.firedAt != 0:
		return Regressed
	case t.seenA == 0 || t.seenB == 0:
		return NoData
	case c.Uncommon != "", t.unplaced.much():
		return Withheld
	case t.ticks < minTicks:
		return Insufficient
	case share == ShareMismatch, t.missing() > maxMissing, t.lost.much():
		return Withheld
	}
	return f.live
}
