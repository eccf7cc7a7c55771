// Package clock translates the durations that evidence is made of into ticks.
package clock

// The durations, in seconds. A quarter of an hour is the distance of possible change points; every block of time is made of
// ticks that fit it.
const (
	QuarterSeconds = 900
	hourSeconds    = 3600
	DaySeconds     = 86400
)

// Clock translates the durations of the engine into ticks.
type Clock struct {
	Quarter int // distance of possible change points
	Minute  int // the smallest block
	Five    int
	Window  int // D: the length of the bursts that the windows leave out
	// TwoWindows is the time before which a start goes without its best two windows instead of one, up to that age.
	TwoWindows int
	// MinuteBlocks is the age up to which blocks of a minute count for the dispersion since the start.
	MinuteBlocks int
	// Unknown is the age up to which the first start has no dispersion of its own.
	Unknown int
	// Early is the time before which a start has too little before it to be judged by: it must do without more events.
	Early     int
	Hour, Day int
}

// New is that of ticks of so many seconds, which divide 300; with brisk, of the profile of that name.
func New(step int64, brisk bool) Clock {
	in := func(seconds int64) int { return int((seconds + step - 1) / step) }
	c := Clock{
		Quarter:      in(QuarterSeconds),
		Minute:       max(1, int(60/step)),
		Five:         in(300),
		Window:       in(12 * 60),
		TwoWindows:   in(3 * hourSeconds),
		MinuteBlocks: in(2 * hourSeconds),
		Unknown:      in(12 * 60),
		Early:        in(2 * hourSeconds),
		Hour:         in(hourSeconds),
		Day:          in(DaySeconds),
	}
	if brisk {
		c.Window = in(8 * 60)
		c.TwoWindows = 0
	}
	return c
}

// Refreshed is the age at which the dispersion of a start of the given age was last refreshed: at each tick in its
// first hour, then every 5 minutes, every 15 after 3 hours and every 60 after 12, when a block more or less hardly
// changes it.
func (c Clock) Refreshed(age int) int {
	switch {
	case age <= c.Hour:
		return age
	case age <= 3*c.Hour:
		return age - age%c.Five
	case age <= 12*c.Hour:
		return age - age%c.Quarter
	}
	return age - age%c.Hour
}
