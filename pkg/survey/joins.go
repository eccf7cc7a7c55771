package survey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jellydator/ttlcache/v3"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/names"
	"github.com/flaglens/flaglens/pkg/notices"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// joinsTTL is how long it is believed what a join leaves out: it is looked for over the whole of a range.
	joinsTTL = time.Minute
	// littleLost is the part of the events that may lack their variant without a word: what begins and ends is cut off by a
	// scrape.
	littleLost = 0.02
	// processesNamed is how many processes a sentence names.
	processesNamed = 3
)

// joins finds out what is left out where an info metric tells the variants, and remembers it for a while.
type joins struct {
	catalogue Catalogue
	client    querier
	classes   counter
	known     *ttlcache.Cache[string, []data.Notice]
}

func newJoins(client querier, catalogue Catalogue, classes counter) *joins {
	return &joins{catalogue: catalogue, client: client, classes: classes, known: newNotices()}
}

// newNotices remembers what was said.
func newNotices() *ttlcache.Cache[string, []data.Notice] {
	return ttlcache.New(
		ttlcache.WithCapacity[string, []data.Notice](cacheSize), ttlcache.WithDisableTouchOnHit[string, []data.Notice]())
}

// leftOut says which events and which times of a signal are left out because nothing tells their variant.
func (j *joins) leftOut(ctx context.Context, scope promql.Scope, signal model.Signal, s Span) ([]data.Notice, error) {
	scope.Variants, scope.GroupBy = nil, nil
	metric, inside := "", false
	if found := j.catalogue.KindOf(signal).Found; !found.Snapshot {
		counted, err := j.classes.Counted(ctx, found.EventsOf(signal), s)
		if err != nil {
			return nil, err
		}
		metric, inside, scope.Selector = counted.Signal.Metric, counted.CountInside(), counted.Signal.Selector
	}
	expr, joins, err := scope.Presence().Joined(metric, inside, s.Length())
	if err != nil || !joins {
		return nil, err
	}
	key := names.Key(signal.Name, expr, s.To.Truncate(joinsTTL).String())
	if item := j.known.Get(key); item != nil {
		return slices.Clone(item.Value()), nil
	}
	result, err := j.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: s.To})
	if err != nil {
		return nil, fmt.Errorf("find out what the join leaves out: %w", err)
	}
	said := joinedOf(result).notices(signal, scope.Split)
	j.known.DeleteExpired()
	j.known.Set(key, said, joinsTTL)
	return slices.Clone(said), nil
}

// joined is what was found out of a join.
type joined struct {
	// all are the events of the processes that have a variant, found those that have one themselves.
	all, found float64
	// bare is how many events lack a label, by its name.
	bare map[string]float64
	// unclear is for how many seconds each process had several variants at once.
	unclear map[string]float64
}

func joinedOf(result *promapi.Result) joined {
	j := joined{bare: map[string]float64{}, unclear: map[string]float64{}}
	for _, series := range result.Series {
		if len(series.Floats) == 0 {
			continue
		}
		value := series.Floats[0].V
		switch series.Labels.Get(promql.PartLabel) {
		case promql.PartAll:
			j.all = value
		case promql.PartJoined:
			j.found = value
		case promql.PartBare:
			j.bare[series.Labels.Get(promql.BareLabel)] = value
		case promql.PartUnclear:
			j.unclear[processName(series.Labels)] = value
		}
	}
	return j
}

// processName is how a process is called by the labels that are joined on.
func processName(series labels.Labels) string {
	var parts []string
	series.Range(func(l labels.Label) {
		if l.Name != promql.PartLabel {
			parts = append(parts, l.Name+"="+l.Value)
		}
	})
	return strings.Join(parts, ",")
}

// notices are the sentences for what is left out.
func (j joined) notices(signal model.Signal, split promql.Split) []data.Notice {
	var said []data.Notice
	lost := (j.all - j.found) / j.all
	much := j.all > 0 && lost > littleLost
	part := ""
	if much {
		part = fmt.Sprintf(", with %s of the requests", percent(lost))
	}
	unclear, seconds := j.longUnclear(split)
	if len(unclear) > 0 {
		said = append(said, notices.Warn("%s: %s tells of several variants at once for %s, for %s in all. Which of them a request met "+
			"cannot be told, so these minutes are left out%s. Where they are several processes, join on labels that tell them apart.",
			signal.Name, split.InfoMetric, processesOf(unclear), inMinutes(seconds), part))
	}
	if much && len(unclear) == 0 {
		said = append(said, notices.Warn("%s: %s of the requests are left out: their processes have a variant in %s, but not yet, or no more, "+
			"when these were counted. It has to be there for as long as its process is.", signal.Name, percent(lost), split.InfoMetric))
	}
	for _, name := range split.On {
		if bare := j.bare[name]; j.all > 0 && bare/(j.all+bare) > littleLost {
			said = append(said, notices.Warn("%s: %s of the requests lack the label %s, which the info metric %s is joined on, so they are left out.",
				signal.Name, percent(bare/(j.all+bare)), name, split.InfoMetric))
		}
	}
	return said
}

// longUnclear are the processes that had several variants for longer than a change takes, the longest first.
func (j joined) longUnclear(split promql.Split) (processes []string, seconds float64) {
	for process, long := range j.unclear {
		if long > 3*split.Scrape.Seconds() {
			processes = append(processes, process)
			seconds += long
		}
	}
	slices.SortFunc(processes, func(a, b string) int {
		return cmp.Or(cmp.Compare(j.unclear[b], j.unclear[a]), strings.Compare(a, b))
	})
	return processes, seconds
}

func processesOf(all []string) string {
	if len(all) == 1 {
		return "the process " + all[0]
	}
	few := strings.Join(all[:min(len(all), processesNamed)], "; ")
	return fmt.Sprintf("%d processes (%s)", len(all), few)
}

func inMinutes(seconds float64) string {
	if n := int(seconds/60 + 0.5); n != 1 {
		return fmt.Sprintf("%d minutes", n)
	}
	return "one minute"
}

// percent writes a part of the whole: 12%, and below that 1.2%.
func percent(part float64) string {
	if part < 0.1 {
		return fmt.Sprintf("%.1f%%", part*100)
	}
	return fmt.Sprintf("%.0f%%", part*100)
}
