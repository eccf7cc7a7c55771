// Command replay gives the verdict on counts from anywhere: it reads one JSON object a line on standard input and
// writes one JSON object a tick on standard output. docs/replay.md describes both.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/replay"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out, help io.Writer) error {
	o, err := options(args, help)
	if err != nil {
		return err
	}
	return replay.Run(bufio.NewReader(in), out, o)
}

// options reads the command line.
func options(args []string, help io.Writer) (replay.Options, error) {
	var o replay.Options
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(help)
	kind := flags.String("kind", string(replay.Ratio), "what lines count: ratio or latency")
	direction := flags.String("direction", string(model.LowerIsBetter), "lower or higher is better")
	profile := flags.String("profile", string(model.ProfileStrict), "strict, or brisk where bad events do not come in long clusters")
	flags.Float64Var(&o.Margin.Relative, "relative", 0, "relative margin: 0.1 tolerates a tenth more")
	flags.Float64Var(&o.Margin.Absolute, "absolute", 0, "absolute margin, as a share: 0.001 tolerates 0.1 percentage points more")
	flags.Float64Var(&o.Alpha, "alpha", 0.01, "how often a harmless feature may be called worse, over all looks")
	flags.Float64Var(&o.AlphaWithin, "alpha-within", 0.05, "how often a feature may wrongly be called within its margin")
	flags.Int64Var(&o.Step, "step", 60, "seconds of a tick; a divisor of 900")
	flags.Int64Var(&o.Start, "start", 0, "unix second at which the rollout began (default: a step before the first line)")
	flags.Float64Var(&o.Share, "share", 0, "the feature's expected share of the requests; 0 where it is not known")
	flags.BoolVar(&o.Reasons, "reasons", false, "say each verdict in words, too")
	if err := flags.Parse(args); err != nil {
		return o, fmt.Errorf("options: %w", err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("options: %q is no option; the counts come on standard input", flags.Arg(0))
	}
	o.Kind, o.Direction, o.Profile = replay.Kind(*kind), model.Direction(*direction), model.Profile(*profile)
	if err := o.Validate(); err != nil {
		return o, fmt.Errorf("options: %w", err)
	}
	return o, nil
}
