package plugin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"net/http"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/flaglens/flaglens/pkg/kept"
)

// forwarding says what of the caller's identity is handed on to the server. By default nothing is.
type forwarding struct {
	// OAuth hands on the tokens of the user who is signed in.
	OAuth bool `json:"oauthPassThru"`
	// Cookies names the cookies that are handed on.
	Cookies []string `json:"keepCookies"`
}

// any tells whether callers may differ in what the server lets them see.
func (f forwarding) any() bool { return f.OAuth || len(f.Cookies) > 0 }

// caller is who asks, as the server will see it.
type caller struct {
	// credentials are the headers that are handed on, and all of the caller's that are. Nobody else's are ever used for
	// what is read or found under identity.
	credentials http.Header
	// identity tells callers apart by what the server sees of them.
	identity kept.Identity
}

// callerOf says who asks, by the headers of a request. alert is its header FromAlert, which the SDK hands on by itself.
// Where nothing is forwarded, all callers are one: the server sees the datasource's own credentials alone.
func (d *Datasource) callerOf(headers http.Header, alert string) caller {
	if !d.forwarding.any() {
		return caller{}
	}
	credentials := d.forwarding.of(headers)
	return caller{credentials: credentials, identity: d.salt.identityOf(credentials, alert)}
}

// salt makes identities that mean nothing outside this process, so that no token can be guessed from one.
type salt [sha256.Size]byte

func newSalt() (s salt) {
	// Read fails nowhere: it ends the process where the system has no randomness.
	_, _ = rand.Read(s[:])
	return s
}

// identityOf digests everything that a server can tell callers apart by. Tokens are digested whole: what they mean is for
// the server alone to judge, and who comes with a new one is somebody new.
func (s salt) identityOf(credentials http.Header, alert string) (identity kept.Identity) {
	digest := hmac.New(sha256.New, s[:])
	write(digest, alert)
	for _, name := range slices.Sorted(maps.Keys(credentials)) {
		write(digest, name)
		for _, value := range credentials[name] {
			write(digest, value)
		}
		// What ends the values has no length that a value could have.
		_ = binary.Write(digest, binary.BigEndian, int64(-1))
	}
	digest.Sum(identity[:0])
	return identity
}

// write digests a text behind its length, so that no two lists of texts are digested alike.
func write(digest hash.Hash, text string) {
	_ = binary.Write(digest, binary.BigEndian, int64(len(text)))
	_, _ = digest.Write([]byte(text))
}

// forward hands on the caller's credentials, and nothing else of the caller's headers.
func (c caller) forward(ctx context.Context) context.Context {
	if len(c.credentials) == 0 {
		return ctx
	}
	return httpclient.WithContextualMiddleware(ctx, httpclient.MiddlewareFunc(
		func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
			return httpclient.RoundTripperFunc(func(request *http.Request) (*http.Response, error) {
				for key, values := range c.credentials {
					// What the settings set themselves stays.
					if request.Header.Get(key) == "" {
						request.Header[key] = values
					}
				}
				return next.RoundTrip(request)
			})
		}))
}

// of picks what is handed on of a caller's headers.
func (f forwarding) of(caller http.Header) http.Header {
	headers := http.Header{}
	if f.OAuth {
		for _, key := range []string{
			backend.OAuthIdentityTokenHeaderName, backend.OAuthIdentityIDTokenHeaderName, backend.GrafanaUserSignInTokenHeaderName,
		} {
			if value := caller.Get(key); value != "" {
				headers.Set(key, value)
			}
		}
	}
	if len(f.Cookies) > 0 {
		if cookies := f.cookies(caller); cookies != "" {
			headers.Set(backend.CookiesHeaderName, cookies)
		}
	}
	return headers
}

// cookies are those of the caller's that are named.
func (f forwarding) cookies(caller http.Header) string {
	request := http.Request{Header: http.Header{backend.CookiesHeaderName: caller.Values(backend.CookiesHeaderName)}}
	chosen := http.Request{Header: http.Header{}}
	for _, cookie := range request.Cookies() {
		if slices.Contains(f.Cookies, cookie.Name) {
			chosen.AddCookie(cookie)
		}
	}
	return chosen.Header.Get(backend.CookiesHeaderName)
}
