{{/* Where each thing that all servers must have alike comes from: a Secret that is there, or the chart's own. */}}

{{- define "countersign.oneOf" -}}
{{- $given := list }}
{{- range $name, $value := .from }}{{ if $value }}{{ $given = append $given $name }}{{ end }}{{ end }}
{{- if not (eq (len $given) 1) }}
{{- $stand := ternary "none of them is" (printf "there are %s" (join " and " $given)) (empty $given) }}
{{- fail (printf "%s: give exactly one of %s; %s" .what (keys .from | sortAlpha | join ", ") $stand) }}
{{- end }}
{{- end }}

{{- define "countersign.secretName" -}}
{{- include "countersign.fullname" . }}
{{- end }}

{{- define "countersign.tlsSecretName" -}}
{{- $tls := .Values.tls }}
{{- include "countersign.oneOf" (dict "what" "the server's key and certificate" "from" (dict "tls.existingSecret" $tls.existingSecret "tls.certManager.enabled" $tls.certManager.enabled "tls.certificate" $tls.certificate)) }}
{{- default (printf "%s-tls" (include "countersign.fullname" .)) $tls.existingSecret }}
{{- end }}

{{/* One source of the folder repository/resources/security: an entry of a Secret as a file. */}}
{{- define "countersign.secretFile" -}}
- secret:
    name: {{ .name }}
    items:
      - key: {{ .key }}
        path: {{ .path }}
{{- end }}

{{- define "countersign.sharedSecrets" -}}
{{- $root := . }}
{{- range $thing := list
  (dict "what" "the encryption key" "at" "encryption" "given" .Values.encryption.key "name" "key" "path" "encryption.key")
  (dict "what" "the URL of the database" "at" "database" "given" .Values.database.url "name" "url" "path" "database.url")
  (dict "what" "the administrator's password" "at" "administrator" "given" .Values.administrator.password "name" "password" "path" "administrator.password")
}}
{{- $values := get $root.Values $thing.at }}
{{- include "countersign.oneOf" (dict "what" $thing.what "from" (dict (printf "%s.existingSecret" $thing.at) $values.existingSecret (printf "%s.%s" $thing.at $thing.name) $thing.given)) }}
{{- if $values.existingSecret }}
{{ include "countersign.secretFile" (dict "name" $values.existingSecret "key" $values.existingSecretKey "path" $thing.path) }}
{{- else }}
{{ include "countersign.secretFile" (dict "name" (include "countersign.secretName" $root) "key" $thing.path "path" $thing.path) }}
{{- end }}
{{- end }}
{{- end }}
