// Command compose resolves the compose file that it is given and prints it as JSON: what `docker compose config`
// does, by the same library, where no Docker is installed. It exits with 1 and the reason if the file is not valid.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compose:", err)
		os.Exit(1)
	}
}

func run(files []string) error {
	// COMPOSE_PROFILES switches profiles on, as it does for docker compose.
	options, err := cli.NewProjectOptions(files,
		cli.WithOsEnv, cli.WithDefaultProfiles(), cli.WithConsistency(true), cli.WithInterpolation(true))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	json, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	fmt.Println(string(json))
	return nil
}
