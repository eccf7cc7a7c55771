package flaglens

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/open-feature/go-sdk/openfeature"
	"github.com/open-feature/go-sdk/openfeature/memprovider"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
)

const twin = "feature_flag_http_request_duration_seconds"

// setUp sets a provider of two flags: checkout-v2 is split by the user, search is fixed.
func setUp(t *testing.T) *openfeature.Client {
	t.Helper()
	evaluate := func(_ memprovider.InMemoryFlag, c openfeature.FlattenedContext) (any, openfeature.ProviderResolutionDetail) {
		if number, _ := strconv.Atoi(fmt.Sprint(c["user"])); number%2 == 0 {
			return true, openfeature.ProviderResolutionDetail{Variant: "on"}
		}
		return false, openfeature.ProviderResolutionDetail{Variant: "off"}
	}
	byUser := memprovider.ContextEvaluator(&evaluate)
	provider := memprovider.NewInMemoryProvider(map[string]memprovider.InMemoryFlag{
		"checkout-v2": {
			Key: "checkout-v2", State: memprovider.Enabled, DefaultVariant: "off",
			Variants: map[string]any{"on": true, "off": false}, ContextEvaluator: byUser,
		},
		"search": {Key: "search", State: memprovider.Enabled, DefaultVariant: "new", Variants: map[string]any{"new": "n", "old": "o"}},
	})
	if err := openfeature.SetNamedProviderAndWait(t.Name(), provider); err != nil {
		t.Fatal(err)
	}
	client := openfeature.NewClient(t.Name())
	client.AddHooks(Hook{})
	return client
}

type middleware = func(http.Handler) http.Handler

// adapters make the middleware on a registry, by either library.
var adapters = map[string]func(*testing.T, *prometheus.Registry) middleware{
	"client_golang": func(t *testing.T, registry *prometheus.Registry) middleware {
		return made(t)(Prometheus{Registerer: registry}.Middleware())
	},
	"OpenTelemetry": func(t *testing.T, registry *prometheus.Registry) middleware {
		exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry))
		if err != nil {
			t.Fatal(err)
		}
		return made(t)(OpenTelemetry{Meter: metric.NewMeterProvider(metric.WithReader(exporter)).Meter("test")}.Middleware())
	},
}

func made(t *testing.T) func(middleware, error) middleware {
	return func(wrap middleware, err error) middleware {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return wrap
	}
}

// counts are the observations of the twin by the given labels, joined by spaces; series at zero are left out.
func counts(t *testing.T, registry *prometheus.Registry, labels ...string) map[string]uint64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]uint64{}
	for _, family := range families {
		if family.GetName() != twin {
			continue
		}
		for _, series := range family.GetMetric() {
			if count := series.GetHistogram().GetSampleCount(); count > 0 {
				found[labelled(series, labels)] += count
			}
		}
	}
	return found
}

func labelled(series *dto.Metric, names []string) string {
	values := map[string]string{}
	for _, pair := range series.GetLabel() {
		values[pair.GetName()] = pair.GetValue()
	}
	var line []string
	for _, name := range names {
		line = append(line, values[name])
	}
	return strings.Join(line, " ")
}

func same(t *testing.T, got, want map[string]uint64) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counted %v, want %v", got, want)
	}
}

func TestRequestsOfAFlagSumToThoseThatWereSent(t *testing.T) {
	const total = 600
	for name, make := range adapters {
		t.Run(name, func(t *testing.T) {
			client := setUp(t)
			registry := prometheus.NewRegistry()
			mux := http.NewServeMux()
			mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
				user := openfeature.NewEvaluationContext("", map[string]any{"user": r.PathValue("id")})
				// In another goroutine, and once more by the request's own.
				var evaluated sync.WaitGroup
				evaluated.Go(func() { _, _ = client.BooleanValue(r.Context(), "checkout-v2", false, user) })
				_, _ = client.BooleanValue(r.Context(), "checkout-v2", false, user)
				evaluated.Wait()
				_, _ = client.StringValue(r.Context(), "search", "", user)
				_, _ = client.BooleanValue(r.Context(), "missing", false, user)
				if strings.HasSuffix(r.PathValue("id"), "0") {
					w.WriteHeader(http.StatusInternalServerError)
				}
			})
			server := httptest.NewServer(make(t, registry)(mux))
			defer server.Close()
			var sent sync.WaitGroup
			for worker := range 20 {
				sent.Go(func() {
					for id := worker; id < total; id += 20 {
						answer, err := http.Get(fmt.Sprintf("%s/items/%d", server.URL, id))
						if err != nil {
							t.Error(err)
							return
						}
						_ = answer.Body.Close()
					}
				})
			}
			sent.Wait()

			same(t, counts(t, registry, "feature_flag_key"), map[string]uint64{"checkout-v2": total, "search": total, "missing": total})
			same(t, counts(t, registry, "feature_flag_key", "feature_flag_variant", "method", "route", "status"), map[string]uint64{
				"checkout-v2 on GET /items/{id} 200": 240, "checkout-v2 on GET /items/{id} 500": 60, "checkout-v2 off GET /items/{id} 200": 300,
				"search new GET /items/{id} 200": 540, "search new GET /items/{id} 500": 60,
				"missing evaluation_error GET /items/{id} 200": 540, "missing evaluation_error GET /items/{id} 500": 60,
			})
		})
	}
}

func TestHowRequestsEnd(t *testing.T) {
	for _, test := range []struct {
		name, path, want string
		handle           http.HandlerFunc
	}{
		{"nothing is written", "/a", "/a 200", func(http.ResponseWriter, *http.Request) {}},
		{"a panic is passed on", "/a", "/a 500", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"the first status counts", "/a", "/a 201", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusCreated)
			w.WriteHeader(http.StatusTeapot)
		}},
		{"what is flushed is written", "/a", "/a 200", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("a"))
			w.(http.Flusher).Flush()
		}},
		{"the client leaves", "/slow", "/slow 499", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := setUp(t)
			registry := prometheus.NewRegistry()
			mux := http.NewServeMux()
			mux.HandleFunc(test.path, func(w http.ResponseWriter, r *http.Request) {
				_, _ = client.StringValue(r.Context(), "search", "", openfeature.EvaluationContext{})
				test.handle(w, r)
			})
			server := httptest.NewServer(adapters["client_golang"](t, registry)(mux))
			defer server.Close()
			ctx, leave := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer leave()
			request, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+test.path, http.NoBody)
			if answer, err := http.DefaultClient.Do(request); err == nil {
				_ = answer.Body.Close()
			}
			server.Close()

			same(t, counts(t, registry, "route", "status"), map[string]uint64{test.want: 1})
		})
	}
}

func TestNothingBeyondTheLimits(t *testing.T) {
	client := setUp(t)
	registry := prometheus.NewRegistry()
	wrap := made(t)(Prometheus{
		Registerer: registry,
		Flags:      []Flag{{Key: "search", Variants: []string{"new"}}},
		Limits:     Limits{Flags: 3, VariantsPerFlag: 2, Routes: 2},
	}.Middleware())
	handler := wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for i := range 10 {
			_, _ = client.StringValue(r.Context(), fmt.Sprintf("flag-%d", i), fmt.Sprint(i), openfeature.EvaluationContext{})
		}
		_, _ = client.StringValue(r.Context(), "search", "", openfeature.EvaluationContext{})
	}))
	for i := range 10 {
		request := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/users/%d", i), http.NoBody)
		request.Pattern = fmt.Sprintf("/pattern-%d", i)
		handler.ServeHTTP(httptest.NewRecorder(), request)
	}

	if flags := counts(t, registry, "feature_flag_key"); len(flags) != 4 || flags["search"] != 10 || flags[Other] == 0 {
		t.Errorf("flags %v, want search, two more and other", flags)
	}
	if routes := counts(t, registry, "route"); len(routes) != 3 {
		t.Errorf("routes %v, want two and other", routes)
	}
}

func TestSeriesStartAtZero(t *testing.T) {
	registry := prometheus.NewRegistry()
	made(t)(Prometheus{
		Registerer: registry,
		Flags:      []Flag{{Key: "a", Variants: []string{"off", "on"}}},
		Routes:     []Route{{Method: "GET", Pattern: "/x"}, {Method: "POST", Pattern: "/y"}},
	}.Middleware())
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || len(families[0].GetMetric()) != 2*2*2 {
		t.Fatalf("%v, %v: want a series for each variant, route and status", families, err)
	}
}

func TestAFailedEvaluationGivesWayToOneThatSucceeds(t *testing.T) {
	_, evaluations := Collect(t.Context())
	evaluations.note("a", FailedEvaluation)
	evaluations.note("a", "on")
	evaluations.note("a", "off")
	if got := evaluations.All()["a"]; got != "on" {
		t.Errorf("the variant is %q, want the first that succeeded", got)
	}
}
