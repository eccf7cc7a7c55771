package plugin

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/flaglens/flaglens/pkg/model"
	"github.com/flaglens/flaglens/pkg/promapi"
)

// Engines as they are told apart.
const (
	enginePrometheus      = "Prometheus"
	engineVictoriaMetrics = "VictoriaMetrics"
	engineUnknown         = "unknown"
)

// version tells what runs here and what is asked. Where the server does not say what it is, it is unknown and no worse
// for it: proxies often block this one endpoint.
func (v *view) version(ctx context.Context, plugin string) model.VersionResource {
	version := model.VersionResource{Plugin: plugin, Engine: engineUnknown}
	if info, err := v.server.BuildInfo(ctx); err == nil {
		version.Engine, version.Version = engineOf(info), info.Version
	}
	return version
}

// engineOf tells engines by what they say of themselves: Mimir names itself, VictoriaMetrics says no Go version.
func engineOf(info promapi.BuildInfo) string {
	switch {
	case info.Application != "":
		return info.Application
	case info.GoVersion != "":
		return enginePrometheus
	default:
		return engineVictoriaMetrics
	}
}

// sentence begins a message with a capital and ends it with a full stop.
func sentence(message string) string {
	message = strings.TrimRight(message, ". ")
	first, size := utf8.DecodeRuneInString(message)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + message[size:] + "."
}
