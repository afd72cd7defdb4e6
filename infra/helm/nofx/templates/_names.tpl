{{/* Names, labels and images. */}}

{{- define "nofx.fullname" -}}
{{- if contains "nofx" .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-nofx" (.Release.Name | trunc 35 | trimSuffix "-") }}
{{- end -}}
{{- end -}}

{{/* What selects pods: it never changes. Takes (dict "root" $ "component" "registry"). */}}
{{- define "nofx.selector" -}}
app.kubernetes.io/part-of: nofx
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* All pods of this release. */}}
{{- define "nofx.selectorOfAll" -}}
app.kubernetes.io/part-of: nofx
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "nofx.labels" -}}
{{ include "nofx.selector" . }}
app.kubernetes.io/name: nofx-{{ .component }}
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Takes (dict "root" $ "app" "registry"). */}}
{{- define "nofx.image" -}}
{{- $image := .root.Values.image -}}
{{- $digest := get $image.digests .app -}}
{{- if $digest -}}
{{ printf "%s/%s@%s" $image.registry .app $digest }}
{{- else -}}
{{ printf "%s/%s:%s" $image.registry .app ($image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end -}}

{{- define "nofx.ports" -}}
registry: 4001
marketplace: 4002
search: 4003
{{- end -}}

{{/* Address of a service within the cluster. Takes (dict "root" $ "app" "registry"). */}}
{{- define "nofx.address" -}}
{{- $ports := include "nofx.ports" . | fromYaml -}}
{{ printf "http://%s-%s:%v" (include "nofx.fullname" .root) .app (get $ports .app) }}
{{- end -}}

{{/* An address of PostgreSQL, without a password. Takes (dict "root" $ "host" … "port" … "user" … "name" …). */}}
{{- define "nofx.databaseUrl" -}}
{{- $database := .root.Values.database -}}
{{- $ca := ternary "&sslrootcert=/run/config/database-ca/ca.crt" "" (ne $database.ca.secretName "") -}}
{{ printf "postgres://%s@%s:%v/%s?sslmode=%s%s" (urlquery .user) .host .port (urlquery .name) $database.sslMode $ca }}
{{- end -}}
