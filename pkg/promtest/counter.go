package promtest

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Counter is one series; its values are those at each scrape, NaN where it is not there.
type Counter struct {
	Labels string
	Values []float64
}

// Sampled is a series with a value at each scrape.
func Sampled(labels string, scrapes int, value func(i int) float64) Counter {
	c := Counter{Labels: labels}
	for i := range scrapes {
		c.Values = append(c.Values, value(i))
	}
	return c
}

// Write writes counters as samples; a series that ends leaves a stale marker, as a scrape that fails does.
func Write(every time.Duration, counters ...Counter) Script {
	var text strings.Builder
	for _, c := range counters {
		text.WriteString(c.Labels)
		there := false
		for _, v := range c.Values {
			switch {
			case !math.IsNaN(v):
				text.WriteString(" " + strconv.FormatFloat(v, 'f', -1, 64))
			case there:
				text.WriteString(" stale")
			default:
				text.WriteString(" _")
			}
			there = !math.IsNaN(v)
		}
		text.WriteString("\n")
	}
	return Script{Every: every, Series: text.String()}
}
