package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flaglens/flaglens/bench/verdict-simulation/peers"
	"github.com/flaglens/flaglens/pkg/stats/srm"
)

// users is a split of users, each of whom sends about ten requests, some minutes apart.
type users struct {
	perMinute, share float64
	gap              float64 // mean minutes between two requests of a user
}

const requestsOfUser = 10

// blocks are the counts of 24 h in blocks of 15 minutes.
func (u users) blocks(source *rand.Rand) []srm.Block {
	const minutes, block = 24 * 60, 15
	made := make([]srm.Block, minutes/block)
	for i := range made {
		made[i] = srm.Block{Counts: make([]float64, 2), Expected: []float64{0.5, 0.5}}
	}
	// Users who came before are on their way when the rollout starts.
	for m := -200; m < minutes; m++ {
		for range int(distuv.Poisson{Lambda: u.perMinute, Src: source}.Rand()) {
			arm := 0
			if source.Float64() < u.share {
				arm = 1
			}
			at := float64(m) + source.Float64()
			for range int(1 + distuv.Poisson{Lambda: requestsOfUser - 1, Src: source}.Rand()) {
				if i := int(at) / block; at >= 0 && i < len(made) {
					made[i].Counts[arm]++
				}
				at += source.ExpFloat64() * u.gap
			}
		}
	}
	return made
}

// zipf are users who never leave, the k-th of whom sends in proportion to k^-exponent; each is in one arm for good.
type zipf struct {
	users     int
	exponent  float64
	perMinute float64
}

// blocks are the counts of 24 h in blocks of 15 minutes.
func (z zipf) blocks(source *rand.Rand) []srm.Block {
	var sum float64
	var arms [2]float64
	for k := range z.users {
		weight := math.Pow(float64(k+1), -z.exponent)
		sum += weight
		arms[source.IntN(2)] += weight
	}
	made := make([]srm.Block, 24*4)
	for i := range made {
		counts := make([]float64, 2)
		for arm := range counts {
			counts[arm] = distuv.Poisson{Lambda: 15 * z.perMinute * arms[arm] / sum, Src: source}.Rand()
		}
		made[i] = srm.Block{Counts: counts, Expected: []float64{0.5, 0.5}}
	}
	return made
}

// heavyUsers measures how often a fair split of users is said to be uneven, and withheld.
func heavyUsers(s *simulation) (*table, error) {
	said := func(name string, least float64) decider[srm.Block] {
		return decider[srm.Block]{name: name, decide: func(blocks []srm.Block) (int, error) {
			for n := 1; n <= len(blocks); n++ {
				found, err := srm.Check(blocks[:n], srm.Alpha)
				if err != nil {
					return 0, fmt.Errorf("check: %w", err)
				}
				if found.Mismatch && found.Deviation >= least {
					return n * 15, nil
				}
			}
			return 0, nil
		}}
	}
	methods := []decider[srm.Block]{said("said, or withheld", 0), said("**withheld**", srm.HeavyUsers)}
	runs := s.runs(runsDelay)
	t := rateTable(fmt.Sprintf("Request ratio, a fair split of users who never leave, 10 requests a second, 24 h (%d runs each)", runs), "users", methods)
	for _, z := range []zipf{{1000, 0.5, 600}, {1000, 0.8, 600}, {10000, 0.8, 600}, {1000, 1.1, 600}, {100_000, 1.1, 600}} {
		name := fmt.Sprintf("%d, the k-th sends in proportion to k^-%v", z.users, z.exponent)
		outcomes, err := simulate(s, name, z.blocks, runs, methods)
		if err != nil {
			return nil, err
		}
		t.addRates(name, outcomes)
	}
	return t, nil
}

// requestRatio measures the check of the shares beside the chi-square test of all requests.
func requestRatio(s *simulation) (*table, error) {
	methods := []decider[srm.Block]{
		{name: "chi-square, every look (.1%)", decide: func(blocks []srm.Block) (int, error) {
			sum := []float64{0, 0}
			for i, b := range blocks {
				sum[0], sum[1] = sum[0]+b.Counts[0], sum[1]+b.Counts[1]
				if peers.SampleRatioMismatch(sum, b.Expected) < srm.Alpha {
					return (i + 1) * 15, nil
				}
			}
			return 0, nil
		}},
		{name: "**request ratio check (.1%)**", decide: func(blocks []srm.Block) (int, error) {
			for n := 1; n <= len(blocks); n++ {
				found, err := srm.Check(blocks[:n], srm.Alpha)
				if err != nil {
					return 0, fmt.Errorf("check: %w", err)
				}
				if found.Mismatch {
					return n * 15, nil
				}
			}
			return 0, nil
		}},
	}
	runs := s.runs(runsDelay)
	t := rateTable(fmt.Sprintf("Request ratio, users of ten requests, 10 requests a second, 24 h, expected 50%% (%d runs each)", runs),
		"feature's share of the users, minutes between their requests", methods)
	for _, gap := range []float64{0.1, 1, 10} {
		for _, part := range []float64{0.5, 0.52, 0.55} {
			u := users{perMinute: 60, share: part, gap: gap}
			name := fmt.Sprintf("%.0f%%, %v min", 100*part, gap)
			outcomes, err := simulate(s, name, u.blocks, runs, methods)
			if err != nil {
				return nil, err
			}
			if part == 0.5 {
				t.addRates(name+": said to be unfair", outcomes)
				continue
			}
			row := []string{name + ": minutes to find"}
			for _, o := range outcomes {
				row = append(row, minutes(o, 0, 24*60))
			}
			t.add(row...)
		}
	}
	return t, nil
}
