package trust

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// RangeClient is what is asked of a Prometheus over a time; promapi.Client is one.
type RangeClient interface {
	Client
	QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
}

// Times are those from Start up to End, a Step apart.
type Times struct {
	Start, End time.Time
	Step       time.Duration
}

// Seen are the sets of values of replica labels that were compared already, and found to be no copies.
type Seen []string

// Copies are the labels in which the series that count a signal's events are stored more than once, by servers that scrape the
// same: at one of some times there are several values of them, and what they count is alike. Those that the question's scope knows
// are left out, and so is what was seen before; what is compared is added to that.
func Copies(ctx context.Context, client RangeClient, q Question, times Times, seen *Seen) ([]string, error) {
	expr, err := q.Scope.Trust().Replicas(q.Events, replicaLabels)
	if err != nil {
		return nil, err
	}
	result, err := over(ctx, client, expr, times)
	if err != nil {
		return nil, err
	}
	for at := times.Start; !at.After(times.End); at = at.Add(times.Step) {
		several, values := q.several(result, at)
		text := strings.Join(values, " ")
		if len(several) == 0 || slices.Contains(*seen, text) {
			continue
		}
		*seen = append(*seen, text)
		if copied, err := q.copies(ctx, client, standing{copies: several}, at); err != nil || len(copied) > 0 {
			return copied, err
		}
	}
	return nil, nil
}

// over asks a question about some times. An answer of which a part is missing tells nothing.
func over(ctx context.Context, client RangeClient, expr string, times Times) (*promapi.Result, error) {
	if !times.Start.Before(times.End) {
		return ask(ctx, client, expr, times.Start)
	}
	result, err := client.QueryRange(ctx, promapi.RangeQuery{Expr: expr, Start: times.Start, End: times.End, Step: times.Step})
	return whole(result, err)
}

// several are the replica labels that have several values at a time, and which.
func (q Question) several(result *promapi.Result, at time.Time) (names, values []string) {
	for _, name := range replicaLabels {
		if slices.Contains(q.Scope.Copies, name) {
			continue
		}
		var found []string
		for _, series := range result.Series {
			here := slices.ContainsFunc(series.Floats, func(p promapi.FloatPoint) bool { return p.T == at.UnixMilli() })
			if value := fmt.Sprintf("%s=%q", name, series.Labels.Get(name)); here && series.Labels.Get(name) != "" && !slices.Contains(found, value) {
				found = append(found, value)
			}
		}
		if slices.Sort(found); len(found) > 1 {
			names, values = append(names, name), append(values, found...)
		}
	}
	return names, values
}
