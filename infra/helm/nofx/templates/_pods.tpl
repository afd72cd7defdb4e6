{{/* What every pod of this chart is held to. */}}

{{- define "nofx.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "nofx.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "nofx.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* One file of a Secret. Takes (dict "name" … "key" … "path" …). */}}
{{- define "nofx.secretFile" -}}
- secret:
    name: {{ .name }}
    items:
      - key: {{ .key }}
        path: {{ .path }}
{{- end -}}

{{- define "nofx.volumeMounts" -}}
- name: secrets
  mountPath: /run/secrets/nofx
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if .Values.database.ca.secretName }}
- name: database-ca
  mountPath: /run/config/database-ca
  readOnly: true
{{- end }}
{{- end -}}

{{/* Volumes but that of secrets. */}}
{{- define "nofx.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- with .Values.database.ca }}
{{- if .secretName }}
- name: database-ca
  secret:
    secretName: {{ .secretName }}
    defaultMode: 0440
    items:
      - key: {{ .key }}
        path: ca.crt
{{- end }}
{{- end }}
{{- end -}}

{{/* The Secrets' files that a service reads. Takes (dict "root" $ "app" "registry"). */}}
{{- define "nofx.secretFiles" -}}
{{- $values := .root.Values -}}
{{- $role := get $values.database.roles .app -}}
{{- $tokens := $values.secrets.tokens -}}
{{ include "nofx.secretFile" (dict "name" $role.secretName "key" $role.passwordKey "path" "database-password") }}
{{ include "nofx.secretFile" (dict "name" $tokens.name "key" $tokens.serviceKey "path" "service-token") }}
{{- if eq .app "registry" }}
{{ include "nofx.secretFile" (dict "name" $tokens.name "key" $tokens.bootstrapKey "path" "bootstrap-token") }}
{{- if $tokens.webhookKey }}
{{ include "nofx.secretFile" (dict "name" $tokens.name "key" $tokens.webhookKey "path" "webhook-key") }}
{{- end }}
{{- end }}
{{- if and (eq .app "marketplace") $values.runner.secretName }}
{{ include "nofx.secretFile" (dict "name" $values.runner.secretName "key" $values.runner.tokenKey "path" "runner-token") }}
{{- end }}
{{- $opensearch := $values.search.opensearch -}}
{{- if and (eq .app "search") (eq $values.search.engine "opensearch") $opensearch.secretName }}
{{ include "nofx.secretFile" (dict "name" $opensearch.secretName "key" $opensearch.usernameKey "path" "opensearch-username") }}
{{ include "nofx.secretFile" (dict "name" $opensearch.secretName "key" $opensearch.passwordKey "path" "opensearch-password") }}
{{- end }}
{{- end -}}
