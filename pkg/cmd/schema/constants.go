package main

import (
	"encoding/json"
	"fmt"

	"github.com/flaglens/flaglens/pkg/frames"
	"github.com/flaglens/flaglens/pkg/kind"
	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/rollout"
	"github.com/flaglens/flaglens/pkg/verdict"
)

// constants are what TypeScript knows of the contract beside its types: the words of each closed set, what goes with
// which, and the columns of the frames.
type constants struct {
	Enums []model.Enum `json:"enums"`
	// Maps give words of one set for each word of another.
	Maps    []wordMap       `json:"maps"`
	Layouts []frames.Layout `json:"layouts"`
}

type wordMap struct {
	Name, Doc, Key, Value string
	Entries               []wordEntry
}

type wordEntry struct {
	Key    string
	Values []string
}

func texts[T ~string](words []T) []string {
	values := make([]string, len(words))
	for i, word := range words {
		values[i] = string(word)
	}
	return values
}

// constantsFile is the content of the file of constants.
func constantsFile() ([]byte, error) {
	all := constants{Enums: model.Enums(), Layouts: frames.Layouts()}
	all.Enums = append(all.Enums,
		model.Enum{Name: "STATES", Type: "State", Doc: "What a verdict says, from what to act on first to what is fine.", Values: texts(verdict.States())},
		model.Enum{Name: "SHARE_STATES", Type: "ShareState", Doc: "What the request ratio check says.", Values: texts(verdict.ShareStates())},
		model.Enum{Name: "SERIES_LABELS", Type: "SeriesLabel", Doc: "Labels of a value field that carry meaning; whatever else it has groups the comparison.", Values: frames.SeriesLabels},
		model.Enum{Name: "CHANGE_KINDS", Type: "ChangeKind", Doc: "What happened to a flag.", Values: texts([]rollout.ChangeKind{rollout.ChangeAllocation, rollout.ChangeFlag})},
	)
	formats := wordMap{Name: "FORMATS_BY_TYPE", Key: "QueryType", Value: "Format", Doc: "What each query type answers with, its default first."}
	stats := wordMap{Name: "PLAIN_STATS_BY_KIND", Key: "Kind", Value: "PlainStat", Doc: "The stats of each kind of signal that are no quantiles."}
	kinds := kind.BuiltIn()
	for _, e := range all.Enums {
		for _, word := range e.Values {
			switch e.Type {
			case formats.Key:
				formats.Entries = append(formats.Entries, wordEntry{word, texts(model.FormatsOf(model.QueryType(word)))})
			case stats.Key:
				stats.Entries = append(stats.Entries, wordEntry{word, kinds.Of(model.Signal{Kind: model.SignalKind(word)}).Stats(nil)})
			}
		}
	}
	all.Maps = []wordMap{formats, stats}
	content, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("marshal the constants: %w", err)
	}
	return append(content, '\n'), nil
}
