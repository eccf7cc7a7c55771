// Command random-services reads random services from a real Prometheus, whose every request is known, and says how often what
// is read is what happened, how often it is withheld and why, and how often one of two arms that are alike is called worse.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/flaglens/flaglens/bench/internal/serve"

	"github.com/flaglens/flaglens/pkg/collect"
	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/parallel"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest/services"
	"github.com/flaglens/flaglens/pkg/verdict"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

type options struct {
	prometheus string
	each       int
	seed       uint64
}

func main() {
	var o options
	flag.StringVar(&o.prometheus, "prometheus", os.Getenv("FLAGLENS_PROMETHEUS"), "the Prometheus to run; the one of .cache/bin if empty")
	flag.IntVar(&o.each, "each", 125, "services of each situation")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the services")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "random-services: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	all := draw(o)
	folder, err := os.MkdirTemp("", "random-services")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := services.Store(ctx, filepath.Join(folder, "tsdb"), all); err != nil {
		return fmt.Errorf("store the services: %w", err)
	}
	url, server, err := serve.Prometheus(ctx, o.prometheus, folder)
	if err != nil {
		return fmt.Errorf("run Prometheus: %w", err)
	}
	defer serve.Stop(server)
	read, err := readAll(ctx, url, all)
	if err != nil {
		return err
	}
	return report(read)
}

func draw(o options) []*services.Service {
	r := rand.New(rand.NewPCG(o.seed, 1)) //nolint:gosec // It draws services.
	var all []*services.Service
	for i := range o.each {
		for k, situation := range services.Situations {
			all = append(all, services.New(r, fmt.Sprintf("flag-%d-%d", i, k), situation))
		}
	}
	return all
}

// outcome is what was read of a service.
type outcome struct {
	service *services.Service
	// cause is why the counts cannot be true; parts are the counts, of those that happened.
	cause string
	parts [2]float64
	// said and bare are the states with the causes, and as if there were none.
	said, bare verdict.State
}

func readAll(ctx context.Context, url string, all []*services.Service) ([]outcome, error) {
	words := vocabulary.BuiltIn()
	settings, err := words.DecodeSettings([]byte(`{"timeInterval":"60s","split":{"mode":"labels","flagLabel":"flag","variantLabel":"variant"}}`))
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	client, err := promapi.NewClient(http.DefaultClient, url, promapi.Options{GeneratedPromQL: true})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	c := collect.New(client, settings, collect.Options{Now: func() time.Time { return services.End.Add(time.Minute + promapi.Lag) }})
	defer c.Close()
	signal := model.Signal{
		ID: "errors", Name: "Errors", Kind: model.KindRatio, Direction: model.LowerIsBetter, Metric: services.Metric, Bad: `code="500"`,
	}
	judged := verdict.Options{
		Flag: "checkout", Baseline: services.Arms[0], Variant: services.Arms[1], Signal: signal, Judged: words.Kinds.Of(signal).Judged,
		Alpha: 0.01, Margin: model.Margin{Relative: 0.1, Absolute: 0.001}, Profile: model.ProfileStrict,
	}
	read := make([]outcome, len(all))
	failures := parallel.Each(parallel.Limit, len(all), func(i int) (err error) {
		read[i], err = readOne(ctx, c, judged, all[i])
		return err
	})
	return read, errors.Join(failures...)
}

func readOne(ctx context.Context, c *collect.Collector, judged verdict.Options, s *services.Service) (outcome, error) {
	o := outcome{service: s}
	got, err := c.Collect(ctx, collect.Request{
		Flag: s.Flag, Baseline: judged.Baseline, Variants: []string{judged.Variant}, Signal: judged.Signal, Start: services.Rollout,
	})
	if err != nil {
		return o, fmt.Errorf("read %s: %w", s.Flag, err)
	}
	known := verdict.Context{}
	if len(got.Doubts) > 0 {
		o.cause = string(got.Doubts[0].Cause)
		known.Doubt = verdict.Doubt{Why: got.Doubts[0].Why(), Remedy: got.Doubts[0].Remedy()}
	}
	series := got.Series[judged.Variant]
	sum := totals(series)
	for arm := range services.Arms {
		happened, _ := s.Counted(arm, services.Rollout, services.End)
		o.parts[arm] = sum[arm] / happened
	}
	for _, look := range []struct {
		known verdict.Context
		state *verdict.State
	}{{known, &o.said}, {verdict.Context{}, &o.bare}} {
		v, err := verdict.Of(judged, series, look.known)
		if err != nil {
			return o, fmt.Errorf("judge %s: %w", s.Flag, err)
		}
		*look.state = v.State
		if o.cause == "" && v.State == verdict.Withheld {
			o.cause = string(v.Cause)
		}
	}
	return o, nil
}

func totals(series counts.Series) (sum [2]float64) {
	for _, tick := range series.Ticks {
		for _, stratum := range tick.Strata {
			sum[0] += stratum.A.N
			sum[1] += stratum.B.N
		}
	}
	return sum
}

// report prints a table, and fails where arms that are alike are said to differ.
func report(read []outcome) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "situation\tservices\twithheld\tcauses\tcounts of those not withheld: least\tmedian\tmost\tbeyond 1%\tarms apart\tcalled different\twithout the gate")
	wrong := 0
	for _, situation := range services.Situations {
		var parts []float64
		causes := map[string]int{}
		all, withheld, beyond, differ, bare, apart := 0, 0, 0, 0, 0, 0.0
		for _, o := range read {
			if o.service.Situation != situation {
				continue
			}
			all++
			if o.cause != "" {
				withheld++
				causes[o.cause]++
			} else {
				parts = append(parts, o.parts[:]...)
				apart = max(apart, math.Abs(o.parts[0]-o.parts[1]))
				if min(o.parts[0], o.parts[1]) < 0.99 || max(o.parts[0], o.parts[1]) > 1.01 {
					beyond++
				}
			}
			differ += different(o.said)
			bare += different(o.bare)
		}
		wrong += differ
		least, median, most := "-", "-", "-"
		if slices.Sort(parts); len(parts) > 0 {
			least, median, most = fmt.Sprintf("%.3f", parts[0]), fmt.Sprintf("%.3f", parts[len(parts)/2]), fmt.Sprintf("%.3f", parts[len(parts)-1])
		}
		_, _ = fmt.Fprintf(out, "%s\t%d\t%d\t%v\t%s\t%s\t%s\t%d\t%.3f\t%d\t%d\n", situation, all, withheld, causes, least, median, most, beyond, apart, differ, bare)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	if wrong > 0 {
		return fmt.Errorf("%d services whose arms are alike are said to differ", wrong)
	}
	return nil
}

func different(state verdict.State) int {
	if state == verdict.Regressed || state == verdict.Improved {
		return 1
	}
	return 0
}
