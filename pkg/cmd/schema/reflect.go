package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/flaglens/flaglens/pkg/model"
)

// resources holds every type that a resource call carries; the schema names them by these fields.
type resources struct {
	Flags    model.FlagsResource
	Names    model.NamesResource
	Metrics  model.MetricsResource
	Signals  model.SignalsResource
	Presets  model.PresetsResource
	Version  model.VersionResource
	PromQL   model.PromQLResource
	Request  model.PromQLRequest
	Backtest model.BacktestResource
	Error    model.ErrorResource
}

// Files returns the schema files by name. Unknown fields are allowed everywhere, as the backend ignores them.
func Files() (map[string][]byte, error) {
	types := map[string]any{
		"query.schema.json":     model.Query{},
		"settings.schema.json":  model.Settings{},
		"resources.schema.json": resources{},
	}
	files := make(map[string][]byte, len(types))
	for name, value := range types {
		reflector := jsonschema.Reflector{
			Anonymous:                 true,
			AllowAdditionalProperties: true,
			ExpandedStruct:            false,
		}
		if err := reflector.AddGoComments("github.com/flaglens/flaglens", "./pkg/model"); err != nil {
			return nil, fmt.Errorf("read the comments of pkg/model: %w", err)
		}
		schema := reflector.ReflectFromType(reflect.TypeOf(value))
		delete(schema.Definitions, "resources")
		if name == "resources.schema.json" {
			schema.Ref = ""
		}
		content, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("marshal %s: %w", name, err)
		}
		files[name] = append(content, '\n')
	}
	return files, nil
}
