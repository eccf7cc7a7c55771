package trust

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// Window is how much is looked at: long enough that several writers meet often, also where they are scraped every minute.
	Window = time.Hour
	// suspects is how many processes are looked at sample by sample, those that fell most often; atMost how many are listed.
	suspects, atMost = 4, 50
	maxParallel      = 4
)

// Client is what is asked of a Prometheus; promapi.Client is one.
type Client interface {
	Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
}

// Question is about the series that count a signal's events.
type Question struct {
	// Scope has the labels of a process as its GroupBy.
	Scope  promql.Scope
	Events promql.Events
}

// Key is the same for questions about the same series.
func (q Question) Key() (string, error) {
	return q.Scope.Trust().Falls(q.Events, Window, leastFalls, atMost)
}

// Examine asks whether the counts of a window that ends at a time can be true. What it finds follows from what is stored of
// that window alone. Most often it takes two questions; the samples themselves are read of what falls often.
func Examine(ctx context.Context, client Client, q Question, end time.Time) ([]Doubt, error) {
	ways := []func(context.Context, Client, Question, time.Time) ([]Doubt, error){Falling, Beside}
	found := make([][]Doubt, len(ways))
	failures := parallel.Each(len(ways), len(ways), func(i int) (err error) {
		found[i], err = ways[i](ctx, client, q, end)
		return err
	})
	return slices.Concat(found...), errors.Join(failures...)
}

// Falling are the doubts that come of how series move within a window.
func Falling(ctx context.Context, client Client, q Question, end time.Time) ([]Doubt, error) {
	expr, err := q.Key()
	if err != nil {
		return nil, err
	}
	result, err := ask(ctx, client, expr, end)
	if err != nil {
		return nil, err
	}
	processes := processesOf(result, q.Scope.GroupBy)
	some := processes[:min(len(processes), suspects)]
	found := make([]Doubt, len(some))
	failures := parallel.Each(maxParallel, len(some), func(i int) (err error) {
		found[i], err = q.process(ctx, client, some[i], end)
		return err
	})
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(d Doubt) bool { return d.Cause == "" })
	for i := range found {
		// Those that were not looked at may be like those that were.
		found[i].Others = len(processes) - len(some) + len(found) - 1
	}
	return Merged(found), nil
}

// processesOf are the processes of an answer, those that fell most often first.
func processesOf(result *promapi.Result, by []string) []labels.Labels {
	falls := map[uint64]float64{}
	var all []labels.Labels
	for _, series := range result.Series {
		if len(series.Floats) == 0 {
			continue
		}
		process := series.Labels.MatchLabels(true, by...)
		key := process.Hash()
		if _, known := falls[key]; !known {
			all = append(all, process)
		}
		falls[key] = max(falls[key], series.Floats[0].V)
	}
	sortBy(all, func(process labels.Labels) float64 { return -falls[process.Hash()] })
	return all
}

// process looks at the samples of one process: at those of the series that falls most often.
func (q Question) process(ctx context.Context, client Client, process labels.Labels, end time.Time) (Doubt, error) {
	exprs, err := q.Scope.Trust().Stored(q.Events, process, Window)
	if err != nil {
		return Doubt{}, err
	}
	var worst Pattern
	for _, expr := range exprs {
		result, err := ask(ctx, client, expr, end)
		if err != nil {
			return Doubt{}, err
		}
		for _, series := range result.Series {
			if p := PatternOf(samplesOf(series)); p.Falls > worst.Falls || worst.Cause() == "" && p.Cause() != "" {
				worst = p
			}
		}
	}
	cause := worst.Cause()
	if cause == "" {
		return Doubt{}, nil
	}
	expr, err := promql.StartTimes(process, Window)
	if err != nil {
		return Doubt{}, err
	}
	result, err := ask(ctx, client, expr, end)
	if err != nil {
		return Doubt{}, err
	}
	doubt := Doubt{Cause: cause, Process: process, Writers: worst.Together, PerHour: worst.PerHour()}
	for _, series := range result.Series {
		doubt = doubt.weigh(worst, startsOf(samplesOf(series)))
	}
	return doubt, nil
}

// samplesOf are the samples of a series; of a native histogram the number of observations.
func samplesOf(series promapi.Series) []Sample {
	samples := make([]Sample, 0, len(series.Floats)+len(series.Histograms))
	for _, point := range series.Floats {
		samples = append(samples, Sample{point.T, point.V})
	}
	for _, point := range series.Histograms {
		samples = append(samples, Sample{point.T, point.H.Count})
	}
	sortBy(samples, func(s Sample) float64 { return float64(s.T) })
	return samples
}

// ask asks a question. An answer of which a part is missing tells nothing.
func ask(ctx context.Context, client Client, expr string, at time.Time) (*promapi.Result, error) {
	result, err := client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: at})
	return whole(result, err)
}

func whole(result *promapi.Result, err error) (*promapi.Result, error) {
	if err != nil {
		return nil, fmt.Errorf("find out whether the counts can be true: %w", err)
	}
	if result.Partial && !result.Cut {
		return nil, promapi.NotWhole("whether the counts can be true", result.Warnings)
	}
	return result, nil
}
