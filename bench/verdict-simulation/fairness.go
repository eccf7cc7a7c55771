package main

import (
	"fmt"
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
