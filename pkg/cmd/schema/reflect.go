package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/rules"
)

// resources holds every type that a resource call or an answer's meta carries; the schema names them by these fields.
type resources struct {
	Answer   model.AnswerMeta
	Flags    model.FlagsResource
	Names    model.NamesResource
	Metrics  model.MetricsResource
	Signals  model.SignalsResource
	Presets  model.PresetsResource
	Version  model.VersionResource
	PromQL   model.PromQLResource
	Request  model.PromQLRequest
	Backtest model.BacktestResource
	Setup    model.SetupRequest
	Detect   model.DetectResource
	Trial    model.PreviewRequest
	Preview  model.PreviewResource
	Doctor   model.DoctorResource
	Error    model.ErrorResource
}

// ruleTypes holds what the generator of alert rules asks and is answered. Its schema has a folder of its own, since
// some of the types are called as others of the contract.
type ruleTypes struct {
	Request rules.Request
	Answer  rules.Answer
}

// Files returns the schema files and that of the constants by name. Unknown fields are allowed everywhere, as the backend ignores them.
func Files() (map[string][]byte, error) {
	types := map[string]any{
		"query.schema.json":       model.Query{},
		"settings.schema.json":    model.Settings{},
		"resources.schema.json":   resources{},
		"rules/rules.schema.json": ruleTypes{},
	}
	files := make(map[string][]byte, len(types))
	for name, value := range types {
		reflector := jsonschema.Reflector{
			Anonymous:                 true,
			AllowAdditionalProperties: true,
			ExpandedStruct:            false,
		}
		for _, folder := range []string{"./pkg/model", "./pkg/rules"} {
			if err := reflector.AddGoComments("github.com/flaglens/flaglens", folder); err != nil {
				return nil, fmt.Errorf("read the comments of %s: %w", folder, err)
			}
		}
		schema := reflector.ReflectFromType(reflect.TypeOf(value))
		for _, holder := range []string{"resources", "ruleTypes"} {
			if _, ok := schema.Definitions[holder]; ok {
				delete(schema.Definitions, holder)
				schema.Ref = ""
			}
		}
		content, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("marshal %s: %w", name, err)
		}
		files[name] = append(content, '\n')
	}
	content, err := constantsFile()
	if err != nil {
		return nil, err
	}
	files["constants/constants.json"] = content
	return files, nil
}
