package stats

// clock translates the durations of the engine into ticks.
type clock struct {
	step    int64
	quarter int // distance of possible change points
	minute  int // the smallest block
	five    int
	window  int // D: the length of the bursts that the windows leave out
	// twoWindows is the time before which a start goes without its best two windows instead of one, up to that age.
	twoWindows int
	// minuteBlocks is the age up to which blocks of a minute count for the dispersion since the start.
	minuteBlocks int
	// unknown is the age up to which the first start has no dispersion of its own.
	unknown int
	// early is the time before which a start has too little before it to be judged by: it must do without more events.
	early     int
	hour, day int
}

func newClock(p Params) clock {
	in := func(seconds int64) int { return int((seconds + p.Step - 1) / p.Step) }
	c := clock{
		step:         p.Step,
		quarter:      in(quarter),
		minute:       max(1, int(60/p.Step)),
		five:         in(300),
		window:       in(12 * 60),
		twoWindows:   in(3 * hour),
		minuteBlocks: in(2 * hour),
		unknown:      in(12 * 60),
		early:        in(2 * hour),
		hour:         in(hour),
		day:          in(day),
	}
	if p.Profile == Brisk {
		c.window = in(8 * 60)
		c.twoWindows = 0
	}
	return c
}

// refreshed is the age at which the dispersion of a start of the given age was last refreshed: at each tick in its
// first hour, then every 5 minutes, every 15 after 3 hours and every 60 after 12, when a block more or less hardly
// changes it.
func (c clock) refreshed(age int) int {
	switch {
	case age <= c.hour:
		return age
	case age <= 3*c.hour:
		return age - age%c.five
	case age <= 12*c.hour:
		return age - age%c.quarter
	}
	return age - age%c.hour
}
