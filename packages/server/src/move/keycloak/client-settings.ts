import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../../client/client-encryption.ts';
import { type ClientLifetime, LONGEST_LIFETIMES } from '../../client/longest-lifetimes.ts';
import { shown } from '../finding.ts';
import type { Grants } from './client-grants.ts';
import { attributeOf, type ClientDraft, isOn, valuesOfAttribute } from './draft.ts';
import type { CLIENT_ATTRIBUTES, FieldName } from './fields.ts';

type AttributeName = FieldName<typeof CLIENT_ATTRIBUTES>;

/** What this server signs with, by the family of what Keycloak may have been told. */
const SIGNS_WITH = [
  [/^ES/, 'ES256'],
  [/^PS/, 'PS256'],
  [/^RS/, 'RS256'],
  [/^Ed/, 'EdDSA'],
] as const;

/** Attributes that say which algorithm this server signs something with. */
const SIGNATURES = [
  ['user.info.response.signature.alg', 'userinfo_signed_response_alg'],
  ['authorization.signed.response.alg', 'authorization_signed_response_alg'],
] as const;

const ID_TOKEN_ALG = 'id.token.signed.response.alg';

/** Attributes that are taken as they are; what cannot be is refused when the client is judged. */
const TAKEN = [
  ['token.endpoint.auth.signing.alg', 'token_endpoint_auth_signing_alg'],
  ['ciba.backchannel.auth.request.signing.alg', 'backchannel_authentication_request_signing_alg'],
] as const;

/** Attributes that are `true` or nothing. */
const SWITCHES = [
  ['dpop.bound.access.tokens', 'dpop_bound_access_tokens'],
  ['require.pushed.authorization.requests', 'require_pushed_authorization_requests'],
] as const;

const ENCRYPTIONS = [
  ['id.token.encrypted.response', 'id_token_encrypted_response'],
  ['user.info.encrypted.response', 'userinfo_encrypted_response'],
  ['authorization.encrypted.response', 'authorization_encrypted_response'],
  ['request.object.encryption', 'request_object_encryption'],
] as const;

const SAYS_NOTHING = ['any', 'none', 'unsigned'];

const signedWith = (algorithm: string): string | undefined =>
  SIGNS_WITH.find(([family]) => family.test(algorithm))?.[1];

function readSignature(draft: ClientDraft, name: AttributeName, ours: string, written: string): void {
  const algorithm = signedWith(written);
  if (algorithm === undefined) {
    draft.attributes.note(name, {
      outcome: 'lost',
      why: `${shown(written)} is no algorithm of a key of this server`,
    });
    return;
  }
  draft.metadata.set(ours, algorithm);
  draft.attributes.note(
    name,
    algorithm === written
      ? {}
      : { outcome: 'changed', why: `${algorithm}, for there is no ${shown(written)}` },
  );
}

function readAlgorithms(draft: ClientDraft, { signsIn }: Grants): void {
  const { realm, metadata, attributes } = draft;
  const own = attributeOf(draft, ID_TOKEN_ALG);
  if (own !== undefined) readSignature(draft, ID_TOKEN_ALG, 'id_token_signed_response_alg', own);
  else if (signsIn && realm.name !== undefined) {
    // Keycloak signs by RS256 where a realm does not say.
    const ofRealm = realm.defaultSignatureAlgorithm ?? 'RS256';
    metadata.set('id_token_signed_response_alg', signedWith(ofRealm) ?? 'RS256');
  }
  for (const [name, ours] of SIGNATURES) {
    const written = attributeOf(draft, name);
    if (written !== undefined && !SAYS_NOTHING.includes(written)) readSignature(draft, name, ours, written);
  }
  for (const [name, ours] of TAKEN) {
    const written = attributeOf(draft, name);
    if (written === undefined || SAYS_NOTHING.includes(written)) continue;
    metadata.set(ours, written);
    attributes.note(name);
  }
  const accessTokens = attributeOf(draft, 'access.token.signed.response.alg');
  if (accessTokens !== undefined) {
    attributes.note('access.token.signed.response.alg', accessTokens === 'ES256' ? { outcome: 'same' } : {});
  }
}

const isOneOf = (values: readonly string[], value: string): boolean => values.includes(value);

/** How something is encrypted: where its key cannot be brought across, nothing of it is taken. */
function readEncryption(draft: ClientDraft): void {
  const { metadata, attributes } = draft;
  for (const [name, ours] of ENCRYPTIONS) {
    const [alg, enc] = [`${name}.alg`, `${name}.enc`] as const;
    const key = attributeOf(draft, alg);
    const content = attributeOf(draft, enc);
    if (key === undefined || SAYS_NOTHING.includes(key)) continue;
    if (!isOneOf(KEY_MANAGEMENT_ALGORITHMS, key)) {
      attributes.note(alg, {
        outcome: 'lost',
        why: `${shown(key)} is not supported; ${KEY_MANAGEMENT_ALGORITHMS.join(', ')} are`,
      });
      continue;
    }
    metadata.set(`${ours}_alg`, key);
    attributes.note(alg);
    if (content === undefined || SAYS_NOTHING.includes(content)) continue;
    if (isOneOf(CONTENT_ENCRYPTION_ALGORITHMS, content)) {
      metadata.set(`${ours}_enc`, content);
      attributes.note(enc);
    } else {
      attributes.note(enc, { outcome: 'changed', why: `A128CBC-HS256, for there is no ${shown(content)}` });
    }
  }
}

/** Seconds as a client may have them; undefined where nothing is said. */
function secondsOf(written: string | undefined): number | undefined {
  const seconds = Number(written ?? '');
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}

function readLifetime(
  draft: ClientDraft,
  name: AttributeName,
  ours: ClientLifetime,
  otherwise?: number,
): void {
  const { metadata, attributes } = draft;
  const written = attributeOf(draft, name);
  const own = secondsOf(written);
  const most = LONGEST_LIFETIMES[ours];
  if (own === undefined && written !== undefined && written !== '0') {
    attributes.note(name, { outcome: 'lost', why: `${shown(written)} is no number of seconds above 0` });
  }
  if (own !== undefined) {
    attributes.note(
      name,
      own > most ? { outcome: 'changed', why: `${most} seconds, the most there is, not ${own}` } : {},
    );
  }
  const seconds = own ?? otherwise;
  if (seconds !== undefined && seconds > 0) metadata.set(ours, Math.min(seconds, most));
}

function readLifetimes(draft: ClientDraft, { refreshes }: Grants): void {
  const { realm } = draft;
  readLifetime(draft, 'access.token.lifespan', 'access_token_lifetime', realm.accessTokenLifespan);
  if (refreshes) {
    readLifetime(draft, 'client.session.idle.timeout', 'refresh_token_idle_lifetime');
    readLifetime(draft, 'client.session.max.lifespan', 'refresh_token_lifetime');
  }
  if (isOn(draft, 'oauth2.device.authorization.grant.enabled')) {
    const ofRealm = realm.deviceCodeLifespan ?? secondsOf(realm.attributes.get('oauth2DeviceCodeLifespan'));
    readLifetime(draft, 'oauth2.device.code.lifespan', 'device_code_lifetime', ofRealm);
  }
}

function readRequestObjects(draft: ClientDraft): void {
  const { metadata, attributes } = draft;
  const required = attributeOf(draft, 'request.object.required');
  if (required !== undefined && required !== 'not required') {
    metadata.set('require_signed_request_object', true);
    attributes.note('request.object.required');
  }
  const algorithm = attributeOf(draft, 'request.object.signature.alg');
  if (algorithm === 'none') {
    attributes.note('request.object.signature.alg', {
      outcome: 'changed',
      why: 'unsigned request objects are not taken',
    });
  } else if (algorithm !== undefined && algorithm !== 'any') {
    metadata.set('request_object_signing_alg', algorithm);
    attributes.note('request.object.signature.alg');
  }
  const uris = attributeOf(draft, 'request.uris');
  if (uris === undefined) return;
  metadata.set('request_uris', valuesOfAttribute(uris));
  attributes.note('request.uris');
}

/** What of a client is said by one attribute each: algorithms, encryption, lifetimes, switches. */
export function readSettings(draft: ClientDraft, grants: Grants): void {
  const { client, metadata, attributes } = draft;
  readAlgorithms(draft, grants);
  readEncryption(draft);
  readLifetimes(draft, grants);
  readRequestObjects(draft);
  for (const [name, ours] of SWITCHES) {
    if (!isOn(draft, name)) continue;
    metadata.set(ours, true);
    attributes.note(name);
  }
  if (isOn(draft, 'tls.client.certificate.bound.access.tokens')) {
    metadata.set('tls_client_certificate_bound_access_tokens', true);
    attributes.note('tls.client.certificate.bound.access.tokens');
  }
  if (isOn(draft, 'backchannel.logout.session.required') && metadata.has('backchannel_logout_uri')) {
    metadata.set('backchannel_logout_session_required', true);
    attributes.note('backchannel.logout.session.required');
  }
  const method = attributeOf(draft, 'pkce.code.challenge.method');
  if (method !== undefined) {
    metadata.set('require_pkce', true);
    attributes.note(
      'pkce.code.challenge.method',
      method === 'S256' ? {} : { outcome: 'changed', why: `S256 alone, not ${shown(method)}` },
    );
  } else if (client.publicClient && client.standardFlowEnabled) {
    attributes.note('pkce.code.challenge.method', {
      outcome: 'changed',
      why: 'a public client must use PKCE here (RFC 9700 §2.1.1), which Keycloak did not ask of it',
    });
  }
  const acr = attributeOf(draft, 'default.acr.values');
  if (acr === undefined) return;
  metadata.set('default_acr_values', valuesOfAttribute(acr));
  attributes.note('default.acr.values');
}
