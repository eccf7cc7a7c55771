package streams

import "fmt"

// burst and cluster are the two kinds of clusters that the tables speak of.
var (
	burst   = Cluster{Size: 20, Minutes: 2, Part: 0.5}
	cluster = Cluster{Size: 100, Minutes: 10, Part: 0.5}
)

// Base is the stream that others differ from: a day of independent requests at 1% bad ones, half of them each arm's.
func Base(name string, rps float64) Stream {
	return Stream{Name: name, Minutes: Day, RPS: rps, Rate: 0.01, Share: 0.5, Instances: 1}
}

// AA are the streams in which the feature changes nothing: every alarm is a false one.
func AA() []Stream {
	var all []Stream
	add := func(s Stream) { all = append(all, s) }
	for _, rps := range []float64{1, 10, 100} {
		add(Base(fmt.Sprintf("independent, %v rps", rps), rps))
	}
	s := Base("shared shocks x20", 10)
	s.Shock = 20
	add(s)
	for _, d := range []float64{3, 10} {
		s := Base(fmt.Sprintf("over-dispersed x%v", d), 10)
		s.Dispersion = d
		add(s)
	}
	for _, rps := range []float64{1, 10, 100} {
		add(Base(fmt.Sprintf("bursts of 20 over 2 min, %v rps", rps), rps).with(burst))
	}
	for _, rps := range []float64{1, 10, 100} {
		add(Base(fmt.Sprintf("clusters of 100 over 10 min, %v rps", rps), rps).with(cluster))
	}
	for _, share := range []float64{0.05, 0.75, 0.9} {
		for _, kind := range []struct {
			name string
			c    Cluster
		}{{"bursts", burst}, {"clusters", cluster}} {
			s := Base(fmt.Sprintf("feature share %v%%, %s", 100*share, kind.name), 10).with(kind.c)
			s.Share = share
			add(s)
		}
	}
	for _, one := range []bool{true, false} {
		c := cluster
		c.OneProcess = one
		s := Base(map[bool]string{true: "20 instances, clusters on one", false: "20 instances, clusters on all"}[one], 10).with(c)
		s.Instances = 20
		add(s)
	}
	s = Base("ramp 1 to 50%, diurnal", 10)
	s.Ramp, s.Diurnal = true, true
	add(s)
	return all
}

// Drifting is the stream in which each arm's rate wanders by 30% for an hour: a real difference, for a while.
func Drifting() Stream {
	s := Base("arm drift +-30% for 1 h", 10)
	s.Drift = 0.3
	return s
}

// Shift is a stream with an effect, and the name under which the tables have it.
func Shift(rps, rate float64, effect Effect, c *Cluster) Stream {
	name := fmt.Sprintf("%v rps, %v%%, ", rps, 100*rate)
	if effect.Add > 0 {
		name += fmt.Sprintf("+%v pp", 100*effect.Add)
	} else {
		name += fmt.Sprintf("x%v", effect.Ratio)
	}
	s := Base(name, rps)
	s.Rate, s.Effect = rate, effect
	if c != nil {
		s.Name += ", bursts"
		s.Cluster = c
	}
	return s
}

// Shifts are the effects of the tables of delays, from minute from on.
func Shifts(from int) []Stream {
	return []Stream{
		Shift(10, 0.01, Effect{Ratio: 1.5, From: from}, nil),
		Shift(10, 0.01, Effect{Ratio: 2, From: from}, nil),
		Shift(10, 0.01, Effect{Ratio: 10, From: from}, nil),
		Shift(10, 0.001, Effect{Add: 0.01, From: from}, nil),
		Shift(100, 0.01, Effect{Ratio: 1.5, From: from}, nil),
		Shift(100, 0.01, Effect{Ratio: 10, From: from}, nil),
		Shift(1000, 0.001, Effect{Ratio: 2, From: from}, nil),
		Shift(1, 0.01, Effect{Ratio: 2, From: from}, nil),
		Shift(1, 0.01, Effect{Ratio: 2, From: from}, &burst),
	}
}

func (s Stream) with(c Cluster) Stream {
	s.Cluster = &c
	return s
}
