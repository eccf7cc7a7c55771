// Command pkg is the backend process of the datasource: gpx_flaglens_<os>_<arch>, which Grafana starts.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/flaglens/flaglens/pkg/plugin"
)

func main() {
	plugin.BoundMemory()
	if err := datasource.Manage(plugin.ID, plugin.New, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("The backend could not be started", "error", err.Error())
		os.Exit(1)
	}
}
