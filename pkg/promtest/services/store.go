package services

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/prometheus/tsdb"
)

// blockRange is far more than the samples last, so that they are one block and may come in any order of the services.
const blockRange = 1000 * 24 * time.Hour

// Store writes the samples of services into a folder, as a Prometheus keeps them.
func Store(ctx context.Context, folder string, all []*Service) (err error) {
	writer, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), folder, blockRange.Milliseconds())
	if err != nil {
		return fmt.Errorf("make a block: %w", err)
	}
	defer func() {
		if closed := writer.Close(); err == nil {
			err = closed
		}
	}()
	for _, s := range all {
		samples := slices.Clone(s.Samples)
		slices.SortStableFunc(samples, func(a, b Sample) int { return int(a.At - b.At) })
		appender := writer.Appender(ctx)
		for _, sample := range samples {
			if _, err := appender.Append(0, sample.Series, sample.At, sample.Value); err != nil {
				return fmt.Errorf("store %s at %d: %w", sample.Series, sample.At, err)
			}
		}
		if err := appender.Commit(); err != nil {
			return fmt.Errorf("store the service %s: %w", s.Flag, err)
		}
	}
	if _, err = writer.Flush(ctx); err != nil {
		return fmt.Errorf("write the block: %w", err)
	}
	return nil
}
