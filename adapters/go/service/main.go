// Command service is a small shop behind two flags, instrumented by the adapters: it shows how they are used, and the tests
// send it requests. Its argument says which adapter: prometheus, otel or labeler.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/open-feature/go-sdk/openfeature"
	"github.com/open-feature/go-sdk/openfeature/memprovider"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/flaglens/flaglens/adapters/go/flaglens"
)

func main() {
	registry := prometheus.NewRegistry()
	wrap, err := adapter(os.Args[1], registry)
	if err != nil {
		log.Fatal(err)
	}
	if err := openfeature.SetProviderAndWait(flags()); err != nil {
		log.Fatal(err)
	}
	openfeature.AddHooks(flaglens.Hook{})

	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", item)
	root := http.NewServeMux()
	root.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	root.Handle("/", wrap(mux))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	log.Fatal((&http.Server{Handler: root, ReadHeaderTimeout: 5 * time.Second}).Serve(listener))
}

func adapter(name string, registry *prometheus.Registry) (func(http.Handler) http.Handler, error) {
	if name == "prometheus" {
		return flaglens.Prometheus{
			Registerer: registry,
			Flags:      []flaglens.Flag{{Key: "checkout-v2", Variants: []string{"off", "on"}}},
			Routes:     []flaglens.Route{{Method: "GET", Pattern: "/items/{id}"}},
		}.Middleware()
	}
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry))
	if err != nil {
		return nil, err
	}
	provider := metric.NewMeterProvider(metric.WithReader(exporter))
	if name == "labeler" {
		openfeature.AddHooks(flaglens.LabelerHook{Flag: "checkout-v2"})
		return otelhttp.NewMiddleware("shop", otelhttp.WithMeterProvider(provider)), nil
	}
	return flaglens.OpenTelemetry{Meter: provider.Meter("shop")}.Middleware()
}

// item evaluates two flags, one of them twice, and a flag that is not there. Every tenth request fails.
func item(w http.ResponseWriter, r *http.Request) {
	client := openfeature.NewDefaultClient()
	id := r.PathValue("id")
	user := openfeature.NewEvaluationContext(id, map[string]any{"user": id})
	on, _ := client.BooleanValue(r.Context(), "checkout-v2", false, user)
	_, _ = client.BooleanValue(r.Context(), "checkout-v2", false, user)
	_, _ = client.StringValue(r.Context(), "search", "control", user)
	_, _ = client.BooleanValue(r.Context(), "missing", false, user)
	if number, err := strconv.Atoi(id); err == nil && number%10 == 0 {
		http.Error(w, "failed", http.StatusInternalServerError)
		return
	}
	_, _ = fmt.Fprintln(w, on)
}

func flags() *memprovider.InMemoryProvider {
	evaluate := func(_ memprovider.InMemoryFlag, context openfeature.FlattenedContext) (any, openfeature.ProviderResolutionDetail) {
		user, _ := context["user"].(string)
		if number, err := strconv.Atoi(user); err == nil && number%2 == 0 {
			return true, openfeature.ProviderResolutionDetail{Variant: "on", Reason: openfeature.SplitReason}
		}
		return false, openfeature.ProviderResolutionDetail{Variant: "off", Reason: openfeature.SplitReason}
	}
	byUser := memprovider.ContextEvaluator(&evaluate)
	return memprovider.NewInMemoryProvider(map[string]memprovider.InMemoryFlag{
		"checkout-v2": {
			Key: "checkout-v2", State: memprovider.Enabled, DefaultVariant: "off",
			Variants: map[string]any{"on": true, "off": false}, ContextEvaluator: byUser,
		},
		"search": {
			Key: "search", State: memprovider.Enabled, DefaultVariant: "new-ranking",
			Variants: map[string]any{"new-ranking": "new", "control": "control"},
		},
	})
}
