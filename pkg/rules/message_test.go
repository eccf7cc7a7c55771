package rules

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	prommodel "github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"
	"github.com/stretchr/testify/require"

	"github.com/flaglens/flaglens/pkg/vocabulary"
)

// alertValue and alertData are what Grafana gives to the annotations of a rule.
type alertValue struct {
	Labels map[string]string
	Value  float64
}

var words = vocabulary.BuiltIn()

type alertData struct {
	Labels map[string]string
	Values map[string]alertValue
	Value  any
}

// expandGrafana expands an annotation as Grafana does, with Prometheus's own templates and its strictness about what is missing.
func expandGrafana(t *testing.T, text string, data alertData) string {
	t.Helper()
	home, err := url.Parse("https://grafana.example.com/sub/")
	require.NoError(t, err)
	query := func(context.Context, string, time.Time) (promql.Vector, error) { return nil, nil }
	text = "{{- $labels := .Labels -}}{{- $values := .Values -}}{{- $value := .Value -}}" + text
	expanded, err := template.NewTemplateExpander(context.Background(), text, "__alert_x", data, prommodel.Now(), query, home,
		[]string{"missingkey=invalid"}).Expand()
	require.NoError(t, err, text)
	require.NotContains(t, expanded, "no value")
	return expanded
}

func linked(r *Request) {
	r.Links = Links{RollBack: "https://flags.example.com/{flag}/{variant}", Runbook: "https://wiki.example.com/{signal}/{baseline}"}
}

func TestWordsInGrafana(t *testing.T) {
	rules := express(t, request(linked))
	feature, existing := rules.Features[0].Annotations.Grafana, rules.Existing[0].Annotations.Grafana
	known := alertData{
		Labels: map[string]string{"flag": "checkout", "variant": "o n"},
		Values: map[string]alertValue{
			"message": {Labels: map[string]string{"summary": "it is worse", "description": "How much: {{ a lot }}", "from": "1795963560000"}},
			"beyond0": {Labels: map[string]string{"summary": "it fails", "description": "How much: more"}},
		},
	}
	require.Equal(t, "it is worse", expandGrafana(t, feature[summary], known))
	require.Equal(t, "How much: {{ a lot }}", expandGrafana(t, feature[description], known), "words are no templates")
	require.Equal(t, "https://grafana.example.com/sub/d/flaglens-feature?var-flag=checkout&var-signal=errors&from=1795963560000&to=now",
		expandGrafana(t, feature[link], known))
	require.Equal(t, "https://flags.example.com/checkout/o%20n", expandGrafana(t, feature["rollback"], known))
	require.Equal(t, "https://wiki.example.com/errors/off", expandGrafana(t, feature["runbook_url"], known))
	require.Equal(t, "it fails", expandGrafana(t, existing[summary], known))
	require.Equal(t, "How much: more", expandGrafana(t, existing[description], known))
	require.NotContains(t, existing, "rollback", "a roll-back does not help the application")

	// Where a query fails, and once a limit is kept again, there are neither labels nor values.
	for _, annotations := range []map[string]string{feature, existing, rules.Silence.Grafana} {
		for _, text := range annotations {
			expandGrafana(t, text, alertData{Value: ""})
		}
	}
	require.Equal(t, "Existing application: errors: within the limit of 2", expandGrafana(t, existing[summary], alertData{}))
}

// Names that are templates come out as they are, on one line.
func TestNamesInWords(t *testing.T) {
	hostile := `{{ end }} $x ` + "\n" + `{{ query "up" }} %d "`
	rules := express(t, request(func(r *Request) {
		linked(r)
		r.Settings = nil
		r.Flags = []Flag{{Flag: hostile, Baseline: hostile + "off", Variants: []string{hostile + "on"}}}
	}))
	for _, annotations := range []map[string]string{rules.Features[0].Annotations.Grafana, rules.Existing[0].Annotations.Grafana, rules.Silence.Grafana} {
		for _, text := range annotations {
			expandGrafana(t, text, alertData{})
		}
	}
	require.Contains(t, expandGrafana(t, rules.Existing[0].Annotations.Grafana[description], alertData{}),
		"the baseline of "+strings.ReplaceAll(hostile, "\n", " ")+" (")
	require.NotContains(t, rules.Features[0].Annotations.Grafana[link], "{{ end }} $x")
}

func TestLinksAreChecked(t *testing.T) {
	for pattern, want := range map[string]string{
		"https://x.example.com/{team}":   "{team} stands for nothing",
		"wiki":                           "is no address",
		"javascript:alert(1)":            "is no address",
		"https://x.example.com/{{flag}}": "{} stands for nothing",
		"https://x.example.com/ {flag}":  "is no address",
	} {
		_, err := Express(request(func(r *Request) { r.Links.Runbook = pattern }), words)
		require.ErrorContains(t, err, want, pattern)
		require.ErrorContains(t, err, "links.runbook")
	}
}

func TestFlagsAreListedOnce(t *testing.T) {
	_, err := Express(request(func(r *Request) { r.Flags = append(r.Flags, r.Flags[0]) }), words)
	require.ErrorContains(t, err, `flags[1].flag: "checkout" is listed twice`)
	_, err = Express(request(func(r *Request) { r.Flags[0].Variants = []string{"on", "on"} }), words)
	require.ErrorContains(t, err, `flags[0].variants: "on" is listed twice`)
}
