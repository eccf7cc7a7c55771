package collect

// shareHistory is how a flag's traffic was shared out over time.
type shareHistory struct{}
