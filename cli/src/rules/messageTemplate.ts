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
Alert since: {{ .StartsAt.UTC.Format "2 Jan 15:04 UTC" }}{{ if ne .Status "firing" }} until {{ .EndsAt.UTC.Format "2 Jan 15:04 UTC" }}{{ end }}.
{{ with .Annotations.link }}See it: {{ . }}
{{ end }}{{ with .Annotations.rollback }}Roll back: {{ . }}
{{ end }}{{ with .Annotations.runbook_url }}Runbook: {{ . }}
{{ end }}
{{ end -}}
{{ end }}
`;
