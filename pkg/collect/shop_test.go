package collect

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/flaglens/flaglens/pkg/counts"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promtest"
)

// A shop is processes whose series are known one by one, minute by minute, and may be out of sight for a while.

// shown is one series of a shop.
type shown struct {
	metric, instance, variant, route, status string
	// le is the bound of a bucket.
	le string
	// each says what it counts in a minute; total is what it counted before the first one.
	each  []float64
	total float64
	// born is the minute from which on it is there.
	born int
	// hidden holds the minutes at which it is out of sight, restarts those before which it begins again at zero, and lag by
	// how many minutes the answer of a minute is older.
	hidden, restarts map[int]bool
	lag              map[int]int
	gauge            bool
}

func (s *shown) labels(flag string) string {
	text := fmt.Sprintf(`%s{job="shop",instance=%q,feature_flag_key=%q,feature_flag_variant=%q,route=%q`, s.metric, s.instance, flag, s.variant, s.route)
	for name, value := range map[string]string{"status": s.status, "le": s.le} {
		if value != "" {
			text += fmt.Sprintf(",%s=%q", name, value)
		}
	}
	return text + "}"
}

// counter is what a scrape a minute brings.
func (s *shown) counter(flag string) promtest.Counter {
	total := s.total
	values := make([]float64, len(s.each))
	for minute, each := range s.each {
		if s.restarts[minute] {
			total = 0
		}
		if minute >= s.born {
			total += each
		}
		values[minute] = total
		if s.gauge {
			values[minute] = each
		}
	}
	c := promtest.Counter{Labels: s.labels(flag)}
	for minute := range values {
		value := values[minute-s.lag[minute]]
		if s.hidden[minute] || minute < s.born {
			value = math.NaN()
		}
		c.Values = append(c.Values, value)
	}
	return c
}

const (
	// opened is the minute in which the rollout begins, minutes how many there are.
	opened, minutes = 100, 260
	// aged is for how many minutes a shop ran before the first one.
	aged = 300
)

// shop is two processes with two routes, 1% of whose requests fail in both variants.
func shop(random *rand.Rand) []*shown {
	var all []*shown
	for _, instance := range []string{"shop-1", "shop-2"} {
		for _, variant := range variants {
			for _, route := range []string{"/cart", "/item"} {
				for _, status := range []string{"200", "500"} {
					mean := 200.0
					if status == "500" {
						mean = 2
					}
					all = append(all, &shown{
						metric: "requests_total", instance: instance, variant: variant, route: route, status: status,
						each: drawn(random, mean), total: math.Floor(mean * aged), hidden: map[int]bool{}, restarts: map[int]bool{}, lag: map[int]int{},
					})
				}
			}
		}
	}
	return all
}

// drawn draws counts: Poisson's, near enough.
func drawn(random *rand.Rand, mean float64) []float64 {
	each := make([]float64, minutes)
	for minute := range each {
		if mean < 30 {
			for sum := random.ExpFloat64(); sum < mean; sum += random.ExpFloat64() {
				each[minute]++
			}
			continue
		}
		each[minute] = max(0, math.Round(mean+math.Sqrt(mean)*random.NormFloat64()))
	}
	return each
}

// truth is what an arm of a shop counted in the minutes from..to, both included.
func truth(all []*shown, variant string, from, to int) counts.Arm {
	var arm counts.Arm
	for _, s := range all {
		for minute := max(from, s.born); minute <= to && s.variant == variant; minute++ {
			arm.N += s.each[minute]
			if s.status == "500" {
				arm.X += s.each[minute]
			}
		}
	}
	return arm
}

// hide hides series in the minutes from..to-1 of the rollout.
func hide(all []*shown, from, to int, which func(s *shown) bool) {
	for _, s := range all {
		for minute := max(opened+from, 0); minute < opened+to && which(s); minute++ {
			s.hidden[minute] = true
		}
	}
}

func whole(*shown) bool   { return true }
func bad(s *shown) bool   { return s.status == "500" }
func good(s *shown) bool  { return s.status == "200" }
func on(s *shown) bool    { return s.variant == "on" }
func first(s *shown) bool { return s.instance == "shop-1" }
func both(tests ...func(s *shown) bool) func(s *shown) bool {
	return func(s *shown) bool {
		for _, test := range tests {
			if !test(s) {
				return false
			}
		}
		return true
	}
}

// restart lets processes begin again before a minute of the rollout.
func restart(all []*shown, at int, which func(s *shown) bool) {
	for _, s := range all {
		s.restarts[opened+at] = s.restarts[opened+at] || which(s)
	}
}

// requestAt asks for a flag since the rollout.
func requestAt(flag string, signal model.Signal) Request {
	request := requestOf(signal)
	request.Flag, request.Start = flag, promtest.Epoch.Add(opened*counts.Step)
	return request
}
