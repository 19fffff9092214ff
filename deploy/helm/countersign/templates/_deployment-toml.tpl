{{/* A string of TOML: a JSON string is one, both escape alike. */}}
{{- define "countersign.deploymentToml" -}}
{{- $hostname := required "hostname is required: the name that clients know the server by" .Values.hostname }}
# The chart writes this file: what is to be otherwise is said in its value `deployment`, which stands at the end.
[server]
hostname = {{ $hostname | toJson }}
port = 9443
bind = {{ .Values.bind | toJson }}
base_url = {{ printf "https://%s%s" $hostname (ternary "" (printf ":%v" .Values.port) (eq (int .Values.port) 443)) | toJson }}
drain_grace = {{ .Values.drainGrace }}

[super_admin]
username = {{ .Values.administrator.username | toJson }}
password = "$file{repository/resources/security/administrator.password}"

[database.identity_db]
type = "postgres"
url = "$file{repository/resources/security/database.url}"
pool_size = {{ .Values.database.poolSize }}
tls = {{ .Values.database.tls | toJson }}
{{- with .Values.database.tlsCaFile }}
tls_ca_file = {{ . | toJson }}
{{- end }}

[encryption]
key = "$file{repository/resources/security/encryption.key}"

[keystore.primary]
certificate_file = "tls.crt"
key_file = "tls.key"
{{- if .Values.truststore.pem }}

[truststore]
file_name = "client-truststore.pem"
type = "PEM"
{{- end }}

[transport.https]
clientAuth = "want"
trustManagerClassName = "org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager"

[[event_listener]]
id = "mutual_tls_authenticator"
name = "org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator"
order = 158
{{- if .Values.mtls.enabled }}
{{- $mtlsHostname := default $hostname .Values.mtls.hostname }}

[transport.mtls]
enable = true
port = 9444
hostname = {{ $mtlsHostname | toJson }}
base_url = {{ printf "https://%s%s" $mtlsHostname (ternary "" (printf ":%v" .Values.mtls.port) (eq (int .Values.mtls.port) 443)) | toJson }}
{{- end }}
{{- with .Values.proxyProtocol.trustedAddresses }}

[transport.proxy]
trusted_addresses = {{ . | toJson }}
proxy_protocol = true
{{- end }}

[logging]
audit_log = "stdout"

[health]
port = 9764
bind = {{ .Values.bind | toJson }}

[metrics]
enable = {{ .Values.metrics.enabled }}
bind = {{ .Values.bind | toJson }}
port = 9763
{{- with .Values.deployment }}

{{ . | trim }}
{{- end }}
{{- end }}
