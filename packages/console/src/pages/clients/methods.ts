import type { Client } from '../../api/admin-api.ts';

/** How clients authenticate, in the words of the console. */
export const METHODS: Readonly<Record<string, string>> = {
  self_signed_tls_client_auth: 'Self-signed certificate',
  tls_client_auth: 'Certificate of a CA',
  client_secret_basic: 'Client secret (Basic)',
  client_secret_post: 'Client secret (body)',
  client_secret_jwt: 'Client secret (signed assertion)',
  private_key_jwt: 'Signed assertion (private_key_jwt)',
  none: 'Public client',
};

export const methodName = (method: string): string => METHODS[method] ?? method;

/** Whether the client secret proves anything: with every other method it is made because people expect one. */
export const usesClientSecret = (method: string): boolean => method.startsWith('client_secret_');

export const GRANTS: readonly { readonly value: string; readonly label: string; readonly hint: string }[] = [
  {
    value: 'authorization_code',
    label: 'Authorization code',
    hint: 'People sign in with their browser. Needs a callback URL.',
  },
  { value: 'refresh_token', label: 'Refresh token', hint: 'Tokens are renewed without the person.' },
  { value: 'client_credentials', label: 'Client credentials', hint: 'The client acts for itself.' },
  {
    value: 'password',
    label: 'Password (legacy)',
    hint: 'The client sees the person’s password. For old applications alone (RFC 9700 §2.4).',
  },
  {
    value: 'urn:ietf:params:oauth:grant-type:device_code',
    label: 'Device code',
    hint: 'For devices without a browser (RFC 8628).',
  },
  {
    value: 'urn:ietf:params:oauth:grant-type:token-exchange',
    label: 'Token exchange',
    hint: 'Trades one token for another (RFC 8693).',
  },
  {
    value: 'urn:openid:params:grant-type:ciba',
    label: 'Backchannel authentication',
    hint: 'The person agrees on another device (CIBA).',
  },
];

export const SUBJECTS = [
  { value: 'tls_client_auth_subject_dn', label: 'Subject DN', example: 'CN=client, O=Example, C=LK' },
  { value: 'tls_client_auth_san_dns', label: 'DNS name', example: 'client.example.com' },
  { value: 'tls_client_auth_san_uri', label: 'URI', example: 'spiffe://example.com/client' },
  { value: 'tls_client_auth_san_ip', label: 'IP address', example: '192.0.2.7' },
  { value: 'tls_client_auth_san_email', label: 'Email address', example: 'client@example.com' },
] as const;
export type SubjectField = (typeof SUBJECTS)[number]['value'];

export type Binding = Client['certificate_binding'];

/** Whether access tokens are bound to the client's certificate (RFC 8705 §3). */
export const BINDINGS: Readonly<Record<Binding, string>> = {
  when_presented: 'when one is presented and no DPoP key is proved',
  required: 'always; refused without a certificate',
  off: 'never',
};

/** The binding a choice of the form stands for. */
export const bindingOf = (chosen: string): Binding =>
  chosen === 'required' || chosen === 'off' ? chosen : 'when_presented';

/** What ID tokens can be signed with; the server chooses where a client does not say. */
export const ID_TOKEN_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export type IdTokenAlgorithm = (typeof ID_TOKEN_ALGORITHMS)[number];
