package failure

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/flaglens/flaglens/pkg/model"
)

func TestOf(t *testing.T) {
	latency, throughput := model.Signal{ID: "latency"}, model.Signal{ID: "throughput"}
	gone := errors.New("no connection to Prometheus: dial tcp: refused")
	flag := &model.InvalidError{Field: "flag", Message: "choose the flag to look at"}
	alone, grouped := Named(gone, latency), Named(gone, latency, throughput)
	for name, tt := range map[string]struct {
		err  error
		want []model.Failure
	}{
		"none":        {nil, nil},
		"one signal":  {alone, []model.Failure{{Signals: []string{"latency"}, Message: "latency: " + gone.Error()}}},
		"two as one":  {grouped, []model.Failure{{Signals: []string{"latency", "throughput"}, Message: "latency, throughput: " + gone.Error()}}},
		"of no field": {flag, nil},
		"of no one":   {fmt.Errorf("find the rollout: %w", gone), nil},
		"wrapped": {fmt.Errorf("read the quantiles: %w", alone), []model.Failure{
			{Signals: []string{"latency"}, Message: "read the quantiles: latency: " + gone.Error()},
		}},
		"several, one of no signal": {errors.Join(grouped, nil, errors.Join(flag, alone)), []model.Failure{
			{Signals: []string{"latency", "throughput"}, Message: grouped.Error()},
			{Signals: []string{}, Message: flag.Error()},
			{Signals: []string{"latency"}, Message: alone.Error()},
		}},
		"several in one sentence": {fmt.Errorf("both %w and %w", alone, gone), []model.Failure{
			{Signals: []string{"latency"}, Message: "both " + alone.Error() + " and " + gone.Error()},
		}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, Of(tt.err)) })
	}
}

func TestNamedKeepsTheCause(t *testing.T) {
	cause := &model.InvalidError{Field: "quantiles", Message: "give numbers between 0 and 1"}
	err := Named(cause, model.Signal{ID: "latency"})
	var found *model.InvalidError
	assert.ErrorAs(t, err, &found)
	assert.EqualError(t, err, "latency: "+cause.Error())
}

// Whoever names the signals once more adds nothing.
func TestNamedOnce(t *testing.T) {
	latency := model.Signal{ID: "latency"}
	once := Named(errors.New("no connection"), latency)
	assert.Equal(t, "latency: no connection", Named(fmt.Errorf("%w", once), latency).Error())
	assert.Equal(t, "latency, throughput: latency: no connection", Named(once, latency, model.Signal{ID: "throughput"}).Error())
}
