package main

import (
	"context"
	"time"

	"github.com/flaglens/flaglens/pkg/promapi"
)

// lag is by how much the samples of one instance come late.
const lag = 3 * time.Minute

// lagging is a server to which the samples of one instance come late: until they are there, it answers with the latest that it
// has, for as long as engines do.
type lagging struct {
	*promapi.Client
	now      func() time.Time
	instance string
}

// QueryRange asks the server, and leaves out what is not there yet.
func (l lagging) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	result, err := l.Client.QueryRange(ctx, q)
	if err != nil {
		return nil, err
	}
	there := l.now().Add(-lag).UnixMilli()
	for _, series := range result.Series {
		if series.Labels.Get("instance") != l.instance {
			continue
		}
		for i := 1; i < len(series.Floats); i++ {
			if series.Floats[i].T > there {
				series.Floats[i].V = series.Floats[i-1].V
			}
		}
	}
	return result, nil
}
