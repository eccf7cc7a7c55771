package counts

// Form says which numbers of an Arm are judged.
type Form string

// Forms.
const (
	// FormShare: X among N.
	FormShare Form = "share"
	// FormTails: Above among N, at each of the edges.
	FormTails Form = "tails"
	// FormMean: Sum over N.
	FormMean Form = "mean"
)

// Judged is how what was counted of a signal is judged, as its kind says.
type Judged struct {
	Form Form
	// Stat is what the values are called: ratio, mean, rate, value. Of tails it follows from the edge.
	Stat string
	// Requests says that N counts requests, so that their split can be held against the allocation.
	Requests bool
	// Found says in words what was found: {feature} and {baseline} stand for both values (of tails for the parts above
	// the edge), {edge} for the bucket edge, {take} for take, or are where the edge is no time, {name} for the baseline's name.
	Found string
}
