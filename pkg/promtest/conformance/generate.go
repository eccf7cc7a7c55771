package conformance

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
)

// The requests of every generated case: in both variants as many, 1% of them fail, and the feature takes twice as long.
const (
	perScrape = 150
	failing   = 0.01
	median    = 0.08 // seconds, of the baseline
	slower    = 2
	spread    = 0.7 // of the logarithm
	scrapes   = 90
	unasked   = 30 // scrapes before the range
)

var (
	// plainBounds are the default ones of most libraries, in seconds.
	plainBounds = []string{"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0"}
	variants    = []string{"off", "on"}
)

// firstScrape is when every generated case begins.
func firstScrape() time.Time { return time.Date(2026, 11, 28, 18, 0, 0, 0, time.UTC) }

// Generated are cases of what many client libraries and ways of naming make of the same requests, and of how hooks count
// evaluations. What is right follows from the requests themselves.
func Generated() ([]Case, error) {
	var cases []Case
	for _, s := range stacks() {
		c, err := s.generate()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		cases = append(cases, c)
	}
	c, err := generateHooks()
	return append(cases, c), err
}

// counted are the requests of one process, variant and status.
type counted struct {
	process int
	labels  map[string]string
	// below counts those up to each bound, and last all.
	below []float64
	sum   float64
	fine  map[int32]float64
	// ranges counts those in each range of VictoriaMetrics.
	ranges map[int]float64
}

func (s stack) generate() (Case, error) {
	if s.flag == "" {
		s.flag = theFlag
	}
	if s.bounds == nil {
		s.bounds = plainBounds
	}
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(s.name))
	random := rand.New(rand.NewPCG(seed.Sum64(), 1)) //nolint:gosec // the same cases each time
	bounds := make([]float64, len(s.bounds))
	for i, b := range s.bounds {
		var err error
		if bounds[i], err = strconv.ParseFloat(b, 64); err != nil {
			return Case{}, err
		}
	}
	c := Case{Name: "stack-" + s.name, Request: s.request()}
	asked := map[string][]float64{}
	for _, variant := range variants {
		for number, process := range s.processes {
			var served [2]counted
			for i, status := range []string{s.ok, s.bad} {
				all := map[string]string{s.status: status}
				tags := s.tags
				if s.tagsIn != nil {
					tags = func(variant string) map[string]string { return s.tagsIn(number, variant) }
				}
				for _, more := range []map[string]string{s.labels, process, tags(variant)} {
					maps.Copy(all, more)
				}
				served[i] = counted{process: number, labels: all, ranges: map[int]float64{}, below: make([]float64, len(bounds)+1), fine: map[int32]float64{}}
			}
			for scrape := range scrapes {
				for range perScrape {
					seconds := median * math.Exp(spread*random.NormFloat64())
					if variant == "on" {
						seconds *= slower
					}
					which := 0
					if random.Float64() < failing {
						which = 1
					}
					served[which].observe(seconds, bounds)
					if scrape > unasked {
						asked[variant] = append(asked[variant], seconds)
					}
				}
				at := firstScrape().Add(time.Duration(scrape) * time.Minute).UnixMilli()
				for i := range served {
					c.Samples = append(c.Samples, s.exposed(&served[i], at)...)
				}
			}
		}
	}
	c.Expectations = s.expectations(asked, bounds)
	return c, c.Complete()
}

// nativeSchema has buckets that are 9% wide.
const nativeSchema = 3

func (n *counted) observe(seconds float64, bounds []float64) {
	for i, bound := range bounds {
		if seconds <= bound {
			n.below[i]++
		}
	}
	n.below[len(bounds)]++
	n.sum += seconds
	n.fine[int32(math.Ceil(math.Log2(seconds)*(1<<nativeSchema)))]++
	n.ranges[rangeOf(seconds)]++
}

// exposed are the samples of one scrape.
func (s stack) exposed(n *counted, at int64) []Sample {
	named := func(name string, bound ...string) labels.Labels {
		all := maps.Clone(n.labels)
		all[model.MetricNameLabel] = name
		if len(bound) > 0 {
			all[labels.BucketLabel] = bound[0]
		}
		return labels.FromMap(all)
	}
	if s.native {
		return []Sample{{Series: named(s.base), At: at, Histogram: n.native()}}
	}
	scale := 1.0
	if s.ms {
		scale = 1000
	}
	spelled := append(slices.Clone(s.bounds), "+Inf")
	if s.spelled != nil {
		spelled = s.spelled[n.process%len(s.spelled)]
	}
	var samples []Sample
	add := func(part string, series labels.Labels, value float64) {
		if of, lacks := s.lacks[part]; !lacks || of >= 0 && of != n.process {
			samples = append(samples, Sample{Series: series, At: at, Value: value})
		}
	}
	add("_count", named(s.base+"_count"), n.below[len(s.bounds)])
	add("_sum", named(s.base+"_sum"), n.sum*scale)
	if s.ranges {
		return append(samples, n.ranged(named(s.base+"_bucket"), at)...)
	}
	add("+Inf", named(s.base+"_bucket", spelled[len(s.bounds)]), n.below[len(s.bounds)])
	for i, bound := range spelled[:len(s.bounds)] {
		if s.ms {
			seconds, _ := strconv.ParseFloat(bound, 64)
			bound = labelOf(seconds * scale)
		}
		samples = append(samples, Sample{Series: named(s.base+"_bucket", bound), At: at, Value: n.below[i]})
	}
	return samples
}

// labelOf writes a bound as Prometheus does.
func labelOf(bound float64) string {
	text := strconv.FormatFloat(bound, 'g', -1, 64)
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		text += ".0"
	}
	return text
}

func (n *counted) native() *histogram.FloatHistogram {
	h := &histogram.FloatHistogram{
		Schema: nativeSchema, ZeroThreshold: 1e-128, Count: n.below[len(n.below)-1], Sum: n.sum,
	}
	next := int32(0)
	for i, bucket := range slices.Sorted(maps.Keys(n.fine)) {
		if i == 0 || bucket != next {
			h.PositiveSpans = append(h.PositiveSpans, histogram.Span{Offset: bucket - next})
		}
		h.PositiveSpans[len(h.PositiveSpans)-1].Length++
		h.PositiveBuckets = append(h.PositiveBuckets, n.fine[bucket])
		next = bucket + 1
	}
	return h
}

// request asks for what panels and alert rules ask.
func (s stack) request() Request {
	settings := map[string]any{"httpMethod": "POST", "timeInterval": "60s"}
	maps.Copy(settings, s.more)
	unit, count := "s", s.base+"_count"
	if s.ms {
		unit = "ms"
	}
	if s.preset != "" {
		settings["preset"] = s.preset
	} else {
		settings["preset"], settings["split"] = "none", s.split
		settings["signals"] = []any{
			map[string]any{
				"id": "latency", "name": "Latency", "kind": "histogram", "unit": unit, "direction": "lower",
				"margin": map[string]any{"relative": 0.25}, "metric": s.base, "selector": s.selector,
			},
			map[string]any{
				"id": "errors", "name": "Errors", "kind": "ratio", "unit": "percentunit", "direction": "lower",
				"margin": map[string]any{"relative": 0.1, "absolute": 0.001}, "metric": count, "selector": s.selector,
				"bad": s.failures(),
			},
			map[string]any{
				"id": "throughput", "name": "Throughput", "kind": "rate", "unit": "reqps", "metric": count, "selector": s.selector,
			},
		}
	}
	query := func(name string, of map[string]any) Query {
		text, _ := json.Marshal(of)
		return Query{Name: name, Query: text}
	}
	signals := []string{"latency", "errors", "throughput"}
	return Request{
		Situation: s.situation, Engines: s.engines, Settings: settings,
		From: Time{firstScrape().Add(unasked * time.Minute)}, To: Time{firstScrape().Add((scrapes - 1) * time.Minute)},
		Queries: []Query{
			query("flags", map[string]any{"queryType": "flags"}),
			query("table", map[string]any{"queryType": "compare", "flag": s.flag, "signals": signals, "format": "table"}),
			query("verdict", map[string]any{"queryType": "verdict", "flag": s.flag, "signals": signals[:2]}),
		},
	}
}

// failures selects what failed.
func (s stack) failures() string {
	name := s.status
	if !isPlain(name) {
		name = strconv.Quote(name)
	}
	if s.ok == "200" {
		return name + `=~"5.."`
	}
	return fmt.Sprintf("%s=%q", name, s.bad)
}

// isPlain tells names that need no quotes in PromQL.
func isPlain(name string) bool {
	for _, c := range name {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// expectations are what is right of the requests that were asked for, by variant.
func (s stack) expectations(asked map[string][]float64, bounds []float64) []Expectation {
	p95 := func(variant string) float64 {
		seconds := slices.Clone(asked[variant])
		slices.Sort(seconds)
		answer := quantileOfBuckets(0.95, seconds, bounds)
		if s.native || s.ranges {
			answer = seconds[len(seconds)*95/100]
		}
		if s.ms {
			answer *= 1000
		}
		return answer
	}
	// A native bucket is 9% wide. A classic one is interpolated by the engine as here, over a scrape more or less.
	exactness := 0.01
	if s.native {
		exactness = 0.09
	}
	if s.ranges {
		exactness = 0.03
	}
	perSecond := float64(perScrape*len(s.processes)) / 60
	total := float64(perScrape * len(s.processes) * (scrapes - 1))
	near := func(name, query, column string, row map[string]any, is, within float64) Expectation {
		return Expectation{Name: name, Query: query, Row: row, Column: column, Near: &is, Within: within}
	}
	in := func(signal, stat string) map[string]any { return map[string]any{"signal": signal, "stat": stat} }
	two := 2
	expected := []Expectation{
		{Name: "the inventory has both variants", Query: "flags", Row: map[string]any{"flag": s.flag}, Rows: &two},
		{Name: "the table is whole", Query: "table", NoError: true},
		{Name: "latency is regressed", Query: "verdict", Row: map[string]any{"signal": "latency"}, Column: "state",
			OneOf: []any{"regressed"}},
		{Name: "errors are judged and not regressed", Query: "verdict", Row: map[string]any{"signal": "errors"}, Column: "state",
			OneOf: []any{"within margin", "inconclusive"}},
	}
	for variant, column := range map[string]string{"off": "baseline_value", "on": "variant_value"} {
		is := p95(variant)
		expected = append(expected,
			near("p95 of "+variant, "table", column, in("latency", "p95"), is, is*exactness),
			near("throughput of "+variant, "table", column, in("throughput", "rate"), perSecond, perSecond*0.01),
			near("share of "+variant, "table", column, in("throughput", "share"), 0.5, 0.005),
			near("errors of "+variant, "table", column, in("errors", "ratio"), failing, 0.002),
			near("share of "+variant+" in the inventory", "flags", "share", map[string]any{"variant": variant}, 0.5, 0.01))
	}
	for variant, column := range map[string]string{"off": "n_baseline", "on": "n_variant"} {
		expected = append(expected,
			near("requests of "+variant, "verdict", column, map[string]any{"signal": "latency"}, total, total*0.04))
	}
	slices.SortFunc(expected, func(a, b Expectation) int { return slices.Compare([]rune(a.Name), []rune(b.Name)) })
	return expected
}

// quantileOfBuckets is what buckets with these bounds tell of a quantile: linear between the bounds, as PromQL has it.
func quantileOfBuckets(q float64, sorted, bounds []float64) float64 {
	rank := q * float64(len(sorted))
	lower, before := 0.0, 0.0
	for _, bound := range bounds {
		i, _ := slices.BinarySearchFunc(sorted, bound, func(v, b float64) int {
			if v <= b {
				return -1
			}
			return 1
		})
		if float64(i) >= rank {
			return lower + (bound-lower)*(rank-before)/(float64(i)-before)
		}
		lower, before = bound, float64(i)
	}
	return lower
}
