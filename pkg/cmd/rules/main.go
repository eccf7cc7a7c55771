// Command rules reads a request for the expressions of alert and recording rules from standard input and writes them
// to standard output, both as JSON: what the generator of rules asks, so that it writes no PromQL of its own.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/flaglens/flaglens/pkg/rules"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	raw, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read the request for rules: %w", err)
	}
	request, err := rules.Decode(raw)
	if err != nil {
		return err
	}
	answer, err := rules.Express(request, vocabulary.BuiltIn())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		return fmt.Errorf("write the expressions: %w", err)
	}
	return nil
}
