package verdict

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/flaglens/flaglens/pkg/counts"
)

// Backtest is how often a verdict calls a regression where there is none: the baseline's processes, before the rollout,
// are drawn at random into two halves, and one is judged as if it were the feature.
type Backtest struct {
	// Splits is how many different halves were judged, Alarms how many of those were called regressed.
	Splits, Alarms int
	// Rate is Alarms over Splits; NaN without splits. StandardError is that of Agresti and Coull 1998, which is not 0 where
	// nothing was seen. It takes the halves for independent, which those of few processes are not.
	Rate, StandardError float64
	// Processes is how many there were to draw from, Ticks how many minutes.
	Processes, Ticks int
	Reason           string
}

// BacktestOptions say which halves are drawn.
type BacktestOptions struct {
	Splits int
	Seed   int64
}

// RunBacktest judges random halves of the processes of a series' baseline. It stops where ctx ends, with what it has by
// then. Options are those of the verdict that is tested.
func RunBacktest(ctx context.Context, o Options, series counts.Series, b BacktestOptions) (Backtest, error) {
	keys := processKeys(series)
	result := Backtest{Rate: math.NaN(), StandardError: math.NaN(), Processes: len(keys), Ticks: len(series.Ticks)}
	if len(keys) >= 2 {
		for _, half := range drawHalves(keys, b) {
			if ctx.Err() != nil {
				break
			}
			v, err := Of(o, pseudoVariants(series, half), Context{})
			if err != nil {
				return Backtest{}, fmt.Errorf("backtest: %w", err)
			}
			if v.State == NoData || v.State == Insufficient {
				continue
			}
			result.Splits++
			if v.FiredAt != 0 {
				result.Alarms++
			}
		}
	}
	if n := float64(result.Splits); n > 0 {
		result.Rate = float64(result.Alarms) / n
		p := (float64(result.Alarms) + 2) / (n + 4)
		result.StandardError = math.Sqrt(p * (1 - p) / (n + 4))
	}
	result.Reason = result.words(o)
	return result, nil
}

// processKeys are the processes that had the baseline's traffic, in order. What was added up over processes is none.
func processKeys(series counts.Series) []int {
	seen := map[int]bool{}
	for _, tick := range series.Ticks {
		for _, s := range tick.Strata {
			if s.Key != 0 && s.A.N > 0 {
				seen[s.Key] = true
			}
		}
	}
	keys := make([]int, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// drawHalves draws different halves of the processes, as many as are asked for or as there are.
func drawHalves(keys []int, b BacktestOptions) []map[int]bool {
	random := rand.New(rand.NewPCG(uint64(b.Seed), uint64(len(keys)))) //nolint:gosec // must be the same again for a seed
	known := map[string]bool{}
	var halves []map[int]bool
	// Few processes have few halves; after as many misses in a row none is left, or hardly one.
	for misses := 0; len(halves) < b.Splits && misses < 200; {
		shuffled := slices.Clone(keys)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		size := len(keys) / 2
		if len(keys)%2 == 1 && random.IntN(2) == 1 {
			size++
		}
		drawn := shuffled[:size]
		slices.Sort(drawn)
		name := strings.Trim(fmt.Sprint(drawn), "[]")
		if known[name] {
			misses++
			continue
		}
		misses, known[name] = 0, true
		half := make(map[int]bool, size)
		for _, key := range drawn {
			half[key] = true
		}
		halves = append(halves, half)
	}
	return halves
}

// pseudoVariants are the baseline's counts with those of one half of the processes as the feature's. The minute is all
// that both halves share; as of a canary, it is known which process has what, by groups.
func pseudoVariants(series counts.Series, half map[int]bool) counts.Series {
	pseudo := series
	pseudo.Ticks = make([]counts.Tick, len(series.Ticks))
	group := groupsOfHalves(series, half)
	for i, tick := range series.Ticks {
		var parts [2][counts.MaxGroups]counts.Part
		for _, s := range tick.Strata {
			if s.Key == 0 {
				continue
			}
			arm := 0
			if half[s.Key] {
				arm = 1
			}
			part := &parts[arm][group[s.Key]]
			if part.Above == nil {
				part.Above = make([]float64, len(series.Edges))
			}
			part.Add(s.A)
		}
		var stratum counts.Stratum
		stratum.A, stratum.PartsA = addedUp(parts[0], len(series.Edges))
		stratum.B, stratum.PartsB = addedUp(parts[1], len(series.Edges))
		pseudo.Ticks[i] = counts.Tick{End: tick.End, Strata: []counts.Stratum{stratum}, Expected: 1}
	}
	return pseudo
}

// groupsOfHalves deals the processes of each half out to groups, in the order of their numbers.
func groupsOfHalves(series counts.Series, half map[int]bool) map[int]int {
	group := map[int]int{}
	var sizes [2]int
	for _, key := range processKeys(series) {
		arm := 0
		if half[key] {
			arm = 1
		}
		group[key] = sizes[arm] % counts.MaxGroups
		sizes[arm]++
	}
	return group
}

// addedUp is the whole of an arm, with the parts that there are.
func addedUp(parts [counts.MaxGroups]counts.Part, edges int) (whole counts.Arm, found []counts.Part) {
	whole.Above = make([]float64, edges)
	for i, part := range parts {
		if part.Above == nil {
			continue
		}
		part.Group = i
		whole.Add(part.Arm)
		// One of which nothing can be judged is none: without it, what is left is as much as before.
		if part.N > 0 {
			found = append(found, part)
		}
	}
	return whole, found
}

func (b Backtest) words(o Options) string {
	name := o.Signal.Name
	switch {
	case b.Ticks == 0 || b.Processes == 0:
		return fmt.Sprintf("%s: not tested: %s had no traffic that could be told apart by process before the rollout.", name, o.Baseline)
	case b.Processes == 1:
		return fmt.Sprintf("%s: not tested: one process has no halves.", name)
	case b.Splits == 0:
		return fmt.Sprintf("%s: not tested: the halves had too little traffic.", name)
	}
	return fmt.Sprintf("%s: of %d random halves of %d processes with %s, %d were called regressed (%s, standard error %s; alpha is %s), over %s before the rollout. "+
		"Halves of processes differ by their processes too, so this is at least the rate of false alarms, not at most.",
		name, b.Splits, b.Processes, o.Baseline, b.Alarms, share(b.Rate), share(b.StandardError), share(o.Alpha), ticksLength(b.Ticks))
}
