package plugin

import (
	"math"
	"runtime/debug"
)

// memoryGoal is what the backend should stay below, in bytes. What is kept for refreshes has bounds of its own; this
// makes the garbage of large answers be collected before it piles up.
const memoryGoal = 152 << 20

// BoundMemory sets the goal for this process, unless its operator has set one by GOMEMLIMIT.
func BoundMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryGoal)
	}
}
