// Package stats holds the statistics of a verdict: evidence that may be looked at at any time, that the bad share (or
// the mean, or a quantile) of one variant exceeds that of another, from counts alone. It takes numbers, gives structs,
// does no I/O and imports nothing of ours. docs/statistics.md says what it computes and why.
package stats
