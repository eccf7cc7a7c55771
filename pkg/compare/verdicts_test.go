package compare

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promtest"
)

const rolloutSettings = `{"timeInterval":"30s"}`

// verdictOf asks for the verdict of a flag over the last hour: of the whole rollout, whatever the panel shows.
func verdictOf(flag string, signals ...string) Request {
	return Request{
		Query: model.Query{QueryType: model.QueryVerdict, Flag: flag, Signals: signals},
		From:  rolloutEnd.Add(-time.Hour), To: rolloutEnd,
	}
}

// table reads a frame's rows by the fields' names; a null is nil.
func table(t *testing.T, answer data.Frames) []map[string]any {
	t.Helper()
	require.Len(t, answer, 1)
	var rows []map[string]any
	for i := range answer[0].Rows() {
		row := map[string]any{}
		for _, field := range answer[0].Fields {
			value, ok := field.ConcreteAt(i)
			if !ok {
				value = nil
			}
			row[field.Name] = value
		}
		rows = append(rows, row)
	}
	return rows
}

// What a flag does to its requests is what its verdict says.
func TestVerdictsOnPrometheus(t *testing.T) {
	client := clientOf(t, promtest.Start(t, rollouts(trials...)))
	engine := rolloutEngine(t, client)
	for _, want := range []struct {
		flag, errors, latency string
		// says are parts of the errors' reason.
		says []string
	}{
		{"failing", "regressed", "within margin", []string{"Errors got worse with failing on:", "the interval is at 99% and holds at every look"}},
		{"slow", "within margin", "regressed", []string{"Errors stayed within the margin with slow on"}},
		{"harmless", "within margin", "within margin", []string{"Errors stayed within the margin with harmless on", "margin +100%"}},
		{"quiet", "inconclusive", "insufficient data", []string{
			"not decided yet", "Observational: the variants were targeted", "no allocation is known",
		}},
		{"young", "insufficient data", "insufficient data", []string{"6 of 10 minutes with traffic on both off and on"}},
		{"lopsided", "withheld", "withheld", []string{"split 59.8 : 40.2, against 50.0 : 50.0 that were allocated"}},
		{"alone", "no data", "no data", []string{"on has no traffic since the rollout began"}},
		{"never heard of", "no data", "no data", []string{"Flags seen:"}},
	} {
		t.Run(want.flag, func(t *testing.T) {
			// Twice as much is tolerated: six hours of this traffic tell that for certain.
			request := verdictOf(want.flag, "errors", "latency", "throughput")
			request.Query.Margins = map[string]model.Margin{"errors": {Relative: 1}, "latency": {Relative: 1}}
			answer, err := engine.Run(context.Background(), request)
			require.NoError(t, err)
			requireNotice(t, answer, "Throughput: not judged")
			rows := table(t, answer)
			require.Len(t, rows, 2, "a row per judged signal, whatever there is")
			for i, state := range []string{want.errors, want.latency} {
				require.Equal(t, state, rows[i]["state"], rows[i]["reason"])
				require.Equal(t, want.flag, rows[i]["flag"])
				requireConsistent(t, rows[i])
			}
			for _, part := range want.says {
				require.Contains(t, rows[0]["reason"], part)
			}
		})
	}
}

// requireConsistent fails where state, interval and evidence of a row contradict each other.
func requireConsistent(t *testing.T, row map[string]any) {
	t.Helper()
	evidence, ok := row["evidence"].(float64)
	require.True(t, ok)
	require.Equal(t, row["state"] == "regressed", evidence >= 1, "regressed where the evidence is 1: %v", row)
	lower, isBounded := row["lower"].(float64)
	if !isBounded {
		return
	}
	upper, margin := row["upper"].(float64), row["margin"].(float64)
	difference := row["difference"].(float64)
	require.LessOrEqual(t, lower, difference)
	require.GreaterOrEqual(t, upper, difference)
	switch row["state"] {
	case "regressed":
		require.GreaterOrEqual(t, lower, margin)
	case "within margin":
		require.Less(t, upper, margin)
		require.LessOrEqual(t, lower, margin)
	case "inconclusive":
		require.Less(t, lower, margin)
		require.Greater(t, upper, margin)
	}
}

// An alert rule gets one finite number for every pair that it expects, under labels that never change.
func TestVerdictsForAlerts(t *testing.T) {
	client := clientOf(t, promtest.Start(t, rollouts(trials...)))
	engine := rolloutEngine(t, client)
	ask := func(flag string, variants ...string) data.Frames {
		request := verdictOf(flag, "errors", "latency", "throughput")
		request.Query.Format, request.Query.Variants, request.FromAlert = model.FormatAlert, variants, true
		answer, err := engine.Run(context.Background(), request)
		require.NoError(t, err)
		require.Len(t, answer, 3)
		for i, frame := range answer {
			require.Len(t, frame.Fields, 1)
			require.Equal(t, data.FrameTypeNumericMulti, frame.Meta.Type)
			require.Equal(t, "evidence", frame.Fields[0].Name)
			require.Equal(t, flag, frame.Fields[0].Labels["flag"])
			require.Equal(t, request.Query.Signals[i], frame.Fields[0].Labels["signal"])
			require.Len(t, frame.Fields[0].Labels, 3)
		}
		return answer
	}
	evidence := func(frame *data.Frame) float64 { return frame.Fields[0].At(0).(float64) }

	failing := ask("failing")
	require.GreaterOrEqual(t, evidence(failing[0]), 1.0)
	require.Less(t, evidence(failing[1]), 1.0)
	require.Equal(t, "errors · on: regressed", failing[0].Fields[0].Config.DisplayNameFromDS)

	for _, flag := range []string{"alone", "vanished"} {
		silent := ask(flag)
		require.Zero(t, evidence(silent[0]), flag)
		require.Equal(t, "on", silent[0].Fields[0].Labels["variant"], "the arm that is silent is still expected")
		require.Contains(t, silent[0].Fields[0].Config.DisplayNameFromDS, ": no data")
	}
	named := ask("never heard of", "beta")
	require.Equal(t, "beta", named[0].Fields[0].Labels["variant"], "a variant that the rule names has its row")
}

// failingAfter is a Prometheus that gives up after some range queries.
type failingAfter struct {
	*counting
	left int64
}

func (f *failingAfter) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	if f.ranges.Load() >= f.left {
		return nil, &promapi.Error{Status: http.StatusServiceUnavailable, Downstream: true, Kind: promapi.KindUnavailable, Message: "it is down"}
	}
	return f.counting.QueryRange(ctx, q)
}

// What cannot be read is an error to an alert rule, which keeps its state, and a row with the reason to a panel.
func TestVerdictsWherePrometheusFails(t *testing.T) {
	client := clientOf(t, promtest.Start(t, rollouts(trials[0])))
	// What the metric is takes one, the rollout three more, for two weeks of the allocation.
	for left, variant := range map[int64]string{1: "beta", 4: "on"} {
		client.ranges.Store(0)
		broken := rolloutEngine(t, &failingAfter{counting: client, left: left})
		request := verdictOf("failing", "errors")
		if left == 1 {
			request.Query.Variants = []string{variant}
		}
		answer, err := broken.Run(context.Background(), request)
		var down *promapi.Error
		require.True(t, errors.As(err, &down))
		rows := table(t, answer)
		require.Len(t, rows, 1)
		require.Equal(t, "not read", rows[0]["state"])
		require.Equal(t, "not read", rows[0]["cause"])
		require.Contains(t, rows[0]["reason"], "it is down")
		require.Equal(t, variant, rows[0]["variant"])

		request.FromAlert, request.Query.Format = true, model.FormatAlert
		answer, err = broken.Run(context.Background(), request)
		require.True(t, errors.As(err, &down))
		require.Nil(t, answer, "evidence of 0 would say that all is well")
	}
}

// What was said last stays while the server does not answer, with its time and what does not answer.
func TestTheLastVerdictStaysWherePrometheusFails(t *testing.T) {
	client := &failingAfter{counting: clientOf(t, promtest.Start(t, rollouts(trials[0]))), left: math.MaxInt64}
	now := rolloutEnd.Add(-10 * time.Minute)
	engine := closing(t, New(client, settingsOf(t, rolloutSettings), Options{Now: func() time.Time { return now }}))
	request := verdictOf("failing", "errors")
	request.To = now
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	before := table(t, answer)

	client.left, now = 0, now.Add(5*time.Minute)
	request.To = now
	for range 2 {
		answer, err = engine.Run(context.Background(), request)
		var down *promapi.Error
		require.True(t, errors.As(err, &down))
		after := table(t, answer)
		require.Len(t, after, len(before))
		for i := range before {
			for _, same := range []string{"variant", "state", "evidence", "n_baseline", "n_variant", "difference"} {
				require.Equal(t, before[i][same], after[i][same], same)
			}
			require.Equal(t, "not read", after[i]["cause"])
			require.Regexp(t, "This is as of .* UTC: since then it could not be read: .*it is down", after[i]["reason"])
		}
	}

	client.left = math.MaxInt64
	answer, err = engine.Run(context.Background(), request)
	require.NoError(t, err)
	require.Empty(t, table(t, answer)[0]["cause"])
}

// A verdict rests on the data alone: whoever has watched all along says the same as who begins to look now.
func TestVerdictsAreTheSameColdAndWatched(t *testing.T) {
	server := promtest.Start(t, rollouts(trials[:3]...))
	now := rolloutEnd.Add(-3 * time.Hour)
	watched := closing(t, New(clientOf(t, server), settingsOf(t, rolloutSettings), Options{Now: func() time.Time { return now }}))
	signals := []string{"errors", "latency"}
	for _, minutes := range []int{0, 1, 9, 30, 60, 80} {
		now = now.Add(time.Duration(minutes) * time.Minute)
		for _, flag := range []string{"failing", "slow", "harmless"} {
			request := verdictOf(flag, signals...)
			request.From, request.To = now.Add(-time.Hour), now
			live, err := watched.Run(context.Background(), request)
			require.NoError(t, err)
			at := now
			cold := closing(t, New(clientOf(t, server), settingsOf(t, rolloutSettings), Options{Now: func() time.Time { return at }}))
			again, err := cold.Run(context.Background(), request)
			require.NoError(t, err)
			require.Equal(t, table(t, again), table(t, live), "%s at %s", flag, now)
		}
	}
}

// since is a client that notes how far back range queries go.
type since struct {
	*counting
	mutex sync.Mutex
	from  []time.Time
}

func (s *since) QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error) {
	s.mutex.Lock()
	s.from = append(s.from, q.Start)
	s.mutex.Unlock()
	return s.counting.QueryRange(ctx, q)
}

// A refresh asks for what is new and for what may have come late alone, and a look at the past leaves the present as it is.
func TestVerdictsRefresh(t *testing.T) {
	server := promtest.Start(t, rollouts(trials[0]))
	client := &since{counting: clientOf(t, server)}
	engine := rolloutEngine(t, client)
	first, err := engine.Run(context.Background(), verdictOf("failing", "errors"))
	require.NoError(t, err)
	require.Less(t, slices.MinFunc(client.from, time.Time.Compare), promtest.Epoch, "all of the rollout is read at first")
	instants := client.instants.Load()
	client.from = nil
	again, err := engine.Run(context.Background(), verdictOf("failing", "errors"))
	require.NoError(t, err)
	require.Len(t, client.from, 2, "nothing is new: the newest minutes are read again, once of the shares, once of the counts")
	for _, from := range client.from {
		// The counts begin at what is remembered, of which there is one every 20 minutes at that age.
		require.GreaterOrEqual(t, from, rolloutEnd.Add(-time.Hour-20*time.Minute), "an hour is read again")
	}
	require.Equal(t, instants, client.instants.Load(), "what is known otherwise is not asked again")
	require.Equal(t, table(t, first), table(t, again))

	past := verdictOf("failing", "errors")
	past.From, past.To = past.From.Add(-3*time.Hour), past.To.Add(-3*time.Hour)
	then, err := engine.Run(context.Background(), past)
	require.NoError(t, err)
	require.Less(t, table(t, then)[0]["n_variant"], table(t, first)[0]["n_variant"])
	after, err := engine.Run(context.Background(), verdictOf("failing", "errors"))
	require.NoError(t, err)
	require.Equal(t, table(t, first), table(t, after))
}

func TestVerdictOptions(t *testing.T) {
	engine := rolloutEngine(t, clientOf(t, promtest.Start(t, rollouts(trials[2]))))
	request := verdictOf("harmless", "errors")
	request.Query.Margins = map[string]model.Margin{"errors": {Relative: 1}}
	request.Query.Alpha, request.Query.Profile, request.Query.Since = 0.05, model.ProfileBrisk, model.SinceRange
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	row := table(t, answer)[0]
	require.InDelta(t, 1, row["margin_relative"], 0)
	require.InDelta(t, 0.025, row["alpha"], 1e-12, "two judged signals share alpha")
	require.Equal(t, "brisk", row["profile"])
	require.Equal(t, rolloutEnd.Add(-time.Hour), row["since"])
	require.Contains(t, answer[0].Meta.ExecutedQueryString, `feature_flag_http_request_duration_seconds_count`)

	request.Query.Since = model.Since("4102444800000")
	_, err = engine.Run(context.Background(), request)
	var wrong *model.InvalidError
	require.True(t, errors.As(err, &wrong))
	require.Equal(t, "since", wrong.Field)
}

func TestChangesOnPrometheus(t *testing.T) {
	engine := rolloutEngine(t, clientOf(t, promtest.Start(t, rollouts(trials...))))
	request := Request{Query: model.Query{QueryType: model.QueryChanges, Flag: "vanished"}, From: promtest.Epoch, To: rolloutEnd}
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	rows := table(t, answer)
	require.NotEmpty(t, rows)
	gone := slices.IndexFunc(rows, func(row map[string]any) bool { return row["variant"] == "on" })
	require.GreaterOrEqual(t, gone, 0)
	at, ok := rows[gone]["time"].(time.Time)
	require.True(t, ok)
	require.InDelta(t, 3, at.Sub(promtest.Epoch).Hours(), 0.3, "the feature vanished after three of six hours")
}

func TestFlagsWithVerdicts(t *testing.T) {
	engine := rolloutEngine(t, clientOf(t, promtest.Start(t, rollouts(trials...))))
	request := Request{Query: model.Query{QueryType: model.QueryFlags, Stats: []string{"verdict"}}, From: promtest.Epoch, To: rolloutEnd}
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	states := map[string]any{}
	for _, row := range table(t, answer) {
		flag, variant := row["flag"].(string), row["variant"].(string)
		if variant == "off" {
			require.Empty(t, row["verdict"], "a baseline has no verdict")
			require.Nil(t, row["evidence"])
			continue
		}
		states[flag] = row["verdict"]
		require.Equal(t, flag == "failing" || flag == "slow", row["discovery"], flag)
	}
	for flag, state := range map[string]string{
		"failing": "regressed", "slow": "regressed", "harmless": "inconclusive", "lopsided": "withheld", "young": "insufficient data",
	} {
		require.Equal(t, state, states[flag], flag)
	}
}

func TestBacktestOnPrometheus(t *testing.T) {
	fleet := trial{flag: "steady", requests: [2]float64{30, 30}, errors: [2]float64{0.01, 0.01}}
	engine := rolloutEngine(t, clientOf(t, promtest.Start(t, rollouts(fleet))))
	request := verdictOf("steady", "errors", "latency")
	request.Query.QueryType = model.QueryBacktest
	request.Query.Since = model.Since("1767240000000") // 04:00, four hours in
	request.Query.Backtest = &model.BacktestOptions{Splits: 10, Seed: 3, Hours: 4}
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	for _, row := range table(t, answer) {
		require.InDelta(t, 2, row["processes"], 0)
		require.InDelta(t, 2, row["splits"], 0, "two processes have two halves")
		require.InDelta(t, 0, row["alarms"], 0)
		require.InDelta(t, 239, row["ticks"], 1)
		require.Greater(t, row["standard_error"], 0.0)
		require.Contains(t, row["reason"], "of 2 random halves of 2 processes with off, 0 were called regressed")
	}
	resource, err := engine.Backtest(context.Background(), request)
	require.NoError(t, err)
	require.Len(t, resource.Results, 2)
	require.InDelta(t, 0, *resource.Results[0].Rate, 0)
	request.Query.QueryType = model.QueryVerdict
	_, err = engine.Backtest(context.Background(), request)
	require.ErrorContains(t, err, "takes backtest alone")
}

func TestPreviewOfVerdicts(t *testing.T) {
	engine := rolloutEngine(t, clientOf(t, promtest.Start(t, rollouts(trials[0]))))
	statements, err := engine.PromQL(context.Background(), verdictOf("failing", "errors", "latency"))
	require.NoError(t, err)
	var bySignal []string
	for _, s := range statements {
		require.Equal(t, "1m", s.Step)
		bySignal = append(bySignal, s.Signal)
		require.False(t, s.Signal != "" && strings.Contains(s.Expr, "rate(") || s.Signal != "" && strings.Contains(s.Expr, "increase("),
			"verdicts rest on raw counters, not on what extrapolates: %s", s.Expr)
	}
	require.Subset(t, bySignal, []string{"errors", "latency"})
}
