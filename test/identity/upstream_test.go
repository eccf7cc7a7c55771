package identity

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promtest"
)

const (
	every   = 15 * time.Second
	scrapes = 480
)

// past is when the data of a test ends: long enough ago that its answers no longer depend on the minute they are asked in,
// and recent enough for lists of the last hours.
func past() time.Time { return time.Now().Add(-10 * time.Minute).Truncate(time.Minute) }

// shop is two hours of a flag: its feature has a name and an error rate of the tenant's own.
func shop(end time.Time, feature string, failing int) promtest.Script {
	const metric = "feature_flag_http_request_duration_seconds"
	var text strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	for variant, failed := range map[string]int{"off": 1, feature: failing} {
		for _, instance := range []string{"a", "b"} {
			for status, count := range map[string]int{"200": 40, "500": failed} {
				labels := fmt.Sprintf(`feature_flag_key="checkout",feature_flag_variant=%q,route="/pay",instance=%q,job="shop",status=%q`,
					variant, instance, status)
				for le, share := range map[string]int{"0.1": count / 2, "1": count, "+Inf": count} {
					add(`%s_bucket{%s,le=%q} 0+%dx%d`, metric, labels, le, share, scrapes)
				}
				add(`%s_count{%s} 0+%dx%d`, metric, labels, count, scrapes)
				add(`%s_sum{%s} 0+%dx%d`, metric, labels, count, scrapes)
			}
		}
	}
	return promtest.Script{Every: every, Series: text.String(), From: end.Add(-scrapes * every)}
}

// gate is a proxy before Prometheus servers that lets each request through to the server of its tenant, and refuses
// those that have none.
type gate struct {
	*httptest.Server
	mutex sync.Mutex
	// seen counts requests by who they were taken for.
	seen map[string]int
}

// newGate tells the tenant of a request by tenantOf, which is empty where it is refused.
func newGate(t *testing.T, tenants map[string]string, tenantOf func(*http.Request) string) *gate {
	t.Helper()
	proxies := map[string]*httputil.ReverseProxy{}
	for tenant, server := range tenants {
		target, err := url.Parse(server)
		require.NoError(t, err)
		proxies[tenant] = httputil.NewSingleHostReverseProxy(target)
	}
	g := &gate{seen: map[string]int{}}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tenant := tenantOf(r)
		g.mutex.Lock()
		g.seen[tenant]++
		g.mutex.Unlock()
		if proxy := proxies[tenant]; proxy != nil {
			proxy.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"status":"error","errorType":"forbidden","error":"nobody may read this but alice"}`))
	}))
	t.Cleanup(g.Close)
	return g
}

// takes counts the requests of a tenant during f.
func (g *gate) takes(tenant string, f func()) int {
	count := func() int {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		return g.seen[tenant]
	}
	before := count()
	f()
	return count() - before
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}
