package trust

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/numbers"
)

// Doubt is why counts cannot be true, and where.
type Doubt struct {
	Cause Cause
	// Process is the one at which it shows most, Others how many more it may be that do so.
	Process labels.Labels
	Others  int
	// Writers is about how many processes write a series; PerHour how often it falls.
	Writers int
	PerHour float64
	// Part is how much went into series of overflow, of 1; Labels are those in which series are stored more than once.
	Part   float64
	Labels []string
	// Since is when something was scraped last.
	Since time.Time
}

// Withholds tells whether nothing can be said of the counts. Of what stands behind one target the part that cannot be true is
// left out.
func (d Doubt) Withholds() bool { return d.Cause != Behind && d.Cause != Stopped }

// starts are when the processes behind one target began, as they say.
type starts struct {
	// all is how many starts are named, back how often an earlier one followed a later one: no process does that.
	all, back int
}

func startsOf(samples []Sample) starts {
	var s starts
	var seen []float64
	for i, sample := range samples {
		if !slices.Contains(seen, sample.V) {
			seen = append(seen, sample.V)
		}
		if i > 0 && sample.V < samples[i-1].V {
			s.back++
		}
	}
	s.all = len(seen)
	return s
}

// weigh holds a doubt against when the processes say that they began.
func (d Doubt) weigh(p Pattern, s starts) Doubt {
	switch {
	case s.back >= 2:
		d.Cause, d.Writers = Writers, max(2, min(s.all, p.Together))
	case s.all > 1 && 2*s.all >= p.Falls:
		// It did restart each time.
		return Doubt{}
	}
	return d
}

// Merged are the doubts with one of each cause: the first, with the most that is known of it.
func Merged(doubts []Doubt) []Doubt {
	var kept []Doubt
	for _, doubt := range doubts {
		i := slices.IndexFunc(kept, func(k Doubt) bool { return k.Cause == doubt.Cause })
		if i < 0 {
			kept = append(kept, doubt)
			continue
		}
		kept[i].Others, kept[i].Writers = max(kept[i].Others, doubt.Others), max(kept[i].Writers, doubt.Writers)
		kept[i].Part, kept[i].PerHour = max(kept[i].Part, doubt.Part), max(kept[i].PerHour, doubt.PerHour)
	}
	return kept
}

// Notice says both, of a signal of this name.
func (d Doubt) Notice(signal string) string {
	return fmt.Sprintf("%s: %s. %s", signal, d.Why(), d.Remedy())
}

// Why says why the counts cannot be true, without a full stop.
func (d Doubt) Why() string {
	where := d.where()
	switch d.Cause {
	case Writers:
		return fmt.Sprintf("about %d processes write the series of %s, so that each sample shows another one", max(2, d.Writers), where)
	case Deltas:
		return fmt.Sprintf("the samples of %s are increments and no totals: deltas were stored as they came", where)
	case Restless:
		return fmt.Sprintf("the counters of %s fall %.0f times an hour, far more often than a process restarts", where, d.PerHour)
	case Overflow:
		return fmt.Sprintf("%s of the requests lie in series with the label otel_metric_overflow, which do not say their variant",
			numbers.Value("percentunit", d.Part))
	case Replicas:
		return fmt.Sprintf("each series is stored more than once, apart in %s, and counted as often", strings.Join(d.Labels, ", "))
	case Behind:
		return fmt.Sprintf("up to %d processes stand behind one target, apart in exported_instance or exported_job", d.Writers)
	case Stopped:
		return fmt.Sprintf("nothing new since %s: none of its series was scraped after that", d.Since.UTC().Format("2 Jan 15:04 MST"))
	}
	return "the counts of " + where + " cannot be true"
}

// Remedy says what to do about it, in sentences.
func (d Doubt) Remedy() string {
	switch d.Cause {
	case Writers:
		return "Give each process an instance label of its own, or aggregate the counters of the cluster before they are scraped."
	case Deltas:
		return "Export cumulative totals, or turn deltas into them before they are stored."
	case Restless:
		return "If several processes share these series, give each an instance label of its own; if they hold increments, store totals."
	case Overflow:
		return "Raise the limit of series in the SDK's view (the cardinality limit), or record fewer attributes."
	case Replicas:
		return "Ask a server that removes copies (Thanos, Mimir), or filter by one of them."
	case Behind:
		return "Name these labels as process labels in the datasource's settings: where one of the processes ends, the others' counts are left out for that minute."
	case Stopped:
		return "Check that the processes are up and scraped."
	}
	return ""
}

// where names the process.
func (d Doubt) where() string {
	var parts []string
	d.Process.Range(func(l labels.Label) {
		parts = append(parts, fmt.Sprintf("%s %.60s", l.Name, l.Value))
	})
	where := strings.Join(parts, ", ")
	if where == "" {
		where = "the metric (no label tells its processes apart)"
	}
	switch d.Others {
	case 0:
	case 1:
		where += " (and of one process more)"
	default:
		where += fmt.Sprintf(" (and of up to %d processes more)", d.Others)
	}
	return where
}

func sortBy[T any](all []T, key func(T) float64) {
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
