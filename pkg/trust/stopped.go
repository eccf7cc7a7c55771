package trust

import (
	"context"
	"time"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// stoppedTimes is at how many times of a range it is looked for when nothing new began to arrive.
const stoppedTimes = 240

// StoppedSince is the doubt that nothing of the series that count a signal's events was scraped for the last minutes before the end
// of a range, in which there was something; none where something was, or where there was nothing at all. scrape is how far apart
// samples are.
func StoppedSince(ctx context.Context, client RangeClient, q Question, start, end time.Time, scrape time.Duration) ([]Doubt, error) {
	expr, err := q.Scope.Trust().Present(q.Events, model.StopsAfter(scrape))
	if err != nil {
		return nil, err
	}
	now, err := ask(ctx, client, expr, end)
	if err != nil || len(now.Series) > 0 {
		return nil, err
	}
	step := max(time.Minute, (end.Sub(start) / stoppedTimes).Truncate(time.Minute))
	end = end.Truncate(step)
	if expr, err = q.Scope.Trust().Present(q.Events, max(step, 2*scrape)); err != nil {
		return nil, err
	}
	before, err := over(ctx, client, expr, Times{Start: end.Add(-end.Sub(start).Truncate(step)), End: end, Step: step})
	if err != nil {
		return nil, err
	}
	if since := latest(before); since > 0 {
		return []Doubt{{Cause: Stopped, Since: time.UnixMilli(since)}}, nil
	}
	return nil, nil
}

// latest is the newest time of an answer in unix milliseconds; 0 without one.
func latest(result *promapi.Result) (newest int64) {
	for _, series := range result.Series {
		for _, point := range series.Floats {
			newest = max(newest, point.T)
		}
	}
	return newest
}
