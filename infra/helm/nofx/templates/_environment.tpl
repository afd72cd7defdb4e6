{{/* The variables of a service, as a map. Takes (dict "root" $ "app" "registry"). */}}
{{- define "nofx.environment" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $database := $values.database -}}
{{- $role := get $database.roles .app -}}
{{- $port := get (include "nofx.ports" . | fromYaml) .app -}}
{{- $at := dict "root" $root "user" $role.user "name" $database.name -}}
{{- $direct := merge (dict "host" $database.host "port" $database.port) $at -}}
{{- $pooled := merge (dict "host" $database.pooler.host "port" $database.pooler.port) $at -}}
{{- $read := merge (dict "host" $database.read.host "port" $database.read.port) $at -}}
HOST: 0.0.0.0
PORT: {{ $port | quote }}
PUBLIC_URL: {{ $values.publicUrl }}
LOG_LEVEL: {{ $values.logLevel }}
TRUSTED_PROXIES: {{ $values.trustedProxies | quote }}
{{- with $values.defaultTenant }}
DEFAULT_TENANT: {{ . }}
{{- end }}
{{- if $database.pooler.host }}
DATABASE_URL: {{ include "nofx.databaseUrl" $pooled }}
DATABASE_LISTEN_URL: {{ include "nofx.databaseUrl" $direct }}
{{- else }}
DATABASE_URL: {{ include "nofx.databaseUrl" $direct }}
{{- end }}
{{- if and $database.read.host (ne .app "registry") }}
DATABASE_READ_URL: {{ include "nofx.databaseUrl" $read }}
{{- end }}
DATABASE_PASSWORD_FILE: /run/secrets/nofx/database-password
DATABASE_CONNECTIONS_MAX: {{ $database.connectionsPerReplica | quote }}
{{ include (printf "nofx.environment.%s" .app) . }}
{{- end -}}

{{- define "nofx.environment.registry" -}}
{{- $values := .root.Values -}}
BOOTSTRAP_TOKEN_FILE: /run/secrets/nofx/bootstrap-token
SERVICE_TOKEN_FILE: /run/secrets/nofx/service-token
MARKETPLACE_URL: {{ include "nofx.address" (dict "root" .root "app" "marketplace") }}
MARKETPLACE_TOKEN_FILE: /run/secrets/nofx/service-token
{{- if $values.secrets.tokens.webhookKey }}
WEBHOOK_KEY_FILE: /run/secrets/nofx/webhook-key
{{- end }}
{{- with $values.identity.oidcIssuers }}
OIDC_ISSUERS: {{ . | quote }}
{{- end }}
{{- with $values.identity.workloadIssuers }}
WORKLOAD_ISSUERS: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "nofx.environment.marketplace" -}}
{{- $runner := .root.Values.runner -}}
REGISTRY_URL: {{ include "nofx.address" (dict "root" .root "app" "registry") }}
REGISTRY_TOKEN_FILE: /run/secrets/nofx/service-token
{{- with $runner.url }}
RUNNER_URL: {{ . }}
{{- end }}
{{- if $runner.secretName }}
RUNNER_TOKEN_FILE: /run/secrets/nofx/runner-token
{{- end }}
{{- end -}}

{{- define "nofx.environment.search" -}}
{{- $search := .root.Values.search -}}
REGISTRY_URL: {{ include "nofx.address" (dict "root" .root "app" "registry") }}
MARKETPLACE_URL: {{ include "nofx.address" (dict "root" .root "app" "marketplace") }}
SERVICE_TOKEN_FILE: /run/secrets/nofx/service-token
ENGINE: {{ $search.engine }}
{{- if eq $search.engine "opensearch" }}
OPENSEARCH_URL: {{ $search.opensearch.url }}
OPENSEARCH_INDEX_PREFIX: {{ $search.opensearch.indexPrefix }}
OPENSEARCH_SHARDS: {{ $search.opensearch.shards | quote }}
OPENSEARCH_REPLICAS: {{ $search.opensearch.replicas | quote }}
{{- if $search.opensearch.secretName }}
OPENSEARCH_USERNAME_FILE: /run/secrets/nofx/opensearch-username
OPENSEARCH_PASSWORD_FILE: /run/secrets/nofx/opensearch-password
{{- end }}
{{- end }}
{{- end -}}

{{/* What the values say beyond that has the last word. */}}
{{- define "nofx.environmentOf" -}}
{{- $own := get .root.Values.services .app -}}
{{- $all := merge (dict) $own.env (include "nofx.environment" . | fromYaml) -}}
{{- range $name, $value := $all }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end -}}
