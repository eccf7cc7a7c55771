package collect

import (
	"context"
	"fmt"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

const (
	// maxNumbers bounds what a run holds: series times minutes. A number takes one or two bytes for as long as the run is
	// kept, so these are all that may be kept. A week of 50 variants on 10 processes has 20 million, for a histogram.
	maxNumbers = 40_000_000
	// roundSamples is about how many samples are read before they are taken in: 24 MB with their place in a chunk.
	roundSamples = 1_000_000
	// floatBytes is what a sample takes on its way, nativeBytes what a native histogram does.
	floatBytes, nativeBytes = 24, 4 << 10
	// usualProcesses are those of a run of which nothing was read yet. Only where that many would be much are they counted.
	usualProcesses = 100
	// fewTicks is up to how many are read without counting their series first: a refresh.
	fewTicks = 10
)

// extent is how much there is to read of a run.
type extent struct{ *run }

// sampleBytes is what one sample takes until it is taken in.
func (r extent) sampleBytes() int64 {
	if r.readsHistograms() {
		return nativeBytes
	}
	return floatBytes
}

// readsHistograms tells whether whole native histograms are read.
func (r *run) readsHistograms() bool {
	return (r.source.Native || r.source.Beside != "") && r.layout.kind.Edges
}

// seriesOf is how many series a run reads at once: for a refresh those that it has, else, where
// that could be many, as many as are counted.
func (c *Collector) seriesOf(ctx context.Context, r *run, from, last int) (int, error) {
	processes := len(r.counting.ledger.processes)
	if r.done < 0 {
		processes = usualProcesses
	}
	known := max(processes, 1) * len(r.variants)
	if !r.readsHistograms() {
		known *= r.layout.width()
	}
	ticks := last - from + 1
	if r.done >= 0 && ticks <= fewTicks || int64(known)*int64(ticks)*(extent{r}).sampleBytes() <= roundSamples*floatBytes {
		return known, nil
	}
	expr, err := promql.Count(r.expr)
	if err != nil {
		return 0, err
	}
	series := 1
	// What comes and goes is there at some time or another: once in the middle and once at the end tell about how much.
	for _, tick := range []int{last, (from + last) / 2} {
		result, err := c.client.Query(ctx, promapi.InstantQuery{Expr: expr, Time: r.at(tick)})
		if err != nil {
			return 0, fmt.Errorf("collect %s: count its series: %w", r.signal.ID, err)
		}
		if len(result.Series) > 0 && len(result.Series[0].Floats) > 0 {
			series = max(series, int(result.Series[0].Floats[0].V))
		}
	}
	return series, nil
}

// checkSize refuses what would not fit into memory.
func (r extent) checkSize(series, last int) error {
	if series <= maxNumbers/max(last, 1) {
		return nil
	}
	return &model.InvalidError{Field: r.signal.ID, Message: fmt.Sprintf(
		"it has %d series of variants and processes over %d minutes, %d million numbers; at most %d million are collected. "+
			"Name the variants in the query and lower the limit on variants in the datasource's settings, add a filter, or judge a shorter time (since)",
		series, last, series*last/1_000_000, maxNumbers/1_000_000)}
}

// chunkOf is how many ticks are read in one request, so that a round of them stays small.
func (r extent) chunkOf(series int) int {
	if r.readsHistograms() {
		return min(max(roundSamples*floatBytes/nativeBytes/(2*maxParallel*series), 1), nativeTicks)
	}
	return min(max(roundSamples/(2*maxParallel*series), 1), chunkTicks)
}
