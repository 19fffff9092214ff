import type { Client } from '../../api/admin-api.ts';
import { text } from '../../words/words.tsx';

/** How clients authenticate, in the words of the console. */
export const METHODS: Readonly<Record<string, string>> = {
  self_signed_tls_client_auth: text('client.selfsigned'),
  tls_client_auth: text('client.ofca'),
  client_secret_basic: text('client.secretbasic'),
  client_secret_post: text('client.secretpost'),
  client_secret_jwt: text('client.secretjwt'),
  private_key_jwt: text('client.privatekeyjwt'),
  none: text('client.public'),
};

export const methodName = (method: string): string => METHODS[method] ?? method;

/** Whether the client secret proves anything; with every other method nobody need know that there is one. */
export const usesClientSecret = (method: string): boolean => method.startsWith('client_secret_');

export const GRANTS: readonly { readonly value: string; readonly label: string; readonly hint: string }[] = [
  {
    value: 'authorization_code',
    label: text('clientform.code'),
    hint: text('clientform.codehint'),
  },
  { value: 'refresh_token', label: text('clientform.refresh'), hint: text('clientform.refreshhint') },
  {
    value: 'client_credentials',
    label: text('clientform.credentials'),
    hint: text('clientform.credentialshint'),
  },
  { value: 'password', label: text('clientform.password'), hint: text('clientform.passwordhint') },
  {
    value: 'urn:ietf:params:oauth:grant-type:device_code',
    label: text('clientform.device'),
    hint: text('clientform.devicehint'),
  },
  {
    value: 'urn:ietf:params:oauth:grant-type:token-exchange',
    label: text('clientform.exchange'),
    hint: text('clientform.exchangehint'),
  },
  {
    value: 'urn:openid:params:grant-type:ciba',
    label: text('clientform.ciba'),
    hint: text('clientform.cibahint'),
  },
];

export const SUBJECTS = [
  {
    value: 'tls_client_auth_subject_dn',
    label: text('clientform.subjectdn'),
    example: 'CN=client, O=Example, C=LK',
  },
  { value: 'tls_client_auth_san_dns', label: text('clientform.dns'), example: 'client.example.com' },
  {
    value: 'tls_client_auth_san_uri',
    label: text('clientform.uri'),
    example: 'spiffe://example.com/client',
  },
  { value: 'tls_client_auth_san_ip', label: text('clientform.ip'), example: '192.0.2.7' },
  {
    value: 'tls_client_auth_san_email',
    label: text('clientform.email'),
    example: 'client@example.com',
  },
] as const;
export type SubjectField = (typeof SUBJECTS)[number]['value'];

export type Binding = Client['certificate_binding'];

/** Whether access tokens are bound to the client's certificate (RFC 8705 §3). */
export const BINDINGS: Readonly<Record<Binding, string>> = {
  when_presented: text('clientform.whenpresented'),
  required: text('clientform.boundalways'),
  off: text('clientform.boundnever'),
};

/** The binding a choice of the form stands for. */
export const bindingOf = (chosen: string): Binding =>
  chosen === 'required' || chosen === 'off' ? chosen : 'when_presented';

/** What ID tokens can be signed with; the server chooses where a client does not say. */
export const ID_TOKEN_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export type IdTokenAlgorithm = (typeof ID_TOKEN_ALGORITHMS)[number];

export type Profile = NonNullable<Client['profile']>;

/** The security profiles, by the names their documents bear. */
export const PROFILES: Readonly<Record<Profile, string>> = {
  'fapi2-security': 'FAPI 2.0 Security Profile',
  'fapi2-message-signing': 'FAPI 2.0 Message Signing',
  'fapi1-advanced': 'FAPI 1.0 Advanced',
  'uk-open-banking': 'UK Open Banking',
  'open-finance-brasil': 'Open Finance Brasil',
  'au-cdr': 'Consumer Data Right (Australia)',
  'au-connectid': 'ConnectID (Australia)',
  'ksa-open-banking': 'KSA Open Banking',
};

const isProfile = (name: string): name is Profile => Object.hasOwn(PROFILES, name);

/** The profile a choice of the form stands for; undefined for none. */
export const profileOf = (chosen: string): Profile | undefined => (isProfile(chosen) ? chosen : undefined);

/** What the server verifies request objects by. */
export const REQUEST_ALGORITHMS = ['PS256', 'ES256', 'EdDSA', 'RS256'] as const;
