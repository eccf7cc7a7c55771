/** What the templates are called. */
export const names = { title: 'flaglens.title', message: 'flaglens.message' };

/** The words of a notification, in the template language that Grafana and Alertmanager share. */
export const messageTemplate = `{{ define "${names.title}" -}}
{{ if .Alerts.Firing }}Firing{{ else }}Recovered{{ end }}
{{- range $index, $alert := .Alerts }}{{ if eq $index 0 }}: {{ $alert.Annotations.summary }}{{ end }}{{ end }}
{{- if gt (len .Alerts) 1 }} (one of {{ len .Alerts }}){{ end }}
{{- end }}
{{ define "${names.message}" -}}
{{ range .Alerts -}}
{{ if eq .Status "firing" }}FIRING{{ else }}RECOVERED{{ end }} {{ .Annotations.summary }}
{{ .Annotations.description }}
Since {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}{{ if ne .Status "firing" }} until {{ .EndsAt.Format "2006-01-02 15:04:05 MST" }}{{ end }}
{{ .Annotations.link }}

{{ end -}}
{{ end }}
`;
