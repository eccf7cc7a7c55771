package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// DecodeQuery reads a query from JSON, validates it and fills in its defaults: the format, the quantiles.
// Unknown fields are ignored, wrong ones refused by name. Every error is an *InvalidError. Whether the flag
// and the signals exist is not known here.
func DecodeQuery(raw []byte) (Query, error) {
	var query Query
	if err := decode(raw, "query", &query); err != nil {
		return Query{}, err
	}
	return query.Validate()
}

// DecodeSettings reads the settings from the datasource's jsonData, which may be empty or null, validates them and
// fills in the preset and the defaults: Split is never nil, nor is Limits. words are what they may name. Every error is an
// *InvalidError.
func DecodeSettings(raw []byte, words Vocabulary) (Settings, error) {
	var settings Settings
	// A datasource that was provisioned without jsonData has null.
	if given := bytes.TrimSpace(raw); len(given) > 0 && string(given) != "null" {
		if err := decode(raw, "settings", &settings); err != nil {
			return Settings{}, err
		}
	}
	return settings.resolve(words)
}

// DecodePromQLRequest reads the body of the resource POST promql. Its query is validated as by DecodeQuery.
func DecodePromQLRequest(raw []byte) (PromQLRequest, error) {
	var request PromQLRequest
	if err := decode(raw, "body", &request); err != nil {
		return PromQLRequest{}, err
	}
	if request.To < request.From {
		return PromQLRequest{}, invalid("to", "give both in unix milliseconds", "the range ends before it begins")
	}
	query, err := request.Query.Validate()
	if err != nil {
		return PromQLRequest{}, err
	}
	request.Query = query
	return request, nil
}

// decode reads one JSON object into target and words what is wrong with it.
func decode(raw []byte, whole string, target any) error {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && string(trimmed) == "null" {
		return invalid(whole, "send a JSON object", "a JSON null does not fit")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	err := decoder.Decode(target)
	if err == nil {
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return invalid(whole, "send one JSON object", "there is text after the JSON object")
		}
		return nil
	}
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		field := wrongType.Field
		if field == "" {
			field = whole
		}
		return invalid(field, "give "+kindName(wrongType.Type.String()), "a JSON %s does not fit", wrongType.Value)
	}
	return invalid(whole, "send a JSON object", "this is no JSON: %v", err)
}

// kindName says in words which JSON value a Go type is read from.
func kindName(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return fmt.Sprintf("a list, each entry %s", kindName(strings.TrimPrefix(goType, "[]")))
	case strings.HasPrefix(goType, "map["), strings.HasPrefix(goType, "struct {"):
		return "an object"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "float"):
		return "a number"
	case strings.HasPrefix(goType, "*"):
		return kindName(strings.TrimPrefix(goType, "*"))
	}
	switch strings.TrimPrefix(goType, "model.") {
	case "Query", "PromQLRequest", "Filter", "Settings", "Split", "MatcherFlag", "MatcherVariant", "Signal", "Margin", "Limits",
		"BacktestOptions", "AllocationMetric", "ReasonMetric", "Marker", "Traces":
		return "an object"
	case "Since":
		return "rollout, range or unix milliseconds"
	}
	return "a string"
}
