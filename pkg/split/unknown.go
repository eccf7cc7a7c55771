package split

import (
	"fmt"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promql"
)

// unknown is a way to split that is not among those that there are.
type unknown struct {
	labelsMode
	name model.SplitMode
}

func (u unknown) Name() model.SplitMode { return u.name }

func (u unknown) Complete(split, _ model.Split) model.Split { return split }

func (u unknown) Branches(promql.Scope) ([]promql.Branch, error) {
	return nil, fmt.Errorf("split mode %q passed validation but is not implemented", u.name)
}
