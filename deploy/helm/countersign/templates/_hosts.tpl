{{- define "countersign.servicePort" -}}
{{- default .Values.port .Values.service.port }}
{{- end }}

{{- define "countersign.mtlsServicePort" -}}
{{- /* Of one service two ports differ, though clients may use one for two host names. */}}
{{- ternary 9444 .Values.mtls.port (eq (include "countersign.servicePort" .) (toString .Values.mtls.port)) }}
{{- end }}

{{/* The host names that TLS is passed through for, and the port of the service behind each, as a JSON list. */}}
{{- define "countersign.hosts" -}}
{{- $hosts := list (dict "host" .Values.hostname "port" "https" "servicePort" (include "countersign.servicePort" . | int)) }}
{{- if .Values.mtls.enabled }}
{{- if or (not .Values.mtls.hostname) (eq .Values.mtls.hostname .Values.hostname) }}
{{- fail "mtls.hostname is required with ingress or tlsRoute, and another than hostname: what passes TLS through tells listeners by their host name" }}
{{- end }}
{{- $hosts = append $hosts (dict "host" .Values.mtls.hostname "port" "mtls" "servicePort" (include "countersign.mtlsServicePort" . | int)) }}
{{- end }}
{{- $hosts | toJson }}
{{- end }}
