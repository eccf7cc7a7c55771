// Package services generates random services whose every request is known, and the samples that a Prometheus stores of them:
// healthy ones that restart, deploy, scale and miss scrapes, and ones whose counts cannot be true. What is read of them can be
// held against what happened.
package services

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
)

// Situation is how a service's series come about.
type Situation string

// Situations.
const (
	// Healthy services restart, deploy, scale, and miss scrapes.
	Healthy Situation = "healthy"
	// CrashLoop: every process restarts every few minutes.
	CrashLoop Situation = "crash loop"
	// Shared: several processes write each series.
	Shared Situation = "shared"
	// Cluster: the same, with workers that are replaced.
	Cluster Situation = "cluster"
	// Deltas: increments are stored in the place of totals.
	Deltas Situation = "deltas"
	// Pair: two servers store each series, apart in the label prometheus_replica.
	Pair Situation = "pair"
	// Behind: several processes stand behind one target, each with series of its own, apart in exported_instance; they
	// restart now and then.
	Behind Situation = "behind"
	// Overflow: an SDK puts a part of the requests into a series of overflow.
	Overflow Situation = "overflow"
)

// Situations are all of them.
var Situations = []Situation{Healthy, CrashLoop, Shared, Cluster, Deltas, Pair, Behind, Overflow}

// Arms are the variants of each service's flag, which do the same.
var Arms = [2]string{"off", "on"}

// Metric is the counter of the requests; failed ones have the code 500.
const Metric = "requests_total"

// Start is when the samples begin: more than an hour before Rollout, when the flag's rollout began. End is the last of them.
var (
	Start   = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	Rollout = Start.Add(80 * time.Minute)
	End     = Rollout.Add(3 * time.Hour)
)

// Sample is one stored sample.
type Sample struct {
	Series labels.Labels
	// At is in unix milliseconds.
	At    int64
	Value float64
}

// Service is a service with what happened in it.
type Service struct {
	// Flag names the service's flag, by which its series are found.
	Flag      string
	Situation Situation
	// Every is the distance of its scrapes, Writers how many processes write each series, Processes how many targets there are.
	Every              time.Duration
	Writers, Processes int
	// Canary says that each target serves one arm alone.
	Canary bool
	// Failing is the part of the requests that fail, in both arms.
	Failing float64
	Samples []Sample

	counted [2][]event
}

// event is what a scrape brought to be known of an arm.
type event struct {
	at          int64
	all, failed float64
}

// Counted is what was counted of an arm in the scrapes after one time and up to another: requests and failures. What a process
// did not live to show is none of it.
func (s *Service) Counted(arm int, after, to time.Time) (all, failed float64) {
	for _, e := range s.counted[arm] {
		if e.at > after.UnixMilli() && e.at <= to.UnixMilli() {
			all += e.all
			failed += e.failed
		}
	}
	return all, failed
}

// New draws a service.
func New(r *rand.Rand, flag string, situation Situation) *Service {
	s := &Service{
		Flag: flag, Situation: situation, Every: []time.Duration{15 * time.Second, 30 * time.Second, time.Minute}[r.IntN(3)],
		Writers: 1, Processes: 1 + r.IntN(5), Failing: []float64{0.005, 0.02, 0.1}[r.IntN(3)],
	}
	switch situation {
	case Shared:
		s.Writers, s.Processes = 2+r.IntN(5), 1+r.IntN(2)
	case Cluster:
		// Workers that are replaced more often than they are scraped some dozens of times look like crash loops.
		s.Every, s.Writers, s.Processes = 15*time.Second, 2+r.IntN(5), 1+r.IntN(2)
	case Behind:
		s.Writers, s.Processes = 2+r.IntN(5), 1+r.IntN(2)
	}
	if s.Canary = r.IntN(2) == 0; s.Canary {
		s.Processes *= 2
	}
	for i := range s.Processes {
		newTarget(r, s, i).run(r)
	}
	return s
}

// target is what is scraped under one instance.
type target struct {
	service  *Service
	instance string
	// offset is when it is scraped within the distance, skew how much its samples' times are off.
	offset, skew time.Duration
	// rate is requests a second of one arm; busy how its day goes.
	rate, phase float64
	inTurn      bool
	writers     []*writer
	// serves says which arms it serves.
	serves [2]bool
	// there are the series of the latest scrape, here those of this one.
	there, here []labels.Labels
	// lives is the mean life of its processes, 0 if they do not end; down how many scrapes are missed then.
	lives time.Duration
	down  int
	from  time.Duration
	// deploys are when the process is replaced by one of another instance.
	deploys []time.Duration
}

// writer is one process: what it counted by arm and code, and which series it has.
type writer struct {
	all, failed [2]float64
	ends        time.Duration
}

func newTarget(r *rand.Rand, s *Service, i int) *target {
	t := &target{
		service: s, instance: fmt.Sprintf("%s-%d:80", s.Flag, i), rate: math.Exp(r.Float64()*4.5) / 3, phase: r.Float64(),
		offset: time.Duration(r.Int64N(int64(s.Every))).Truncate(time.Millisecond), inTurn: r.IntN(2) == 0,
		serves: [2]bool{!s.Canary || i%2 == 0, !s.Canary || i%2 == 1},
	}
	if r.IntN(4) == 0 {
		t.skew = time.Duration(r.IntN(40)-20) * time.Second
	}
	switch s.Situation {
	case CrashLoop:
		t.lives, t.down = time.Duration(180+r.IntN(600))*time.Second, r.IntN(3)
	case Healthy, Pair:
		if r.IntN(3) == 0 {
			t.lives = time.Duration(20+r.IntN(200)) * time.Minute
		}
		if r.IntN(4) == 0 {
			// It is scaled up later.
			t.from = time.Duration(r.IntN(200)) * time.Minute
		}
		for range r.IntN(3) {
			t.deploys = append(t.deploys, time.Duration(r.Int64N(int64(End.Sub(Start)))))
		}
	case Behind:
		t.lives = time.Duration(30+r.IntN(60)) * time.Minute
	case Cluster:
		t.lives = time.Duration(20+r.IntN(40)) * time.Minute
	}
	writers := s.Writers
	if s.Canary && i%2 == 1 && (s.Situation == Shared || s.Situation == Cluster) {
		// The canary runs as one process.
		writers = 1
	}
	for range writers {
		w := &writer{ends: t.life(r, 0)}
		// They run for a while already, each for as long as it does.
		age := r.Float64() * 36 * 3600
		if t.lives > 0 {
			age = r.Float64() * t.lives.Seconds()
		}
		for arm := range Arms {
			w.count(r, arm, t.mean(arm, age), s.Failing)
		}
		t.writers = append(t.writers, w)
	}
	return t
}

// mean is how many requests a writer has of an arm in so many seconds.
func (t *target) mean(arm int, seconds float64) float64 {
	if !t.serves[arm] {
		return 0
	}
	return t.rate * seconds / float64(t.service.Writers)
}

// life is when a process ends that begins at a time.
func (t *target) life(r *rand.Rand, now time.Duration) time.Duration {
	if t.lives == 0 {
		return math.MaxInt64
	}
	return now + time.Duration(float64(t.lives)*(0.5+r.Float64()))
}

func (w *writer) count(r *rand.Rand, arm int, mean, failing float64) (all, failed float64) {
	failed, all = Poisson(r, mean*failing), Poisson(r, mean*(1-failing))
	all += failed
	w.all[arm] += all
	w.failed[arm] += failed
	return all, failed
}

// run lets a target live, scrape by scrape.
func (t *target) run(r *rand.Rand) {
	s := t.service
	away, generation, before := 0, 0, t.offset
	fresh := t.from > 0
	for now := t.offset; now < End.Sub(Start); now += s.Every {
		span := (now - before).Seconds()
		before = now
		if now < t.from {
			continue
		}
		for len(t.deploys) > 0 && t.deploys[0] <= now {
			// Another process takes its place, under a name of its own; nothing of it was seen yet.
			t.deploys = t.deploys[1:]
			generation++
			fresh, t.writers[0] = true, &writer{ends: t.life(r, now)}
		}
		busy := span * (1 + 0.4*math.Sin(2*math.Pi*(now.Hours()/24+t.phase)))
		var brought [2]event
		for _, w := range t.writers {
			here := busy
			if now >= w.ends {
				// It began anew on the way.
				*w = writer{ends: t.life(r, now)}
				here *= r.Float64()
				away = t.down
			}
			for arm := range Arms {
				all, failed := w.count(r, arm, t.mean(arm, here), s.Failing)
				brought[arm].all += all
				brought[arm].failed += failed
			}
		}
		if r.IntN(400) == 0 && s.Writers == 1 {
			away = 1 + r.IntN(3)
		}
		if away--; away >= 0 && s.Situation != Cluster && s.Situation != Behind {
			t.keep(brought, math.MaxInt64)
			t.end(Start.Add(now + t.skew).UnixMilli())
			continue
		}
		at := Start.Add(now + t.skew).UnixMilli()
		if fresh {
			// What a process had counted when it was first seen is not known to be new.
			brought, fresh = [2]event{}, false
		}
		t.keep(brought, at)
		t.scrape(r, now, generation, at)
		t.end(at)
	}
}

// end marks the series that the scrape does not have any more as stale, as a scrape does.
func (t *target) end(at int64) {
	for _, series := range t.there {
		if !slices.ContainsFunc(t.here, func(h labels.Labels) bool { return labels.Equal(h, series) }) {
			t.service.Samples = append(t.service.Samples, Sample{series, at, math.Float64frombits(value.StaleNaN)})
		}
	}
	t.there, t.here = t.here, nil
}

// add stores a sample of a series that is there.
func (t *target) add(at int64, v float64, text ...string) {
	series := labels.FromStrings(text...)
	t.here = append(t.here, series)
	t.service.Samples = append(t.service.Samples, Sample{series, at, v})
}

// keep remembers what was counted, to be seen at a time; what was not seen yet is seen with the next scrape.
func (t *target) keep(brought [2]event, at int64) {
	for arm := range Arms {
		all := &t.service.counted[arm]
		brought[arm].at = at
		*all = append(*all, brought[arm])
		for i := len(*all) - 2; at != math.MaxInt64 && i >= 0 && (*all)[i].at == math.MaxInt64; i-- {
			(*all)[i].at = at
		}
	}
}

// scrape stores what the processes show: one of them, where they write the same series.
func (t *target) scrape(r *rand.Rand, now time.Duration, generation int, at int64) {
	s := t.service
	instance := t.instance
	if generation > 0 {
		instance = fmt.Sprintf("%s.%d", instance, generation)
	}
	own := []string{"job", "shop", "instance", instance}
	switch s.Situation {
	case Behind:
		for i, w := range t.writers {
			t.store(w, at, append(own, "exported_instance", fmt.Sprintf("worker-%d", i))...)
		}
	case Pair:
		t.store(t.writers[0], at, append(own, "prometheus_replica", "a")...)
		t.store(t.writers[0], at+1700, append(own, "prometheus_replica", "b")...)
	case Overflow:
		t.store(t.writers[0], at, own...)
		over := t.writers[0].all[0] + t.writers[0].all[1]
		t.add(at, math.Round(over*overflowing), append(own, prommodel.MetricNameLabel, Metric, "otel_metric_overflow", "true")...)
	case Deltas:
		t.store(t.writers[0], at, own...)
		t.writers[0].all, t.writers[0].failed = [2]float64{}, [2]float64{}
	default:
		which := r.IntN(len(t.writers))
		if t.inTurn {
			which = int(now/s.Every) % len(t.writers)
		}
		t.store(t.writers[which], at, own...)
	}
}

// overflowing is which part of the requests goes into overflow beside the others.
const overflowing = 0.1

// store stores what one process shows.
func (t *target) store(w *writer, at int64, own ...string) {
	s := t.service
	for arm, variant := range Arms {
		if !t.serves[arm] {
			continue
		}
		for _, code := range []string{"200", "500"} {
			counted := w.all[arm] - w.failed[arm]
			if code == "500" {
				counted = w.failed[arm]
			}
			// Series are born with their first event.
			if counted > 0 {
				t.add(at, counted, append([]string{prommodel.MetricNameLabel, Metric, "flag", s.Flag, "variant", variant, "code", code}, own...)...)
			}
		}
	}
}

// Poisson draws how many events happen where so many are expected.
func Poisson(r *rand.Rand, mean float64) float64 {
	if mean > 50 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
	}
	n, product, limit := 0.0, r.Float64(), math.Exp(-mean)
	for ; product > limit; n++ {
		product *= r.Float64()
	}
	return n
}
