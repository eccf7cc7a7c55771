// Package stats is the floor of the statistics of a verdict: evidence that may be looked at at any time, that the bad share
// (or the mean) of one variant exceeds that of another, from counts alone. Its packages take numbers, give structs, do no
// I/O and import nothing of ours but each other, along these arrows:
//
//	confseq -> eprocess -> {likelihood, overdispersion} -> strata
//	paired -> mixture
//	srm, fdr and samplesize stand alone
//
// docs/statistics.md says what they compute and why. Papers are named in the packages.
package stats
