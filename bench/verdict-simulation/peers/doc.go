// Package peers holds what other tools compute, in so far as the simulation runs it beside Flaglens's verdict, and the
// textbook statistics that check both. Nothing in the product uses it.
package peers
