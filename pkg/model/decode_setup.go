package model

import (
	"bytes"
	"encoding/json"
)

// DecodeSetup reads the body of the setup's resources, which may be empty. Its settings are checked and completed as saved
// ones are: Settings is nil where there are none. Every error is an *InvalidError that names the settings' own field.
func DecodeSetup(raw []byte, words Vocabulary) (SetupRequest, error) {
	var body struct {
		SetupRequest
		Settings json.RawMessage `json:"settings"`
	}
	if err := decodeBody(raw, &body); err != nil {
		return SetupRequest{}, err
	}
	settings, err := unsaved(body.Settings, words)
	if err != nil {
		return SetupRequest{}, err
	}
	body.SetupRequest.Settings = settings
	return body.SetupRequest, nil
}

// DecodePreview reads the body of the resource POST preview, as DecodeSetup does.
func DecodePreview(raw []byte, words Vocabulary) (PreviewRequest, error) {
	var body struct {
		PreviewRequest
		Settings json.RawMessage `json:"settings"`
	}
	if err := decodeBody(raw, &body); err != nil {
		return PreviewRequest{}, err
	}
	if body.To < body.From {
		return PreviewRequest{}, invalid("to", "give both in unix milliseconds", "the range ends before it begins")
	}
	settings, err := unsaved(body.Settings, words)
	if err != nil {
		return PreviewRequest{}, err
	}
	body.PreviewRequest.Settings = settings
	return body.PreviewRequest, nil
}

// decodeBody reads a body, which may be empty.
func decodeBody(raw []byte, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	return decode(raw, "body", into)
}

// unsaved are settings that were sent; nil where none were.
func unsaved(raw json.RawMessage, words Vocabulary) (*Settings, error) {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) == 0 || string(trimmed) == "null" {
		return nil, nil //nolint:nilnil // none were sent, which is no error
	}
	settings, err := DecodeSettings(raw, words)
	if err != nil {
		return nil, err
	}
	return &settings, nil
}
