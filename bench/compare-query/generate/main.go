// Command generate writes the data of the benchmark: TSDB blocks with the request durations of a flag of
// two variants, as classic histograms of twelve buckets. The same options write the same samples.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

const (
	metric = "feature_flag_http_request_duration_seconds"
	// blockLength is that of the blocks that a Prometheus cuts from what it scraped.
	blockLength = 2 * time.Hour
	// perScrape is the mean number of requests that one series counts between two scrapes.
	perScrape = 15
	// median of the durations in seconds, on a logarithmic scale of width spread; the feature is slower.
	median, featureMedian, spread = 0.04, 0.05, 0.9
)

var (
	uppers = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, math.Inf(1)}
	// epoch is fixed, so that a run does not depend on the day; it is a multiple of every step in use.
	epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

type options struct {
	out               string
	instances, routes int
	length, scrape    time.Duration
	// failing is the share of the requests that fail; 0 leaves out the series of failures.
	failing float64
	seed    uint64
}

// summary is what the command prints: what was written, times in unix milliseconds.
type summary struct {
	BucketSeries int   `json:"bucketSeries"`
	Series       int   `json:"series"`
	Samples      int   `json:"samples"`
	From         int64 `json:"from"`
	To           int64 `json:"to"`
}

func main() {
	var opts options
	flag.StringVar(&opts.out, "out", "", "folder of the blocks; it should be empty")
	flag.IntVar(&opts.instances, "instances", 10, "instances of the service")
	flag.IntVar(&opts.routes, "routes", 10, "routes of each instance")
	flag.DurationVar(&opts.length, "length", 5*time.Hour, "how long the service ran")
	flag.DurationVar(&opts.scrape, "scrape", 15*time.Second, "distance of the samples")
	flag.Float64Var(&opts.failing, "failing", 0, "share of the requests that fail")
	flag.Uint64Var(&opts.seed, "seed", 1, "seed of the random numbers")
	flag.Parse()
	if err := run(opts); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "generate: "+err.Error())
		os.Exit(1)
	}
}

func run(opts options) error {
	if opts.out == "" {
		return fmt.Errorf("-out is missing")
	}
	var histograms []*histogram
	for _, variant := range []string{"off", "on"} {
		for instance := range opts.instances {
			for route := range opts.routes {
				histograms = append(histograms, newHistogram(opts.seed, variant, instance, route, "200", perScrape*(1-opts.failing)))
				if opts.failing > 0 {
					histograms = append(histograms, newHistogram(opts.seed, variant, instance, route, "500", perScrape*opts.failing))
				}
			}
		}
	}
	scrapes := int(opts.length/opts.scrape) + 1
	perBlock := int(blockLength / opts.scrape)
	for first := 0; first < scrapes; first += perBlock {
		if err := writeBlock(opts, histograms, first, min(first+perBlock, scrapes)); err != nil {
			return err
		}
	}
	series := len(histograms) * (len(uppers) + 2)
	return json.NewEncoder(os.Stdout).Encode(summary{
		BucketSeries: len(histograms) * len(uppers),
		Series:       series,
		Samples:      series * scrapes,
		From:         epoch.UnixMilli(),
		To:           epoch.Add(opts.length).UnixMilli(),
	})
}

// writeBlock scrapes the histograms from the first scrape up to, and without, the end.
func writeBlock(opts options, histograms []*histogram, first, end int) (err error) {
	writer, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), opts.out, blockLength.Milliseconds())
	if err != nil {
		return fmt.Errorf("open a block: %w", err)
	}
	defer func() {
		if closing := writer.Close(); err == nil {
			err = closing
		}
	}()
	ctx := context.Background()
	for _, h := range histograms {
		clear(h.refs) // References are of one block.
	}
	for scrape := first; scrape < end; scrape++ {
		appender := writer.Appender(ctx)
		at := epoch.Add(time.Duration(scrape) * opts.scrape).UnixMilli()
		for _, h := range histograms {
			h.observe()
			if err := h.append(appender, at); err != nil {
				return err
			}
		}
		if err := appender.Commit(); err != nil {
			return fmt.Errorf("commit a scrape: %w", err)
		}
	}
	if _, err := writer.Flush(ctx); err != nil {
		return fmt.Errorf("write a block: %w", err)
	}
	return nil
}

// histogram is one child of the metric.
type histogram struct {
	random *rand.Rand
	median float64
	// perScrape is the mean number of requests between two scrapes.
	perScrape float64
	labels    []labels.Labels
	refs      []storage.SeriesRef
	buckets   []float64
	sum       float64
}

// newHistogram makes a child with random numbers of its own, so that no child depends on another.
func newHistogram(seed uint64, variant string, instance, route int, status string, perScrape float64) *histogram {
	stream := uint64(len(variant)*1_000_000 + instance*1_000 + route)
	if status != "200" {
		stream += 1_000_000_000
	}
	h := &histogram{
		random:    rand.New(rand.NewPCG(seed, stream)), //nolint:gosec // Samples need no secrecy.
		median:    median,
		perScrape: perScrape,
		buckets:   make([]float64, len(uppers)),
	}
	if variant == "on" {
		h.median = featureMedian
	}
	child := func(suffix, le string) labels.Labels {
		return labels.FromStrings(model.MetricNameLabel, metric+suffix, "job", "shop",
			"feature_flag_key", "checkout-v2", "feature_flag_variant", variant,
			"instance", "shop-"+strconv.Itoa(instance)+":8080", "route", "/route/"+strconv.Itoa(route),
			"method", "GET", "status", status, "le", le)
	}
	for _, upper := range uppers {
		h.labels = append(h.labels, child("_bucket", formatBound(upper)))
	}
	h.labels = append(h.labels, child("_sum", ""), child("_count", ""))
	h.refs = make([]storage.SeriesRef, len(h.labels))
	return h
}

func formatBound(upper float64) string {
	if math.IsInf(upper, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(upper, 'f', -1, 64)
}

// requests draws how many there were: any number up to twice the mean alike, and few ones one by one.
func (h *histogram) requests() int {
	if h.perScrape >= 1 {
		return h.random.IntN(2*int(math.Round(h.perScrape)) + 1)
	}
	if h.random.Float64() < h.perScrape {
		return 1
	}
	return 0
}

// observe counts the requests of one scrape interval.
func (h *histogram) observe() {
	for range h.requests() {
		duration := h.median * math.Exp(spread*h.random.NormFloat64())
		h.sum += duration
		for i := len(uppers) - 1; i >= 0 && duration <= uppers[i]; i-- {
			h.buckets[i]++
		}
	}
}

// append adds a sample of each series.
func (h *histogram) append(appender storage.Appender, at int64) error {
	values := append(append([]float64{}, h.buckets...), h.sum, h.buckets[len(h.buckets)-1])
	for i, value := range values {
		ref, err := appender.Append(h.refs[i], h.labels[i], at, value)
		if err != nil {
			return fmt.Errorf("append to %s: %w", h.labels[i], err)
		}
		h.refs[i] = ref
	}
	return nil
}
