package compare

import (
	"time"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/model"
)

// maxPoints is what every engine still takes in one range query: Prometheus refuses 11,002.
const maxPoints = 11_000

// span is the range of a query as it will be asked: not in the future, on the grid of its step.
type span struct {
	from, to time.Time
	step     time.Duration
	// window is what rates look back over at each step: four scrapes at least, so that one that is lost leaves no gap.
	window time.Duration
}

// stretchOf is a span on which nothing is drawn: one in which variants and metrics are looked for. Its step is a scrape, and
// rates look back over as much as those of a chart.
func stretchOf(from, to time.Time, scrape time.Duration) span {
	return span{from: from, to: to, step: max(scrape, time.Second), window: 4 * scrape}
}

// spanOf fits the range of a request. empty says why there is nothing to ask.
func (e *Engine) spanOf(r Request) (s span, empty string, err error) {
	if r.To.Before(r.From) {
		return span{}, "", &model.InvalidError{
			Field: "range", Message: "it ends before it begins" + "; " + "choose a range whose end lies after its start",
		}
	}
	now := e.now()
	if r.From.After(now) {
		return span{}, "The time range lies in the future: there is nothing to show yet.", nil
	}
	s = span{from: r.From, to: r.To}
	if s.to.After(now) {
		s.to = now
	}
	scrape := e.settings.ScrapeInterval()
	if s.to.Sub(s.from) < 2*scrape {
		return span{}, "The time range is shorter than two scrapes (" + (2 * scrape).String() +
			"): widen it, or correct the scrape interval in the datasource's settings.", nil
	}
	s.step = stepOf(s.to.Sub(s.from), r, scrape)
	s.window = max(s.step, 4*scrape)
	return s, "", nil
}

// stepOf is the distance of points: what the caller can draw, a scrape at least, and wide enough for the engine's limit.
func stepOf(length time.Duration, r Request, scrape time.Duration) time.Duration {
	step := max(r.Interval, scrape)
	if r.MaxDataPoints > 0 {
		step = max(step, length/time.Duration(r.MaxDataPoints))
	}
	// The ends of the grid are two points that the length does not count.
	step = max(step, length/(maxPoints-2))
	if rest := step % time.Second; rest > 0 {
		step += time.Second - rest
	}
	return step
}

// grid is the times at which a range query is evaluated, aligned to the step so that a refresh meets the same times.
func (s span) grid() frames.Grid {
	step := s.step.Milliseconds()
	start := s.from.UnixMilli() / step * step
	return frames.Grid{Start: start, End: s.to.UnixMilli() / step * step, Step: step}
}

// gridToEnd is the times of an inventory: its last time is the end of the span, so that what was born since the last
// multiple of a coarse step is seen too.
func (s span) gridToEnd() frames.Grid {
	step := s.step.Milliseconds()
	end := s.to.UnixMilli()
	return frames.Grid{Start: end - (end-s.from.UnixMilli())/step*step, End: end, Step: step}
}

// point is the grid of an instant query at the end of the span.
func (s span) point() frames.Grid {
	end := s.to.UnixMilli()
	return frames.Grid{Start: end, End: end, Step: 1}
}

// length is how long the span is, in whole seconds.
func (s span) length() time.Duration {
	return max(s.to.Sub(s.from).Round(time.Second), time.Second)
}
