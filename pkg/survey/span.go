package survey

import (
	"time"

	"github.com/flaglens/flaglens/pkg/frames"
)

// rankStep is how often the variants that are busiest over a long window may become others.
const rankStep = 10 * time.Minute

// Span is a time within which something is looked for or read.
type Span struct {
	From, To time.Time
	// Step is the distance of points.
	Step time.Duration
	// Window is what rates look back over at each step: the step and one scrape, so that no rise between two scrapes falls
	// between two windows, and four scrapes at least, so that one that is lost leaves no gap.
	Window time.Duration
	// Scrape is how far apart the samples are.
	Scrape time.Duration
}

// Stretch is a span on which nothing is drawn: one in which variants and metrics are looked for. Its step is a scrape, and
// rates look back over as much as those of a chart.
func Stretch(from, to time.Time, scrape time.Duration) Span {
	return Span{From: from, To: to, Step: max(scrape, time.Second), Window: 4 * scrape, Scrape: scrape}
}

// Grid is the times at which a range query is evaluated, aligned to the step so that a refresh meets the same times.
func (s Span) Grid() frames.Grid {
	step := s.Step.Milliseconds()
	start := s.From.UnixMilli() / step * step
	return frames.Grid{Start: start, End: s.To.UnixMilli() / step * step, Step: step}
}

// GridToEnd is the times of an inventory: its last time is the end of the span, so that what was born since the last
// multiple of a coarse step is seen too.
func (s Span) GridToEnd() frames.Grid {
	step := s.Step.Milliseconds()
	end := s.To.UnixMilli()
	return frames.Grid{Start: end - (end-s.From.UnixMilli())/step*step, End: end, Step: step}
}

// Point is the grid of an instant query at the end of the span.
func (s Span) Point() frames.Grid {
	end := s.To.UnixMilli()
	return frames.Grid{Start: end, End: end, Step: 1}
}

// Length is how long the span is, in whole seconds.
func (s Span) Length() time.Duration {
	return max(s.To.Sub(s.From).Round(time.Second), time.Second)
}

// rankedAt is when the variants with the most events are looked for: the end of the span, and over long windows a round
// time, so that a refresh meets the same ones.
func (s Span) rankedAt() time.Time {
	if s.Window < 6*rankStep {
		return s.To
	}
	return s.To.Truncate(rankStep)
}
