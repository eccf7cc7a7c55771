package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/flaglens/flaglens/pkg/model"
)

// WithFailures says on the first frame what failed, as data. Where there is no frame, or the first one has something else
// to say, the empty frame of the query carries it.
func WithFailures(query model.Query, frames data.Frames, failures []model.Failure) data.Frames {
	if len(failures) == 0 {
		return frames
	}
	if len(frames) == 0 || frames[0].Meta != nil && frames[0].Meta.Custom != nil {
		frames = append(Empty(query, Meta{}), frames...)
	}
	if frames[0].Meta == nil {
		frames[0].Meta = &data.FrameMeta{}
	}
	frames[0].Meta.Custom = model.AnswerMeta{Failures: failures}
	return frames
}
