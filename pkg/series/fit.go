package series

import (
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/survey"
)

// maxPoints is what every engine still takes in one range query: Prometheus refuses 11,002.
const maxPoints = 11_000

// Fit is the range of a request as it will be asked: not in the future, on the grid of its step. scrapeOf finds out how far
// apart the samples of a range are. empty says why there is nothing to ask. The error is a *model.InvalidError.
func Fit(r Request, now time.Time, scrapeOf func(from, to time.Time) time.Duration) (s survey.Span, empty string, err error) {
	if empty, err := Ahead(r, now); err != nil || empty != "" {
		return survey.Span{}, empty, err
	}
	s = survey.Span{From: r.From, To: r.To}
	if s.To.After(now) {
		s.To = now
	}
	scrape := scrapeOf(s.From, s.To)
	if s.To.Sub(s.From) < 2*scrape {
		return survey.Span{}, "The time range is shorter than two scrapes (" + (2 * scrape).String() +
			"): widen it, or set the scrape interval in the datasource's settings.", nil
	}
	s.Scrape = scrape
	s.Step = stepOf(s.To.Sub(s.From), r, scrape)
	s.Window = max(s.Step+scrape, 4*scrape)
	return s, "", nil
}

// Ahead says why there is nothing to ask of a range that lies in the future. The error, of one that is reversed, is a
// *model.InvalidError.
func Ahead(r Request, now time.Time) (empty string, err error) {
	if r.To.Before(r.From) {
		return "", &model.InvalidError{
			Field: "range", Message: "it ends before it begins; choose a range whose end lies after its start",
		}
	}
	if r.From.After(now) {
		return "The time range lies in the future: there is nothing to show yet.", nil
	}
	return "", nil
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
