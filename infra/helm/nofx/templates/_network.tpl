{{/* Rules of network policies: each a list of one or more. */}}

{{/* Takes (dict "peers" list "ports" list): without peers, every address on these ports. */}}
{{- define "nofx.toPeers" -}}
- ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ int . }} }
    {{- end }}
  {{- with .peers }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "nofx.toDns" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
  {{- with .Values.networkPolicies.toDns }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "nofx.toDatabase" -}}
{{- $database := .Values.database -}}
{{- $ports := list $database.port -}}
{{- if $database.pooler.host }}{{ $ports = append $ports $database.pooler.port }}{{ end -}}
{{- if $database.read.host }}{{ $ports = append $ports $database.read.port }}{{ end -}}
{{ include "nofx.toPeers" (dict "peers" .Values.networkPolicies.toDatabase "ports" (uniq $ports)) }}
{{- end -}}

{{/* The port of an address. */}}
{{- define "nofx.portOf" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{ $port | default (ternary "443" "80" (eq $url.scheme "https")) }}
{{- end -}}

{{/* To services. Takes (dict "root" $ "apps" list). */}}
{{- define "nofx.toServices" -}}
{{- $root := .root -}}
{{- $ports := include "nofx.ports" . | fromYaml -}}
{{- range .apps }}
- ports:
    - { protocol: TCP, port: {{ get $ports . }} }
  to:
    - podSelector:
        matchLabels: {{- include "nofx.selector" (dict "root" $root "component" .) | nindent 10 }}
{{- end }}
{{- end -}}
