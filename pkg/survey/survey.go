// Package survey finds out what is there: which flags, variants and metrics a Prometheus has, of which class a metric is,
// what a flag's baseline is, and why something is missing. It judges nothing and draws nothing.
package survey

import (
	"context"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/flaglens/flaglens/pkg/budget"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// What the types of this package ask of a Prometheus, each no more than it needs.
type (
	querier interface {
		Query(ctx context.Context, q promapi.InstantQuery) (*promapi.Result, error)
	}
	rangeQuerier interface {
		QueryRange(ctx context.Context, q promapi.RangeQuery) (*promapi.Result, error)
	}
	labelNames interface {
		LabelNames(ctx context.Context, q promapi.MetaQuery) (names, warnings []string, err error)
	}
	labelValues interface {
		LabelValues(ctx context.Context, label string, q promapi.MetaQuery) (values, warnings []string, err error)
	}
	seriesLister interface {
		Series(ctx context.Context, q promapi.MetaQuery) (series []labels.Labels, warnings []string, err error)
	}
	describer interface {
		Metadata(ctx context.Context, metric string, limit int) (map[string][]promapi.Metadata, error)
	}
)

// Client is what the whole survey asks of a Prometheus; promapi.Client is one.
type Client interface {
	querier
	rangeQuerier
	labelNames
	labelValues
	seriesLister
	describer
}

// Survey is all that looks for what is there, and what it has found out. It is safe for concurrent use.
type Survey struct {
	Catalogue Catalogue
	Baselines Baselines
	Classes   *Classes
	Subjects  *Subjects
	Inventory *Inventory
	Lists     *Lists
	Variants  *Variants
	Silences  *Silences

	joins    *joins
	nameless *nameless
}

// Options of a survey.
type Options struct {
	// Words are the kinds of signals and the ways to split that there are.
	Words vocabulary.Vocabulary
	// Now is the clock.
	Now func() time.Time
	// Budget is the memory that queries share.
	Budget *budget.Budget
}

// New is a survey of the server that client asks, under the settings in force.
func New(client Client, settings model.Settings, options Options) *Survey {
	catalogue, baselines := NewCatalogue(settings, options.Words), NewBaselines(settings)
	classes := newClasses(client, options.Words.Kinds)
	places := places{catalogue, classes}
	variants := newVariants(client, catalogue, places)
	flags := &flags{client: client, catalogue: catalogue, places: places}
	joins, nameless := newJoins(client, catalogue, classes), newNameless(client, catalogue, classes)
	said := []leaver{joins, nameless}
	absences := &absences{catalogue: catalogue, client: client, flags: flags, nameless: nameless, places: places}
	most := settings.Limits.MaxVariants
	return &Survey{
		Catalogue: catalogue, Baselines: baselines, Classes: classes, Variants: variants, joins: joins, nameless: nameless,
		Silences: &Silences{catalogue: catalogue, client: client, classes: classes},
		Subjects: &Subjects{
			catalogue: catalogue, baselines: baselines, variants: variants, most: most,
			absences: absences,
			ranking:  &ranking{catalogue: catalogue, client: client, classes: classes},
			said:     said,
		},
		Inventory: &Inventory{
			catalogue: catalogue, baselines: baselines, client: client, classes: classes, flags: flags, said: said,
			budget: options.Budget, most: most,
		},
		Lists: &Lists{
			catalogue: catalogue, baselines: baselines, client: client, classes: classes, variants: variants, flags: flags, places: places,
			now: options.Now, scrape: settings.ScrapeInterval(),
		},
	}
}

// Forget gives up what was found out.
func (s *Survey) Forget() {
	s.Classes.known.DeleteAll()
	s.Variants.known.DeleteAll()
	s.joins.known.DeleteAll()
	s.nameless.known.DeleteAll()
}
