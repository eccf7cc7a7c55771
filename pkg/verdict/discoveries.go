package verdict

import "github.com/flaglens/flaglens/pkg/stats/fdr"

// Discoveries says of each of many verdicts, reached at one look, whether it still calls its feature worse for having
// been looked for among all of them: e-BH (Wang & Ramdas 2022) on the live e-values, LogE. Of those that are true, the
// expected part that is wrong is at most alpha (0..1), however the verdicts depend on each other.
func Discoveries(verdicts []Verdict, alpha float64) []bool {
	evidence := make([]float64, len(verdicts))
	for i, v := range verdicts {
		evidence[i] = v.LogE
	}
	discovered := make([]bool, len(verdicts))
	for _, i := range fdr.EBH(evidence, alpha) {
		discovered[i] = true
	}
	return discovered
}
