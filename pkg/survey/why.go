package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/flaglens/flaglens/pkg/model"
)

// Why says why a flag has nothing to show on a signal in a span: the cause, and a sentence that says what to do. An error is
// one of the server's.
func (s *Survey) Why(ctx context.Context, query model.Query, signal model.Signal, span Span) (model.Cause, string, error) {
	var unfit *model.InvalidError
	if _, err := s.Classes.Counted(ctx, signal, span); errors.As(err, &unfit) {
		if unfit.Cause == model.CauseNone {
			return model.CauseUnfit, unfit.Message, nil
		}
		return unfit.Cause, unfit.Message, nil
	} else if err != nil {
		return "", "", err
	}
	subject, err := s.Subjects.Of(ctx, query, signal, span)
	if err != nil {
		return "", "", err
	}
	if len(subject.Found) == 0 {
		texts := make([]string, len(subject.Notices))
		for i, notice := range subject.Notices {
			texts[i] = strings.TrimPrefix(notice.Text, signal.Name+": ")
		}
		return subject.Cause, strings.Join(texts, " "), nil
	}
	found, err := s.Silences.Of(ctx, query, signal, subject.Found, span, span.Window)
	if err != nil {
		return "", "", err
	}
	if found.Said == "" {
		found.Said = fmt.Sprintf("Nothing was counted on %s in this range.", signal.Metric)
	}
	return found.Cause, found.Said, nil
}
