package survey

import (
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/promql"
)

// counted is the answer that a job with so many samples in a window gives.
func counted(job string, window time.Duration, n float64) promapi.Series {
	return promapi.Series{
		Labels: labels.FromStrings(promql.JobLabel, job, promql.PartLabel, strconv.FormatFloat(window.Seconds(), 'f', -1, 64)),
		Floats: []promapi.FloatPoint{{V: n}},
	}
}

func TestIntervalsThatSamplesTell(t *testing.T) {
	const short, long = 5 * time.Minute, 15 * time.Minute
	for name, test := range map[string]struct {
		series []promapi.Series
		want   time.Duration
		sure   bool
	}{
		"nothing":                  {nil, 0, false},
		"every 15 s":               {[]promapi.Series{counted("a", short, 20), counted("a", long, 60)}, 15 * time.Second, true},
		"with both ends":           {[]promapi.Series{counted("a", short, 21), counted("a", long, 61)}, 15 * time.Second, true},
		"with lost scrapes":        {[]promapi.Series{counted("a", short, 18), counted("a", long, 54)}, 15 * time.Second, true},
		"every minute":             {[]promapi.Series{counted("a", short, 5), counted("a", long, 15)}, time.Minute, true},
		"every minute, both ends":  {[]promapi.Series{counted("a", short, 6), counted("a", long, 16)}, time.Minute, true},
		"every 2 minutes":          {[]promapi.Series{counted("a", short, 2), counted("a", long, 7)}, 2 * time.Minute, true},
		"every 5 minutes":          {[]promapi.Series{counted("a", short, 1), counted("a", long, 3)}, 0, false},
		"every 5 minutes, hours":   {[]promapi.Series{counted("a", time.Hour, 12), counted("a", 6*time.Hour, 72)}, 5 * time.Minute, true},
		"young":                    {[]promapi.Series{counted("a", short, 20), counted("a", long, 21)}, 15 * time.Second, true},
		"the slowest job":          {[]promapi.Series{counted("a", long, 60), counted("b", long, 15)}, time.Minute, true},
		"a job too slow to tell":   {[]promapi.Series{counted("a", long, 60), counted("b", long, 2)}, 15 * time.Second, false},
		"an interval of one's own": {[]promapi.Series{counted("a", short, 42), counted("a", long, 128)}, 7 * time.Second, true},
		"a label of no number":     {[]promapi.Series{{Labels: labels.FromStrings(promql.PartLabel, "x"), Floats: []promapi.FloatPoint{{V: 9}}}}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, sure := longestOf(&promapi.Result{Series: test.series})
			require.Equal(t, test.want, got)
			require.Equal(t, test.sure, sure)
		})
	}
}
