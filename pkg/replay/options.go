package replay

import (
	"fmt"

	"github.com/flaglens/flaglens/pkg/model"
)

// quarterHour is what a tick must divide, in seconds: the grid of the evidence.
const quarterHour = 900

// Validate says which option cannot be.
func (o Options) Validate() error {
	switch {
	case o.Kind != Ratio && o.Kind != Latency:
		return fmt.Errorf("kind %q: choose %s or %s", o.Kind, Ratio, Latency)
	case o.Direction != model.LowerIsBetter && o.Direction != model.HigherIsBetter:
		return fmt.Errorf("direction %q: choose %s or %s", o.Direction, model.LowerIsBetter, model.HigherIsBetter)
	case o.Kind == Latency && o.Direction != model.LowerIsBetter:
		return fmt.Errorf("direction %q: of latency, lower is better", o.Direction)
	case o.Profile != model.ProfileStrict && o.Profile != model.ProfileBrisk:
		return fmt.Errorf("profile %q: choose %s or %s", o.Profile, model.ProfileStrict, model.ProfileBrisk)
	case !(o.Margin.Relative >= 0 && o.Margin.Relative <= 100), !(o.Margin.Absolute >= 0 && o.Margin.Absolute < 1):
		return fmt.Errorf("margin: relative %v (0 to 100), absolute %v (0 to less than 1)", o.Margin.Relative, o.Margin.Absolute)
	case !(o.Alpha > 0 && o.Alpha <= 0.1):
		return fmt.Errorf("alpha %v: above 0 and at most 0.1", o.Alpha)
	case !(o.AlphaWithin > 0 && o.AlphaWithin < 0.5):
		return fmt.Errorf("alpha-within %v: between 0 and 0.5", o.AlphaWithin)
	case o.Step <= 0 || quarterHour%o.Step != 0:
		return fmt.Errorf("step %d: a divisor of %d seconds", o.Step, quarterHour)
	case o.Start < 0:
		return fmt.Errorf("start %d: a unix second", o.Start)
	case !(o.Share >= 0 && o.Share < 1):
		return fmt.Errorf("share %v: from 0 to less than 1", o.Share)
	}
	return nil
}
