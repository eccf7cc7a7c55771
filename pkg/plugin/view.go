package plugin

import (
	"context"
	"net/http"
	"time"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/kept"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// How many identities are known at once, and for how long after the last time that each asked. Tokens change by the hour,
// and each new one is a new identity.
const (
	mostIdentities = 128
	identityIdle   = 30 * time.Minute
)

// view is a datasource as one identity sees it. It is the only holder of what is kept between requests: ticks, verdicts,
// histories, names and classes in the engine, and in the client what the server asked of this identity, such as to wait.
// Views share what is the same for everyone: the settings, the connections, and the bound on what they keep together.
type view struct {
	server server
	engine engine
}

// Close gives up what is kept.
func (v *view) Close() {
	if v.engine != nil {
		v.engine.Close()
	}
}

// newViews makes the views of a datasource: one for all callers, or, where identities are forwarded, one for each.
func newViews(
	f forwarding, connect func() (*promapi.Client, error), settings model.Settings, options compare.Options,
) *kept.Identities[*view] {
	most, idle := mostIdentities, identityIdle
	if !f.any() {
		most, idle = 1, 0
	}
	return kept.NewIdentities(most, idle, nil, func() (*view, error) {
		client, err := connect()
		if err != nil {
			return nil, err
		}
		return &view{server: client, engine: compare.New(client, settings, options)}, nil
	})
}

// as is the datasource as the caller sees it, with a context under which the server sees the caller. It fails where the
// settings cannot be used.
func (d *Datasource) as(ctx context.Context, headers http.Header, alert string) (context.Context, *view, error) {
	if d.broken != nil {
		return ctx, nil, d.broken
	}
	c := d.callerOf(headers, alert)
	v, err := d.views.Of(c.identity)
	return c.forward(ctx), v, err
}
