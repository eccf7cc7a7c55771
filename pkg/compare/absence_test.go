package compare

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// Where there is nothing to show, the answer says why, and what there is.
func TestAbsenceIsExplained(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	latency := []string{"latency"}
	for name, test := range map[string]struct {
		split string
		query model.Query
		says  [][]string
		empty bool
	}{
		"flag": {
			"labels", model.Query{Flag: "nope", Signals: latency},
			[][]string{{`flag "nope" has no series`, "checkout"}}, true,
		},
		"flag, as a label": {
			"flag_label", model.Query{Flag: "nope", Signals: latency},
			[][]string{{`flag "nope" has no series`, "checkout"}}, true,
		},
		"flag, info": {
			"info", model.Query{Flag: "nope", Signals: latency},
			[][]string{{`flag "nope" has no series`, "checkout, other"}}, true,
		},
		"flag, matchers": {
			"matchers", model.Query{Flag: "nope", Signals: latency},
			[][]string{{`flag "nope" is not among the datasource's matchers`, "checkout"}}, true,
		},
		"variant": {
			"labels", model.Query{Flag: "checkout", Signals: latency, Variants: []string{"on", "blue"}},
			[][]string{{`Variant "blue" of flag "checkout"`, "off, on"}}, false,
		},
		"baseline": {
			"labels", model.Query{Flag: "checkout", Signals: latency, Baseline: "legacy"},
			[][]string{{`baseline "legacy" of flag "checkout"`, "off, on"}}, false,
		},
		"measured per process": {
			"labels", model.Query{Flag: "checkout", Signals: []string{"cpu", "memory"}},
			[][]string{
				{"process_cpu_seconds_total carries no label feature_flag_key", "info or the matchers split"},
				{"process_resident_memory_bytes carries no label feature_flag_key"},
			}, true,
		},
		"metric": {
			"labels", model.Query{Flag: "checkout", Signals: []string{"absent"}},
			[][]string{{"no series named never_heard_of"}}, true,
		},
		"filters": {
			"labels", model.Query{Flag: "checkout", Signals: latency, Filters: []model.Filter{{Key: "route", Operator: model.OpEqual, Value: "/none"}}},
			[][]string{{`flag "checkout" has no variants in this range under these filters`}}, true,
		},
		"stats": {
			"labels", model.Query{Flag: "checkout", Signals: []string{"errors"}, Stats: []string{"p95"}},
			[][]string{{"None of the signals (errors) has any of the stats p95"}}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.query.QueryType = model.QueryCompare
			answer, err := engineOn(t, client, promtest.ShopSplits[test.split]).Run(context.Background(), asked(test.query))
			require.NoError(t, err)
			for _, parts := range test.says {
				requireNotice(t, answer, parts...)
			}
			if test.empty {
				require.Len(t, answer, 1)
				require.Zero(t, answer[0].Rows())
			} else {
				require.NotEmpty(t, valuesOf(t, answer))
			}
		})
	}
}

// Process metrics can be split where the variant is constant in a process.
func TestProcessMetricsBySplit(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	for _, split := range []string{"info", "matchers"} {
		answer, err := engineOn(t, client, promtest.ShopSplits[split]).Run(context.Background(), asked(model.Query{
			QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"cpu", "memory"},
		}))
		require.NoError(t, err)
		got := valuesOf(t, answer)
		requireSame(t, evaluate(t, client, `sum(rate(process_cpu_seconds_total{version="2"}[75s]))`), got[key("on", "feature", "cpu", "rate")], "cpu")
		requireSame(t, evaluate(t, client, `avg(process_resident_memory_bytes{version="1"})`), got[key("off", "baseline", "memory", "value")], "memory")
	}
}

func TestBaselineIsResolved(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	for name, test := range map[string]struct{ settings, asked, want string }{
		"well known":           {`{}`, "", "off"},
		"configured names":     {`{"baselineNames":["blue","on"]}`, "", "on"},
		"configured per flag":  {`{"baselines":{"checkout":"on"}}`, "", "on"},
		"the query's own wins": {`{"baselines":{"checkout":"on"}}`, "off", "off"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := engineOn(t, client, test.settings).Run(context.Background(), asked(model.Query{
				QueryType: model.QuerySplit, Flag: "checkout", Signals: []string{"errors"}, Baseline: test.asked,
			}))
			require.NoError(t, err)
			require.Equal(t, "baseline", answer[0].Fields[1].Labels["role"])
			require.Equal(t, test.want, answer[0].Fields[1].Labels["variant"])
		})
	}
	answer, err := engineOn(t, client, `{"baselineNames":["blue"]}`).Run(context.Background(), asked(model.Query{
		QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"errors"},
	}))
	require.NoError(t, err)
	requireNotice(t, answer, `Flag "checkout" has no baseline`, "off, on", "blue")
	require.Len(t, valuesOf(t, answer), 2, "both variants are shown, compared with nothing")
}

func TestRanges(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	end := promtest.ShopEnd
	for name, test := range map[string]struct {
		from, to time.Time
		interval time.Duration
		points   int64
		says     string
		refused  string
		step     time.Duration
		start    time.Time
	}{
		"zero":                {from: end, to: end, says: "shorter than two scrapes"},
		"one scrape":          {from: end.Add(-promtest.ShopScrape), to: end, says: "shorter than two scrapes"},
		"backwards":           {from: end, to: end.Add(-time.Hour), refused: "range: it ends before it begins"},
		"future":              {from: end.Add(time.Hour), to: end.Add(2 * time.Hour), says: "lies in the future"},
		"before the data":     {from: end.Add(-48 * time.Hour), to: end.Add(-24 * time.Hour), says: "no series"},
		"reaches the future":  {from: end.Add(-time.Hour), to: end.Add(time.Hour), interval: time.Minute, step: time.Minute, start: end.Add(-time.Hour)},
		"finer than a scrape": {from: end.Add(-time.Hour), to: end, interval: time.Second, step: promtest.ShopScrape, start: end.Add(-time.Hour)},
		"no interval":         {from: end.Add(-time.Hour), to: end, points: 100, step: 36 * time.Second, start: end.Add(-time.Hour)},
		"unaligned":           {from: end.Add(-time.Hour + 17*time.Second), to: end, interval: time.Minute, step: time.Minute, start: end.Add(-time.Hour)},
		"400 days":            {from: end.Add(-400 * 24 * time.Hour), to: end, interval: time.Hour, step: time.Hour, start: end.Add(-400 * 24 * time.Hour)},
		"10,999 steps, unaligned": {
			from: end.Add(-10_999*time.Minute - time.Second), to: end, interval: time.Second, step: 61 * time.Second,
		},
		"400 days, by a second": {from: end.Add(-400 * 24 * time.Hour), to: end, interval: time.Second, step: 3143 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := engineOn(t, client, `{}`).Run(context.Background(), Request{
				Query: model.Query{QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"errors"}},
				From:  test.from, To: test.to, Interval: test.interval, MaxDataPoints: test.points,
			})
			switch {
			case test.refused != "":
				require.ErrorContains(t, err, test.refused)
			case test.says != "":
				require.NoError(t, err)
				requireNotice(t, answer, test.says)
				require.Empty(t, valuesOf(t, answer))
			default:
				require.NoError(t, err)
				times := answer[0].Fields[0]
				require.LessOrEqual(t, times.Len(), 11_000)
				first, ok := times.At(0).(time.Time)
				require.True(t, ok)
				second, ok := times.At(1).(time.Time)
				require.True(t, ok)
				require.Equal(t, test.step, second.Sub(first))
				require.Zero(t, first.UnixNano()%test.step.Nanoseconds(), "the start lies on the step's grid")
				if !test.start.IsZero() {
					require.Equal(t, test.start, first)
				}
				last, ok := times.At(times.Len() - 1).(time.Time)
				require.True(t, ok)
				require.False(t, last.After(end), "nothing is asked of the future")
			}
		})
	}
}

// A metric that ended before the range did is still known for what it was.
func TestMetricThatEnded(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	engine := engineOn(t, client, promtest.ShopSplits["labels"])
	engine.now = func() time.Time { return promtest.ShopEnd.Add(3 * time.Hour) }
	request := asked(model.Query{QueryType: model.QueryCompare, Flag: "checkout", Signals: []string{"native"}, Stats: []string{"p95"}})
	request.To = promtest.ShopEnd.Add(2 * time.Hour)
	answer, err := engine.Run(context.Background(), request)
	require.NoError(t, err)
	got := valuesOf(t, answer)[key("on", "feature", "native", "p95")]
	require.Len(t, got, 181)
	require.NotNil(t, got[30])
	require.Nil(t, got[120], "a gap is not bridged")
}

// Whatever is asked, an answer without anything in it has the fields of its type, and an alert rule gets what Grafana calls
// no data.
func TestEmptyAnswersHaveTheirFields(t *testing.T) {
	client := clientOf(t, promtest.Start(t, promtest.Shop()))
	engine := engineOn(t, client, promtest.ShopSplits["labels"])
	for _, queryType := range model.QueryTypes() {
		for _, format := range model.FormatsOf(queryType) {
			for name, at := range map[string]time.Time{
				"in the future":   promtest.ShopEnd.Add(2 * time.Hour),
				"before the data": promtest.ShopEnd.Add(-48 * time.Hour),
			} {
				t.Run(string(queryType)+" as "+string(format)+" "+name, func(t *testing.T) {
					request := asked(model.Query{QueryType: queryType, Format: format, Flag: "nope", Signals: []string{"latency"}})
					request.From, request.To = at.Add(-time.Hour), at
					answer, err := engine.Run(context.Background(), request)
					if err != nil {
						var wrong *model.InvalidError
						require.ErrorAs(t, err, &wrong, "only a query that cannot be answered fails")
						return
					}
					require.Len(t, answer, 1)
					if queryType == model.QueryVerdict && answer[0].Rows() == 1 {
						return // a verdict says itself that there is no data
					}
					require.Zero(t, answer[0].Rows())
					require.NotEmpty(t, answer[0].Meta.Notices)
					require.Equal(t, format == model.FormatAlert, len(answer[0].Fields) == 0)

					request.FromAlert = true
					answer, err = engine.Run(context.Background(), request)
					require.NoError(t, err)
					require.Empty(t, answer[0].Fields)
				})
			}
		}
	}
}
