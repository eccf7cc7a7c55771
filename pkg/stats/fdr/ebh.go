// Package fdr controls the false discovery rate of many looks at once: e-BH of Wang & Ramdas 2022, "False discovery rate
// control with e-values".
package fdr

import (
	"math"
	"sort"
)

// EBH picks the discoveries among many e-values, given as natural logarithms, so that the false discovery rate is at
// most alpha however the e-values depend on each other: the k largest, for the largest k with E_(k) >= m/(k alpha).
// It returns their indices in ascending order. What is no number counts as no evidence. Wang & Ramdas 2022, "False
// discovery rate control with e-values".
func EBH(logE []float64, alpha float64) []int {
	if !(alpha > 0 && alpha <= 1) {
		return nil
	}
	order := make([]int, 0, len(logE))
	for i, e := range logE {
		if !math.IsNaN(e) {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return logE[order[i]] > logE[order[j]] })
	m := float64(len(logE))
	found := 0
	for k, i := range order {
		if logE[i] >= math.Log(m/(float64(k+1)*alpha)) {
			found = k + 1
		}
	}
	picked := append([]int(nil), order[:found]...)
	sort.Ints(picked)
	return picked
}
