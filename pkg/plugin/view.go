package plugin

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/flaglens/flaglens/pkg/compare"
	"github.com/flaglens/flaglens/pkg/detect"
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
	// client is what detection asks; the server itself.
	client detect.Client
	// with makes a client and an engine of this identity under settings that are tried. The URL and all credentials are those
	// of the datasource.
	with func(settings model.Settings) (client, engine, error)
	// answers notes when the server last answered this identity; nil where all callers are one.
	answers *answers
}

// trusted is for how long it goes without saying that the server, which has answered an identity, would still do so.
const trusted = time.Minute

// answers notes when a server last granted what it was asked.
type answers struct {
	next http.RoundTripper
	now  func() time.Time
	// last is in unix nanoseconds; 0 for never.
	last atomic.Int64
}

// RoundTrip sends a request. A page to sign in at comes with a good status, but it is no JSON.
func (a *answers) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := a.next.RoundTrip(request)
	if err == nil && response.StatusCode < http.StatusMultipleChoices &&
		strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		a.last.Store(a.now().UnixNano())
	}
	return response, err
}

// admit asks the server whether it still lets in who it has let in before, so that what was read then is not shown to
// somebody whose access has ended. Where it has granted nothing yet, nothing is kept either.
func (v *view) admit(ctx context.Context) error {
	if v.answers == nil {
		return nil
	}
	last, now := v.answers.last.Load(), v.answers.now()
	if last == 0 || now.Sub(time.Unix(0, last)) < trusted {
		return nil
	}
	_, err := v.server.Query(ctx, promapi.InstantQuery{Expr: "1", Time: now})
	return err
}

// Close gives up what is kept.
func (v *view) Close() {
	if v.engine != nil {
		v.engine.Close()
	}
}

// newViews makes the views of a datasource: one for all callers, or, where identities are forwarded, one for each.
func newViews(
	c connection, connect func(*http.Client, model.Settings) (*promapi.Client, error), settings model.Settings, options compare.Options,
) *kept.Identities[*view] {
	most, idle := mostIdentities, identityIdle
	if !c.forwarding.any() {
		most, idle = 1, 0
	}
	return kept.NewIdentities(most, idle, options.Now, func() (*view, error) {
		transport := *c.http
		v := &view{}
		if c.forwarding.any() {
			v.answers = &answers{next: c.http.Transport, now: options.Now}
			transport.Transport = v.answers
		}
		own, err := connect(&transport, settings)
		if err != nil {
			return nil, err
		}
		v.server, v.client, v.engine = own, own, compare.New(own, settings, options)
		v.with = func(settings model.Settings) (client, engine, error) {
			other, err := connect(&transport, settings)
			if err != nil {
				return nil, nil, err
			}
			// What is tried keeps nothing beside what the datasource keeps.
			apart := options
			apart.Room = nil
			return other, compare.New(other, settings, apart), nil
		}
		return v, nil
	})
}

// as is the datasource as the caller sees it, with a context under which the server sees the caller. It fails where the
// settings cannot be used, and where the server has let the caller in before and does so no longer.
func (d *Datasource) as(ctx context.Context, headers http.Header, alert string) (context.Context, *view, error) {
	if d.broken != nil {
		return ctx, nil, d.broken
	}
	c := d.callerOf(headers, alert)
	v, err := d.views.Of(c.identity)
	if err != nil {
		return ctx, nil, err
	}
	ctx = c.forward(ctx)
	if err := v.admit(ctx); err != nil {
		var refused *promapi.Error
		if errors.As(err, &refused) && refused.Kind == promapi.KindAuth {
			d.views.Forget(c.identity)
		}
		return ctx, nil, err
	}
	return ctx, v, nil
}
