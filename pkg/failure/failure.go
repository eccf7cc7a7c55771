// Package failure says what an error is about.
package failure

import (
	"fmt"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
)

// Named puts the signals' ids before an error, so that the reader knows what is missing.
func Named(err error, signals ...model.Signal) error {
	ids := make([]string, len(signals))
	for i, signal := range signals {
		ids[i] = signal.ID
	}
	return fmt.Errorf("%s: %w", strings.Join(ids, ", "), err)
}
