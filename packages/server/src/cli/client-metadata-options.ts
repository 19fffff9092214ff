import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { ClientMetadata } from '../client/client-metadata.ts';
import type { ClientLifetime } from '../client/longest-lifetimes.ts';
import { PROFILES } from '../client/profile-name.ts';
import { readCertificatePem, readNamedFile } from './certificate-file.ts';
import { repeated, UsageError } from './run-command.ts';

/** One flag that sets one metadata field. */
type MetadataOption = {
  readonly flag: string;
  readonly field: keyof ClientMetadata | 'client_id';
  readonly help: string;
  /** Turns the text given into the field's value. */
  readonly read: (text: string) => unknown;
  /** Whether it may be given several times, each adding to a list. */
  readonly repeated?: true;
  /** Makes one value of what was given several times, where the field is no list. */
  readonly together?: (values: readonly unknown[]) => unknown;
};

const SCOPE_AUDIENCE = z.tuple([z.string(), z.string()]);

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readNamedFile(file)).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

const text = (value: string) => value;
const list = (value: string) => value.split(/[,\s]+/).filter((item) => item !== '');

function truth(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new UsageError(`${value} is neither true nor false`);
  return value === 'true';
}

function seconds(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`${value} is not a number of seconds`);
  return Number(value);
}

/** `scope=audience`; a scope that has an `=` itself is for `--metadata`. */
function scopeAudience(value: string): readonly [string, string] {
  const [, scope, audience] = /^([^=\s]+)=(.+)$/.exec(value) ?? [];
  if (scope === undefined || audience === undefined) {
    throw new UsageError(`${value} is not scope=audience, e.g. accounts=https://api.example.com/accounts`);
  }
  return [scope, audience];
}

const byScope = (values: readonly unknown[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    Map.groupBy(z.array(SCOPE_AUDIENCE).parse(values), ([scope]) => scope)
      .entries()
      .map(([scope, given]) => [scope, given.map(([, audience]) => audience)]),
  );

const lifetime = (
  flag: string,
  field: ClientLifetime | 'client_credentials_token_lifetime',
  what: string,
  otherwise = '[oauth]',
): MetadataOption => ({
  flag: `${flag} <seconds>`,
  field,
  help: `how long ${what}; else as ${otherwise} has it`,
  read: seconds,
});

const textual = (flag: string, field: MetadataOption['field'], help: string): MetadataOption => ({
  flag,
  field,
  help,
  read: text,
});
const boolean = (flag: string, field: MetadataOption['field'], help: string): MetadataOption => ({
  flag: `${flag} <true|false>`,
  field,
  help,
  read: truth,
});

const OPTIONS: readonly MetadataOption[] = [
  textual('--client-name <name>', 'client_name', 'what the client is called'),
  {
    flag: '--certificate <file>',
    field: 'certificates',
    help: 'a certificate of the client, PEM or DER; repeat it for rollover',
    read: readCertificatePem,
    repeated: true,
  },
  textual('--jwks-uri <url>', 'jwks_uri', 'where the client publishes its certificates as a JWK set'),
  { flag: '--jwks <file>', field: 'jwks', help: 'a JWK set in a file', read: readJson },
  {
    flag: '--redirect-uri <url>',
    field: 'redirect_uris',
    help: 'a callback URL; may be repeated',
    read: text,
    repeated: true,
  },
  {
    flag: '--plain-http-redirect-uri <url>',
    field: 'plain_http_redirect_uris',
    help: 'a callback URL among them that is accepted though it is plain http; may be repeated',
    read: text,
    repeated: true,
  },
  {
    flag: '--grant-types <list>',
    field: 'grant_types',
    help: 'e.g. client_credentials,authorization_code,refresh_token',
    read: list,
  },
  {
    flag: '--response-type <type>',
    field: 'response_types',
    help: "code (the usual one) or 'code id_token', the hybrid flow; may be repeated",
    read: text,
    repeated: true,
  },
  textual('--scope <scopes>', 'scope', 'the scopes the client may ask for, space-separated'),
  textual(
    '--default-scope <scopes>',
    'default_scope',
    'what of them a request gets that names none; "" for nothing',
  ),
  {
    flag: '--scope-audience <scope=audience>',
    field: 'scope_audiences',
    help: 'whom tokens with this scope are for, where no request names a resource; may be repeated',
    read: scopeAudience,
    repeated: true,
    together: byScope,
  },
  textual(
    '--token-endpoint-auth-method <method>',
    'token_endpoint_auth_method',
    'how the client authenticates',
  ),
  textual('--tls-client-auth-subject-dn <dn>', 'tls_client_auth_subject_dn', 'subject DN (tls_client_auth)'),
  textual('--tls-client-auth-san-dns <name>', 'tls_client_auth_san_dns', 'DNS name (tls_client_auth)'),
  textual('--tls-client-auth-san-uri <uri>', 'tls_client_auth_san_uri', 'URI (tls_client_auth)'),
  textual('--tls-client-auth-san-ip <address>', 'tls_client_auth_san_ip', 'IP address (tls_client_auth)'),
  textual(
    '--tls-client-auth-san-email <address>',
    'tls_client_auth_san_email',
    'email address (tls_client_auth)',
  ),
  textual('--trust-group <name>', 'trust_group', 'the [[trust_group]] it must chain to (tls_client_auth)'),
  {
    flag: '--trust-anchor <file>',
    field: 'trust_anchors',
    help: 'a trust anchor of this client alone, PEM or DER (tls_client_auth); may be repeated',
    read: readCertificatePem,
    repeated: true,
  },
  boolean(
    '--tls-client-certificate-bound-access-tokens',
    'tls_client_certificate_bound_access_tokens',
    'true: refuse token requests without a certificate; false: bind to none; else to the one that comes',
  ),
  boolean(
    '--dpop-bound-access-tokens',
    'dpop_bound_access_tokens',
    'refuse token requests without a DPoP proof (RFC 9449)',
  ),
  boolean(
    '--scope-claims-in-id-token',
    'scope_claims_in_id_token',
    'put what profile, email, address and phone give into the ID token too',
  ),
  textual(
    '--id-token-signed-response-alg <alg>',
    'id_token_signed_response_alg',
    'RS256 where nothing is said, ES256, PS256 or EdDSA',
  ),
  textual('--access-token-type <type>', 'access_token_type', 'jwt, or reference for opaque tokens'),
  textual('--profile <name>', 'profile', `one of ${PROFILES.join(', ')}: docs/profiles.md`),
  textual('--application-type <type>', 'application_type', 'web or native'),
  textual(
    '--subject-type <type>',
    'subject_type',
    'public, or pairwise: each sector knows people by a sub of its own',
  ),
  textual(
    '--sector-identifier-uri <url>',
    'sector_identifier_uri',
    'where the redirect URIs of its sector are listed, for pairwise subjects',
  ),
  boolean(
    '--require-pushed-authorization-requests',
    'require_pushed_authorization_requests',
    'refuse authorization requests that were not pushed (RFC 9126)',
  ),
  boolean(
    '--require-pkce',
    'require_pkce',
    'refuse authorization requests without a code_challenge (RFC 7636)',
  ),
  {
    flag: '--post-logout-redirect-uri <url>',
    field: 'post_logout_redirect_uris',
    help: 'where to go after signing out; may be repeated',
    read: text,
    repeated: true,
  },
  {
    flag: '--allowed-cors-origin <origin>',
    field: 'allowed_cors_origins',
    help: 'where its scripts run, e.g. https://app.example, if not at its redirect URIs; may be repeated',
    read: text,
    repeated: true,
  },
  {
    flag: '--attributes <file>',
    field: 'attributes',
    help: 'what claim rules may say of it: a JSON object in a file',
    read: readJson,
  },
  textual('--initiate-login-uri <url>', 'initiate_login_uri', 'where others have a sign-in begin'),
  textual('--backchannel-logout-uri <url>', 'backchannel_logout_uri', 'told when a session ends'),
  {
    flag: '--default-max-age <seconds>',
    field: 'default_max_age',
    help: 'the oldest sign-in the client accepts',
    read: seconds,
  },
  lifetime('--access-token-lifetime', 'access_token_lifetime', 'an access token is valid'),
  lifetime(
    '--client-credentials-token-lifetime',
    'client_credentials_token_lifetime',
    'an access token is valid that the client has for itself',
    '--access-token-lifetime',
  ),
  lifetime('--refresh-token-lifetime', 'refresh_token_lifetime', 'refresh tokens can prolong a sign-in'),
  lifetime(
    '--refresh-token-idle-lifetime',
    'refresh_token_idle_lifetime',
    'a refresh token that is not used stays valid',
  ),
  lifetime('--id-token-lifetime', 'id_token_lifetime', 'an ID token is valid'),
  lifetime('--device-code-lifetime', 'device_code_lifetime', 'a person has to enter the code of a device'),
  {
    flag: '--refresh-token-reuse-window <seconds>',
    field: 'refresh_token_reuse_window',
    help: 'how long a replaced refresh token yields its successor once more',
    read: seconds,
  },
];

const CLIENT_ID: MetadataOption = textual(
  '--new-client-id <id>',
  'client_id',
  'a client_id of your choice, also with --server',
);

const optionOf = ({ flag, help, repeated: severalTimes }: MetadataOption): Option => {
  const option = new Option(flag, help);
  return severalTimes ? option.argParser<readonly string[]>(repeated) : option;
};

/**
 * Adds the metadata flags to a command.
 * @param choosesId whether the client_id may be chosen too
 */
export function withMetadataOptions(command: Command, choosesId: boolean): Command {
  for (const option of [...OPTIONS, ...(choosesId ? [CLIENT_ID] : [])]) command.addOption(optionOf(option));
  return command.option('--metadata <file>', 'further RFC 7591 metadata, a JSON object in a file');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The metadata that the flags of a command give; flags count over the file of `--metadata`.
 * @param given the options as commander parsed them
 * @throws UsageError
 */
export async function metadataOf(given: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const file = typeof given.metadata === 'string' ? await readJson(given.metadata) : {};
  if (!isObject(file)) throw new UsageError(`${given.metadata} holds no JSON object`);
  const metadata = { ...file };
  for (const option of [...OPTIONS, CLIENT_ID]) {
    const value = given[optionOf(option).attributeName()];
    if (typeof value === 'string') metadata[option.field] = await option.read(value);
    else if (Array.isArray(value)) {
      const read = await Promise.all(value.map(String).map(option.read));
      metadata[option.field] = option.together ? option.together(read) : read;
    }
  }
  return metadata;
}
