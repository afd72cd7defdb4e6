{{/* What no schema can say: values that are wrong together. */}}
{{- define "nofx.check" -}}
{{- $values := .Values -}}
{{- if and (eq $values.routing.kind "httproute") (empty $values.routing.httpRoute.parentRefs) }}
{{- fail "routing.httpRoute.parentRefs: name the Gateway that the route belongs to, or set routing.kind to ingress or none." }}
{{- end }}
{{- if and (eq $values.search.engine "opensearch") (empty $values.search.opensearch.url) }}
{{- fail "search.opensearch.url: search.engine opensearch needs the address of OpenSearch." }}
{{- end }}
{{- if and $values.database.ca.secretName (not (hasPrefix "verify" $values.database.sslMode)) }}
{{- fail "database.ca: with sslMode disable or require no certificate is checked; set database.sslMode to verify-full." }}
{{- end }}
{{- $connections := 0 }}
{{- range $app, $service := $values.services }}
{{- $scaling := $service.autoscaling }}
{{- if and $scaling.enabled (gt (int $scaling.min) (int $scaling.max)) }}
{{- fail (printf "services.%s.autoscaling: min is %v, more than max, %v." $app $scaling.min $scaling.max) }}
{{- end }}
{{- /* One more while pods are replaced, and one of each replica to listen. */}}
{{- $replicas := add1 (ternary (int $scaling.max) (int $service.replicas) $scaling.enabled) }}
{{- $connections = add $connections (mul $replicas (add1 (int $values.database.connectionsPerReplica))) }}
{{- end }}
{{- $most := int $values.database.connectionsMax }}
{{- if and (gt $most 0) (gt (int $connections) $most) }}
{{- fail (printf "database.connectionsMax: the services may open %v connections, more than the %v that there are. Lower database.connectionsPerReplica or the replicas, or put PgBouncer before the server and tell how many clients it takes." $connections $most) }}
{{- end }}
{{- end -}}
