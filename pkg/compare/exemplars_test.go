package compare

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// traced is the shop with an exemplar a minute on an instance of each variant.
func traced() promtest.Script {
	script := promtest.Shop()
	for minute := 1; minute < 60; minute++ {
		for _, i := range []promtest.ShopInstance{promtest.ShopInstances[0], promtest.ShopInstances[2]} {
			script.Exemplars = append(script.Exemplars, promtest.Exemplar{
				Series: fmt.Sprintf(`feature_flag_http_request_duration_seconds_bucket{job="shop",instance=%q,version=%q,`+
					`feature_flag_key="checkout",feature_flag_variant=%q,flag_checkout=%q,route="/cart",status="200",le="1"}`,
					i.Name, i.Version, i.Variant, i.Variant),
				At: promtest.Epoch.Add(time.Duration(minute) * time.Minute), Value: float64(minute) / 60,
				Labels: map[string]string{"trace_id": fmt.Sprintf("%s%031x", i.Name, minute), "span_id": "1"},
			})
		}
	}
	return script
}

// exemplarFrames are the frames of an answer that are no series.
func exemplarFrames(answer data.Frames) data.Frames {
	var found data.Frames
	for _, frame := range answer {
		if frame.Meta != nil && frame.Meta.DataTopic == data.DataTopicAnnotations {
			found = append(found, frame)
		}
	}
	return found
}

func text(t *testing.T, frame *data.Frame, name string, row int) string {
	t.Helper()
	field, _ := frame.FieldByName(name)
	require.NotNil(t, field, "no field %s", name)
	value, ok := field.At(row).(string)
	require.True(t, ok)
	return value
}

func TestExemplarsLieBesideTheSeries(t *testing.T) {
	client := clientOf(t, promtest.Start(t, traced()))
	yes := true
	for mode, settings := range promtest.ShopSplits {
		t.Run(mode, func(t *testing.T) {
			engine := engineOn(t, client, settings)
			query := model.Query{QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"latency", "errors"}, Exemplars: &yes}
			answer, err := engine.Run(context.Background(), asked(query))
			require.NoError(t, err)
			found := exemplarFrames(answer)
			require.Len(t, found, 1, "one frame for the one histogram: %v", noticesOf(answer))
			frame := found[0]
			assert.Equal(t, "exemplar", frame.Name)
			require.Equal(t, 2*59, frame.Rows())
			roles := map[string]string{"a": "baseline", "c": "feature"}
			variants := map[string]string{"a": "off", "c": "on"}
			for row := range frame.Rows() {
				instance := text(t, frame, "instance", row)
				assert.Equal(t, instance, text(t, frame, "trace_id", row)[:1])
				assert.Equal(t, roles[instance], text(t, frame, "role", row))
				assert.Equal(t, variants[instance], text(t, frame, "variant", row))
				assert.Equal(t, "checkout", text(t, frame, "flag", row))
				assert.Equal(t, "latency", text(t, frame, "signal", row))
			}
			var names []string
			for _, field := range frame.Fields {
				names = append(names, field.Name)
			}
			assert.Equal(t, []string{"Time", "Value", "trace_id", "flag", "variant", "role", "signal"}, names[:7])
			assert.NotContains(t, names, "le")

			none := false
			query.Exemplars = &none
			without, err := engine.Run(context.Background(), asked(query))
			require.NoError(t, err)
			assert.Len(t, without, len(answer)-1, "the series are the same without exemplars")
		})
	}
}

func TestExemplarsFollowTheQuery(t *testing.T) {
	client := clientOf(t, promtest.Start(t, traced()))
	engine := engineOn(t, client, `{"traces":{"datasourceUid":"jaeger"}}`)
	base := model.Query{QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"latency"}}
	for name, test := range map[string]struct {
		change    func(*model.Query)
		fromAlert bool
		rows      int
	}{
		"where traces are set":     {func(*model.Query) {}, false, 2 * 59},
		"one role":                 {func(q *model.Query) { q.Roles = []model.Role{model.RoleFeature} }, false, 59},
		"a filter":                 {func(q *model.Query) { q.Filters = []model.Filter{{Key: "instance", Operator: "=", Value: "a"}} }, false, 59},
		"nothing that matches":     {func(q *model.Query) { q.Filters = []model.Filter{{Key: "route", Operator: "=", Value: "/pay"}} }, false, 0},
		"no histogram":             {func(q *model.Query) { q.Signals = []string{"errors"} }, false, 0},
		"an alert rule":            {func(*model.Query) {}, true, 0},
		"the shape of alert rules": {func(q *model.Query) { q.Format = model.FormatAlert }, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			query := base
			test.change(&query)
			request := asked(query)
			request.FromAlert = test.fromAlert
			answer, err := engine.Run(context.Background(), request)
			require.NoError(t, err)
			rows := 0
			for _, frame := range exemplarFrames(answer) {
				rows += frame.Rows()
			}
			assert.Equal(t, test.rows, rows)
		})
	}
}

// exemplary is a client whose exemplars are given.
type exemplary struct {
	*counting
	series []promapi.ExemplarSeries
	err    error
}

func (c exemplary) Exemplars(context.Context, promapi.ExemplarQuery) ([]promapi.ExemplarSeries, []string, error) {
	return c.series, nil, c.err
}

// withoutExemplars is a network behind which questions for exemplars are never answered.
type withoutExemplars struct{}

func (withoutExemplars) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.URL.Path, "/query_exemplars") {
		<-request.Context().Done()
		return nil, request.Context().Err()
	}
	return http.DefaultTransport.RoundTrip(request)
}

func TestSeriesDoNotWaitForExemplars(t *testing.T) {
	client, err := promapi.NewClient(
		&http.Client{Transport: withoutExemplars{}}, promtest.Start(t, traced()).URL, promapi.Options{GeneratedPromQL: true},
	)
	require.NoError(t, err)
	yes := true
	query := model.Query{QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"latency"}, Stats: []string{"p95"}, Exemplars: &yes}
	engine := New(client, settingsOf(t, `{}`), Options{
		Now: func() time.Time { return promtest.ShopEnd }, ExemplarTimeout: 20 * time.Millisecond,
	})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	answer, err := engine.Run(ctx, asked(query))
	require.NoError(t, err)
	require.NoError(t, ctx.Err(), "the answer came of itself")
	assert.Len(t, answer, 2, "baseline and feature")
	requireNotice(t, answer, "exemplars could not be read", "did not answer in time")
}

func TestSeriesStandWithoutExemplars(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	yes := true
	query := model.Query{QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"latency"}, Stats: []string{"p95"}, Exemplars: &yes}
	down := &promapi.Error{Status: http.StatusNotFound, Downstream: true, Kind: promapi.KindBadResponse, Message: "Prometheus answered 404"}
	for name, test := range map[string]struct {
		client Client
		says   []string
	}{
		"none are stored":   {client, []string{"no exemplars in this range", "exemplar-storage"}},
		"an error":          {exemplary{counting: client, err: down}, []string{"exemplars could not be read", "404"}},
		"ids that are none": {exemplary{counting: client, series: []promapi.ExemplarSeries{strange}}, []string{"2 exemplars name no trace"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := engineOn(t, test.client, `{}`).Run(context.Background(), asked(query))
			require.NoError(t, err)
			assert.Len(t, answer, 2, "baseline and feature")
			assert.Empty(t, exemplarFrames(answer))
			requireNotice(t, answer, test.says...)
		})
	}
}

// strange are exemplars of a variant without a trace that could be looked at.
var strange = promapi.ExemplarSeries{
	Labels: labels.FromStrings("feature_flag_key", "checkout", "feature_flag_variant", "on"),
	Exemplars: []promapi.Exemplar{
		{T: promtest.Epoch.UnixMilli(), V: 1, Labels: labels.FromStrings("trace_id", "../admin?x=")},
		{T: promtest.Epoch.UnixMilli(), V: 1, Labels: labels.FromStrings("user", "1")},
	},
}
