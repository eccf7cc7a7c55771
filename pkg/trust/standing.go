package trust

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// replicaLabels are those by which servers that scrape or store the same tell their own series apart.
var replicaLabels = []string{
	"__replica__", "prometheus_replica", "receive_replica", "replica", "rule_replica", "ruler_replica", "thanos_replica",
}

const (
	// alike is by how much two copies of a series may differ, as a part or as a count: they are scraped at other times.
	alike, alikeCount = 0.02, 20
	// overflowing is the part of the requests in a series of overflow from which the rest cannot be taken for the whole.
	overflowing = 0.005
)

// standing is how series stand beside each other.
type standing struct {
	// copies are the labels of which there are several values.
	copies []string
	// behind is how many processes stand behind one target; overflow tells that there are series of overflow.
	behind   int
	overflow bool
}

func (q Question) standing(ctx context.Context, client Client, at time.Time) (standing, error) {
	expr, err := q.Scope.Trust().Standing(q.Events, replicaLabels, promql.RenamedLabels())
	if err != nil {
		return standing{}, err
	}
	result, err := ask(ctx, client, expr, at)
	if err != nil {
		return standing{}, err
	}
	var s standing
	values := map[string][]string{}
	for _, series := range result.Series {
		switch series.Labels.Get(promql.PartLabel) {
		case promql.PartCopies:
			for _, name := range replicaLabels {
				if value := series.Labels.Get(name); value != "" && !slices.Contains(values[name], value) {
					values[name] = append(values[name], value)
				}
			}
		case promql.PartBehind:
			s.behind = int(valueOf(series))
		case promql.PartOverflow:
			s.overflow = valueOf(series) > 0
		}
	}
	for _, name := range replicaLabels {
		if len(values[name]) > 1 {
			s.copies = append(s.copies, name)
		}
	}
	return s, nil
}

func valueOf(series promapi.Series) float64 {
	if len(series.Floats) == 0 {
		return 0
	}
	return series.Floats[0].V
}

// copies are those of the candidates by which series are told apart that are alike.
func (q Question) copies(ctx context.Context, client Client, s standing, at time.Time) ([]string, error) {
	if len(s.copies) == 0 {
		return nil, nil
	}
	expr, err := q.Scope.Trust().Compared(q.Events, s.copies)
	if err != nil {
		return nil, err
	}
	result, err := ask(ctx, client, expr, at)
	if err != nil {
		return nil, err
	}
	if copied(result, s.copies) {
		return s.copies, nil
	}
	return nil, nil
}

// copied tells whether most of what counts is there more than once, with values that are alike.
func copied(result *promapi.Result, names []string) bool {
	type group struct {
		n            int
		lowest, most float64
	}
	groups := map[uint64]*group{}
	for _, series := range result.Series {
		key := series.Labels.MatchLabels(false, names...).Hash()
		value := valueOf(series)
		g := groups[key]
		if g == nil {
			g = &group{lowest: value}
			groups[key] = g
		}
		g.n++
		g.lowest, g.most = math.Min(g.lowest, value), math.Max(g.most, value)
	}
	several, same := 0, 0
	for _, g := range groups {
		if g.n < 2 {
			continue
		}
		several++
		if g.most-g.lowest <= math.Max(alikeCount, alike*g.most) {
			same++
		}
	}
	return 2*several > len(groups) && 5*same >= 4*several
}

// overflowed is which part of the requests went into series of overflow.
func (q Question) overflowed(ctx context.Context, client Client, at time.Time) (float64, error) {
	expr, err := q.Scope.Trust().Overflowed(q.Events, Window)
	if err != nil {
		return 0, err
	}
	result, err := ask(ctx, client, expr, at)
	if err != nil {
		return 0, err
	}
	over, own := 0.0, 0.0
	for _, series := range result.Series {
		if series.Labels.Get(promql.PartLabel) == promql.PartOverflow {
			over += valueOf(series)
		} else {
			own += valueOf(series)
		}
	}
	if !(over > 0) {
		return 0, nil
	}
	return over / (over + own), nil
}

// Beside are the doubts that come of how series stand beside each other at the end of a window.
func Beside(ctx context.Context, client Client, q Question, end time.Time) ([]Doubt, error) {
	s, err := q.standing(ctx, client, end)
	if err != nil {
		return nil, err
	}
	var doubts []Doubt
	copies, err := q.copies(ctx, client, s, end)
	if err != nil {
		return nil, err
	}
	if extra := slices.DeleteFunc(copies, func(name string) bool { return slices.Contains(q.Scope.Copies, name) }); len(extra) > 0 {
		doubts = append(doubts, Doubt{Cause: Replicas, Labels: extra, Process: labels.EmptyLabels()})
	}
	if s.overflow {
		part, err := q.overflowed(ctx, client, end)
		if err != nil {
			return nil, err
		}
		if part >= overflowing {
			doubts = append(doubts, Doubt{Cause: Overflow, Part: part})
		}
	}
	if s.behind > 1 && !slices.ContainsFunc(promql.RenamedLabels(), func(name string) bool { return slices.Contains(q.Scope.GroupBy, name) }) {
		doubts = append(doubts, Doubt{Cause: Behind, Writers: s.behind})
	}
	return doubts, nil
}
