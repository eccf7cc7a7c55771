package promapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewClientValidates(t *testing.T) {
	for _, tt := range []struct{ url, method, wantError string }{
		{"http://localhost:9090", "", ""},
		{" https://host/prefix/ ", "get", ""},
		{"http://[::1]:9090", "POST", ""},
		{"", "", "no URL"},
		{"localhost:9090", "", "http://"},
		{"ftp://host", "", "http://"},
		{"file:///etc/passwd", "", "http://"},
		{"javascript:alert(1)", "", "http://"},
		{"http://", "", "no host"},
		{"http://:9090", "", "no host"},
		{"http://host/?a=b", "", "query"},
		{"http://host/?", "", "query"},
		{"http://host/#x", "", "fragment"},
		{"http://ho st/", "", "not valid"},
		{"http://host/%zz", "", "not valid"},
		{"http://host", "DELETE", "neither GET nor POST"},
	} {
		t.Run(tt.url+" "+tt.method, func(t *testing.T) {
			_, err := NewClient(http.DefaultClient, tt.url, Options{Method: tt.method})
			if tt.wantError == "" {
				require.NoError(t, err)
				return
			}
			var known *Error
			require.ErrorAs(t, err, &known)
			assert.Contains(t, known.Error(), tt.wantError)
			assert.False(t, known.Downstream)
			assert.Equal(t, http.StatusBadRequest, known.Status)
		})
	}
}

// seen is what a server was asked.
type seen struct {
	method, path, contentType string
	query, form               url.Values
}

// record serves oneSeries and keeps what it was asked.
func record(into *[]seen) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*into = append(*into, seen{r.Method, r.URL.EscapedPath(), r.Header.Get("Content-Type"), r.URL.Query(), r.PostForm})
		answerJSON(oneSeries)(w, r)
	}
}

func TestRequests(t *testing.T) {
	expr := `sum by (le) (rate({"a.b"="x\"} or up{\n"}[5m]))`
	start := time.UnixMilli(1700000000123)
	query := func(c *Client) error {
		_, err := c.QueryRange(context.Background(), RangeQuery{Expr: expr, Start: start, End: start.Add(time.Hour), Step: 1500 * time.Millisecond})
		return err
	}
	want := url.Values{
		"query": {expr}, "start": {"1700000000.123"}, "end": {"1700003600.123"}, "step": {"1.5"},
		"timeout": {"7"}, "limit": {"50"},
	}
	for _, tt := range []struct {
		name, prefix, method string
		want                 seen
	}{
		{"POST", "", "", seen{"POST", "/api/v1/query_range", "application/x-www-form-urlencoded", url.Values{}, want}},
		{"GET", "", "GET", seen{"GET", "/api/v1/query_range", "", want, url.Values{}}},
		{"a prefix is kept", "/prom/a%2Fb/", "", seen{"POST", "/prom/a%2Fb/api/v1/query_range", "application/x-www-form-urlencoded", url.Values{}, want}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []seen
			server := httptest.NewServer(record(&got))
			defer server.Close()
			c := clientOf(t, server.URL+tt.prefix, Options{Method: tt.method, Timeout: 7 * time.Second, MaxSeries: 50})
			require.NoError(t, query(c))
			assert.Equal(t, []seen{tt.want}, got)
		})
	}
}

func TestQuestionsThatAreNotAsked(t *testing.T) {
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") }, Options{})
	ctx := context.Background()
	for name, ask := range map[string]func() error{
		"empty query": func() error { _, err := c.Query(ctx, InstantQuery{Expr: "  "}); return err },
		"step 0":      func() error { _, err := c.QueryRange(ctx, RangeQuery{Expr: "up"}); return err },
		"step < 0":    func() error { _, err := c.QueryRange(ctx, RangeQuery{Expr: "up", Step: -1}); return err },
		"no selector": func() error { _, _, err := c.Series(ctx, MetaQuery{}); return err },
		"no label":    func() error { _, _, err := c.LabelValues(ctx, "", MetaQuery{}); return err },
		"bad label":   func() error { _, _, err := c.LabelValues(ctx, "a\xff", MetaQuery{}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			var known *Error
			require.ErrorAs(t, ask(), &known)
			assert.Equal(t, http.StatusBadRequest, known.Status)
			assert.False(t, known.Downstream)
			assert.Equal(t, KindRequest, known.Kind)
		})
	}
}

func TestFallbackToGET(t *testing.T) {
	var methods []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		if r.Method != http.MethodGet {
			http.Error(w, "no", http.StatusMethodNotAllowed)
			return
		}
		assert.Equal(t, "up", r.URL.Query().Get("query"))
		answerJSON(oneSeries)(w, r)
	}, Options{})
	for range 2 {
		_, err := c.Query(context.Background(), anyQuery)
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"POST", "GET", "GET"}, methods, "the server's preference is remembered")
}

func TestFallbackIsNotRememberedWhenItFails(t *testing.T) {
	var methods []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		http.Error(w, "no", http.StatusMethodNotAllowed)
	}, Options{})
	_ = failure(t, c)
	_ = failure(t, c)
	assert.Equal(t, []string{"POST", "GET", "POST", "GET"}, methods)
}

func TestRedirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"POST", "GET"} {
			t.Run("to another host "+http.StatusText(status)+" "+method, func(t *testing.T) {
				other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") }))
				defer other.Close()
				c := serve(t, func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, other.URL+r.URL.Path, status)
				}, Options{Method: method})
				err := failure(t, c)
				assert.Equal(t, http.StatusBadGateway, err.Status)
				assert.True(t, err.Downstream)
				assert.Equal(t, KindRedirect, err.Kind)
				assert.Contains(t, err.Message, other.URL)
			})
			t.Run("within the host "+http.StatusText(status)+" "+method, func(t *testing.T) {
				var got []seen
				c := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/new" {
						record(&got)(w, r)
						return
					}
					http.Redirect(w, r, "/new?"+r.URL.RawQuery, status)
				}, Options{Method: method})
				_, err := c.Query(context.Background(), anyQuery)
				require.NoError(t, err)
				require.Len(t, got, 1)
				assert.Equal(t, "up", got[0].query.Get("query")+got[0].form.Get("query"), "the query survives the redirect")
			})
		}
	}
	t.Run("login page", func(t *testing.T) {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/login" {
				answer(200, "text/html", "<html>Log in</html>")(w, r)
				return
			}
			http.Redirect(w, r, "/login", http.StatusFound)
		}, Options{})
		assert.Contains(t, failure(t, c).Message, "web page")
	})
	t.Run("without end", func(t *testing.T) {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		}, Options{})
		err := failure(t, c)
		assert.Equal(t, KindRedirect, err.Kind)
		assert.Equal(t, http.StatusBadGateway, err.Status)
	})
}

func TestCallersClientIsLeftAlone(t *testing.T) {
	given := &http.Client{}
	_, err := NewClient(given, "http://localhost", Options{})
	require.NoError(t, err)
	assert.Nil(t, given.CheckRedirect)
}
