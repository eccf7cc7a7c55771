// Command schema writes the JSON schema of the contract (queries, settings, resources) from the Go structs that
// the backend decodes, so that nobody keeps it by hand. Its one argument is the folder to write to.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	folder := "schema"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := write(folder); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	files, err := Files()
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return fmt.Errorf("write schema %s: %w", name, err)
		}
	}
	return nil
}
