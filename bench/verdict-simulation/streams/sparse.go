package streams

// Sparse are streams of many processes with few requests each, in which the feature changes nothing: every alarm is a false
// one.
func Sparse() []Stream {
	var all []Stream
	add := func(name string, rps float64, processes int, change func(*Stream)) {
		s := Base("sparse, "+name, rps)
		s.Instances = processes
		if change != nil {
			change(&s)
		}
		all = append(all, s)
	}
	uneven := func(s *Stream) {
		for i := range s.Instances {
			s.Shares = append(s.Shares, []float64{0.1, 0.3, 0.5, 0.7, 0.9}[i%5])
		}
	}
	sick := func(s *Stream) {
		s.Rates = make([]float64, s.Instances)
		for i := range s.Rates {
			s.Rates[i] = 1
		}
		s.Rates[1] = 30
	}
	add("60 processes, 1 rps", 1, 60, nil)
	add("20 processes, 0.1 rps", 0.1, 20, nil)
	add("50 processes, 5 rps, 2 to 4 retries", 5, 50, func(s *Stream) { s.Retry = &Retry{Least: 2, Most: 4} })
	add("30 processes, 0.5 rps, 10% bad, 2 to 4 retries", 0.5, 30, func(s *Stream) { s.Rate, s.Retry = 0.1, &Retry{Least: 2, Most: 4} })
	add("60 processes, 2 rps, one sick x30", 2, 60, sick)
	add("60 processes, 5 rps, shares 10 to 90%, one sick x30", 5, 60, func(s *Stream) { uneven(s); sick(s) })
	add("60 processes, 5 rps, shares 10 to 90%, one sick x30, retries", 5, 60, func(s *Stream) {
		uneven(s)
		sick(s)
		s.Retry = &Retry{Least: 2, Most: 4}
	})
	add("60 processes, 5 rps, shares 40 to 60%, one sick x30", 5, 60, func(s *Stream) {
		sick(s)
		for i := range s.Instances {
			s.Shares = append(s.Shares, 0.4+0.2*float64((i*7)%60)/59)
		}
	})
	add("60 processes, 5 rps, shared shocks x20", 5, 60, func(s *Stream) { s.Shock = 20 })
	add("40 processes, 3 rps, bursts on one", 3, 40, func(s *Stream) { s.Cluster = &Cluster{Size: 20, Minutes: 2, Part: 0.5, OneProcess: true} })
	return all
}
