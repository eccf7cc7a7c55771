package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/hashicorp/go-hclog"
)

const (
	datasourcePluginID = "flaglens-datasource"
	// maxSettingsLine bounds a line of stdin; certificates and a large signal catalogue fit many times over.
	maxSettingsLine = 8 << 20
)

// provisionedDatasource has the fields of an entry of `datasources:` in a Grafana provisioning file.
type provisionedDatasource struct {
	UID            string            `json:"uid"`
	Type           string            `json:"type"`
	Name           string            `json:"name"`
	URL            string            `json:"url"`
	User           string            `json:"user"`
	Database       string            `json:"database"`
	BasicAuth      bool              `json:"basicAuth"`
	BasicAuthUser  string            `json:"basicAuthUser"`
	JSONData       json.RawMessage   `json:"jsonData"`
	SecureJSONData map[string]string `json:"secureJsonData"`
}

// datasources holds the settings by uid. It is safe for concurrent use.
type datasources struct {
	mutex sync.RWMutex
	byUID map[string]backend.DataSourceInstanceSettings
}

func newDatasources() *datasources {
	return &datasources{byUID: map[string]backend.DataSourceInstanceSettings{}}
}

// get returns a copy of the settings of uid.
func (d *datasources) get(uid string) (backend.DataSourceInstanceSettings, bool) {
	d.mutex.RLock()
	defer d.mutex.RUnlock()
	settings, ok := d.byUID[uid]
	return settings, ok
}

// put adds or replaces the datasource described by document. `updated` is what makes the backend drop
// the instance that it built from earlier settings.
func (d *datasources) put(document []byte, updated time.Time) error {
	var entry provisionedDatasource
	if err := json.Unmarshal(document, &entry); err != nil {
		return fmt.Errorf("not a datasource: %w", err)
	}
	if entry.UID == "" {
		return errors.New("uid is missing")
	}
	if entry.Type != "" && entry.Type != datasourcePluginID {
		return fmt.Errorf("type is %q, expected %q", entry.Type, datasourcePluginID)
	}
	jsonData := entry.JSONData
	if len(jsonData) == 0 || string(jsonData) == "null" {
		jsonData = json.RawMessage("{}")
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	id := int64(len(d.byUID) + 1)
	if existing, ok := d.byUID[entry.UID]; ok {
		id = existing.ID
		// Grafana's clock counts in milliseconds on the wire, so two changes within one would be one.
		if !updated.Truncate(time.Millisecond).After(existing.Updated) {
			updated = existing.Updated.Add(time.Millisecond)
		}
	}
	d.byUID[entry.UID] = backend.DataSourceInstanceSettings{
		ID:                      id,
		UID:                     entry.UID,
		Type:                    datasourcePluginID,
		Name:                    entry.Name,
		URL:                     entry.URL,
		User:                    entry.User,
		Database:                entry.Database,
		BasicAuthEnabled:        entry.BasicAuth,
		BasicAuthUser:           entry.BasicAuthUser,
		JSONData:                jsonData,
		DecryptedSecureJSONData: entry.SecureJSONData,
		Updated:                 updated.Truncate(time.Millisecond),
	}
	return nil
}

// follow reads settings from input, a JSON object a line, until it ends. Each line is answered on output
// with "applied" or "refused: REASON", so that a sender knows when its change is in force.
func (d *datasources) follow(input io.Reader, output io.Writer, logger hclog.Logger) error {
	scanner := bufio.NewScanner(input)
	scanner.Buffer(make([]byte, 0, 64<<10), maxSettingsLine)
	for scanner.Scan() {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		answer := "applied"
		if err := d.put(line, time.Now()); err != nil {
			answer = "refused: " + strings.ReplaceAll(err.Error(), "\n", " ")
			logger.Warn("settings refused", "error", err)
		}
		if _, err := fmt.Fprintln(output, answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("read settings from stdin: %w", err)
	}
	return nil
}
