package setup

import (
	"context"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/survey"
)

// Doctor checks what stands in the way of a verdict.
func (t Trial) Doctor(ctx context.Context, engine model.VersionResource, client survey.Client) model.DoctorResource {
	return model.DoctorResource{Checks: []model.DoctorCheck{}}
}
