package model

import "fmt"

// Marker names a gauge that is above 0 while something goes on that whoever reads a chart should know of: a load test,
// maintenance, an incident, data that was simulated. Each such stretch is a region among the annotations of changes.
type Marker struct {
	Metric string `json:"metric"`
	// Title is what the region is called.
	Title string `json:"title"`
}

const (
	maxMarkers     = 10
	maxMarkerTitle = 80
)

func checkMarkers(markers []Marker) error {
	if len(markers) > maxMarkers {
		return invalid("markers", "choose fewer", "%d are too many, at most %d are read", len(markers), maxMarkers)
	}
	for i, m := range markers {
		if err := checkMetricName(fmt.Sprintf("markers[%d].metric", i), m.Metric); err != nil {
			return err
		}
		if n := len(m.Title); n == 0 || n > maxMarkerTitle {
			return invalid(fmt.Sprintf("markers[%d].title", i), "say in a few words what goes on", "it has %d bytes, of 1 to %d", n, maxMarkerTitle)
		}
	}
	return nil
}
