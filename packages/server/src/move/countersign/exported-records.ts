import type { ClaimRule } from '../../claim/claim-rule.ts';
import { clientSecretPurpose } from '../../client/client-secret.ts';
import { usesClientSecret } from '../../client/token-endpoint-auth-method.ts';
import { managedAfter } from '../../managed-by.ts';
import type {
  ClientAsItStands,
  GroupAsItStands,
  NamedConsent,
  NamedGrant,
  PersonAsItStands,
  Snapshot,
} from '../../storage/snapshot.ts';
import type { StoredRefreshToken } from '../../storage/storage.ts';
import { SUBJECT_SECRET_PURPOSE } from '../../token/pairwise-subject.ts';
import { sessionOf } from '../../token/refresh-token.ts';
import { unseal } from '../../token/sealing.ts';
import type { Credential } from '../../user/credential.ts';
import { isPasswordHash } from '../../user/password.ts';
import { totpSecret } from '../../user-authentication/second-factor.ts';
import { USUAL_TOTP } from '../../user-authentication/totp.ts';
import { MovedRecord, type MovedSecret } from '../record.ts';
import type { ExportExtra } from './export-format.ts';

/** A certificate of a trust store, as it is written. */
export type ExportedTrust = {
  readonly alias: string;
  /** PEM. */
  readonly certificate: string;
  /** `by_rule` where nobody gave it one. */
  readonly role: 'authority' | 'handshake' | 'by_rule';
  readonly trust_group?: string;
};

export type ExportInput = {
  readonly snapshot: Snapshot;
  /** 32 octets, `[encryption] key`: what it sealed is written as it is, for the next server has another key. */
  readonly encryptionKey: Uint8Array;
  readonly trusted: readonly ExportedTrust[];
  /** What deployment.toml sets, by key, without secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly extras: readonly ExportExtra[];
  /** The clients that every server makes itself, by client_id: nothing of them moves. */
  readonly ownClients: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Told of what cannot be written, of a record or in one. */
  readonly leftOut: (what: string, why: string) => void;
};

/** A record as it is made here, which {@link MovedRecord} has yet to accept. */
type Draft = Readonly<Record<string, unknown>> & { readonly kind: MovedRecord['kind'] };

/** What a record is called where it is left out. */
const nameOf = ({ kind, name, client_id, username, alias, claim, grant_id, token_id }: Draft): string =>
  [kind, name ?? alias ?? claim ?? token_id ?? grant_id ?? username ?? client_id ?? ''].join(' ').trim();

/**
 * What is written is what the import takes: a record that it would refuse is left out here, where that can be told.
 */
function* accepted(draft: Draft, { leftOut }: ExportInput): Generator<MovedRecord, void> {
  const record = MovedRecord.safeParse(draft);
  if (record.success) {
    yield record.data;
    return;
  }
  const [issue] = record.error.issues;
  leftOut(nameOf(draft), `${issue?.path.join('.')}: ${issue?.message}`);
}

/** The secret that a client proves itself with; what another method made of one authenticates nothing. */
function secretOf(
  { client }: ClientAsItStands,
  encryptionKey: Uint8Array,
): { readonly secret?: MovedSecret } {
  const { client_id, client_secret_sha256, client_secret_argon2id, client_secret_sealed } = client;
  if (!usesClientSecret(client.metadata.token_endpoint_auth_method)) return {};
  if (client_secret_sealed !== undefined) {
    const value = unseal(client_secret_sealed, encryptionKey, clientSecretPurpose(client_id));
    return { secret: { form: 'text', value } };
  }
  if (client_secret_argon2id !== undefined) {
    return { secret: { form: 'argon2id', value: client_secret_argon2id } };
  }
  return client_secret_sha256 === undefined
    ? {}
    : { secret: { form: 'sha256', value: client_secret_sha256 } };
}

function clientDraft(found: ClientAsItStands, { encryptionKey, leftOut }: ExportInput): Draft {
  const { client, registration, groups, roles } = found;
  const unknown = Object.keys(client.unknown_metadata ?? {});
  if (unknown.length > 0) {
    leftOut(
      `client ${client.client_id}`,
      `a later version wrote ${unknown.join(', ')}, which this one does not know`,
    );
  }
  const { client_id: _, ...registered } = registration ?? { client_id: '' };
  return {
    kind: 'client',
    client_id: client.client_id,
    client_id_issued_at: client.client_id_issued_at,
    enabled: client.enabled,
    metadata: client.metadata,
    ...secretOf(found, encryptionKey),
    groups,
    roles,
    ...(client.awaits_confirmation && { awaits_confirmation: true }),
    ...(client.token_ends && { token_ends: client.token_ends }),
    ...(registration && { registration: registered }),
  };
}

/** What somebody signs in with, by kind; of each no list where there is nothing. */
function credentialsOf(credentials: readonly Credential[], encryptionKey: Uint8Array) {
  const times = ({ created_at, last_used_at }: Credential) => ({
    created_at,
    ...(last_used_at !== undefined && { last_used_at }),
  });
  const totp: object[] = [];
  const passkeys: object[] = [];
  const recovery_codes: object[] = [];
  const known_certificates: object[] = [];
  for (const each of credentials) {
    switch (each.kind) {
      case 'totp': {
        const { algorithm, digits, period } = { ...USUAL_TOTP, ...each };
        const secret = totpSecret(each, encryptionKey);
        totp.push({ secret, algorithm, digits, period, ...times(each) });
        break;
      }
      case 'passkey': {
        const { credential_id, public_key, counter, transports, label } = each;
        passkeys.push({ credential_id, public_key, counter, transports, label, ...times(each) });
        break;
      }
      case 'recovery_code':
        recovery_codes.push({ sha256: each.credential_id, created_at: each.created_at });
        break;
      case 'certificate': {
        const { credential_id, subject, not_after } = each;
        known_certificates.push({ 'x5t#S256': credential_id, subject, not_after, ...times(each) });
      }
    }
  }
  return Object.fromEntries(
    Object.entries({ totp, passkeys, recovery_codes, known_certificates }).filter(
      ([, list]) => list.length > 0,
    ),
  );
}

async function personDraft(
  { user, credentials, groups, roles }: PersonAsItStands,
  { snapshot, encryptionKey, leftOut }: ExportInput,
): Promise<Draft> {
  const { unknown } = user;
  const strange = [
    ...(unknown ? Object.keys(unknown.members) : []),
    ...(unknown?.roles.length ? ['roles'] : []),
  ];
  if (strange.length > 0) {
    leftOut(
      `person ${user.username}`,
      `a later version wrote ${strange.join(', ')}, which this one does not know`,
    );
  }
  const limited_roles: { readonly role: string; readonly group: string }[] = [];
  for (const { role, group_id } of user.limited_roles ?? []) {
    const group = await snapshot.groupName(group_id);
    if (group !== undefined) limited_roles.push({ role, group });
  }
  return {
    kind: 'person',
    username: user.username,
    sub: user.sub,
    enabled: user.enabled,
    created_at: user.created_at,
    claims: user.claims,
    ...(isPasswordHash(user.password_hash) && { password: { form: 'hash', value: user.password_hash } }),
    required_actions: user.required_actions ?? [],
    ...credentialsOf(credentials, encryptionKey),
    groups,
    roles,
    ...(user.awaits_confirmation && { awaits_confirmation: true }),
    ...(user.roles.length > 0 && { administrator_roles: user.roles }),
    ...(limited_roles.length > 0 && { limited_roles }),
  };
}

const groupDraft = ({ group, parent, roles }: GroupAsItStands): Draft => ({
  kind: 'group',
  name: group.name,
  description: group.description,
  ...(parent !== undefined && { parent }),
  roles,
  ...managedAfter({}, group.managed_by),
  created_at: group.created_at,
});

/** The order in which rules come to a claim is that of their making; those of one moment are told apart by what they say. */
function claimRuleDrafts(rules: readonly ClaimRule[]): readonly Draft[] {
  const drafts = rules.map(({ revision: _revision, ...rule }) => ({
    kind: 'claim_rule' as const,
    ...rule,
  }));
  const keyed = drafts.map((draft) => ({ draft, text: JSON.stringify(draft) }));
  return keyed
    .toSorted(
      (a, b) =>
        compare(a.draft.claim, b.draft.claim) ||
        a.draft.created_at - b.draft.created_at ||
        compare(a.text, b.text),
    )
    .map(({ draft }) => draft);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const consentDraft = ({ consent, username }: NamedConsent): Draft => ({
  kind: 'consent',
  username,
  sub: consent.sub,
  client_id: consent.client_id,
  scopes: consent.scopes,
  granted_at: consent.granted_at,
});

const grantDraft = ({ grant, username, refreshTokens }: NamedGrant): Draft => ({
  kind: 'grant',
  grant_id: grant.grant_id,
  username,
  sub: grant.sub,
  client_id: grant.client_id,
  scope: grant.scope,
  created_at: grant.created_at,
  expires_at: grant.expires_at,
  // Sessions do not move, and what ends with one has ended.
  refresh_tokens: refreshTokens.filter((token) => sessionOf(token) === undefined).map(refreshTokenOf),
});

/** Without what its grant says, and what is known of it for a few seconds alone. */
function refreshTokenOf({
  grant_id: _grant,
  client_id: _client,
  sub: _sub,
  repeats: _repeats,
  repeated_at: _repeated,
  ...token
}: StoredRefreshToken) {
  return token;
}

async function* secretOfSubjects({ snapshot, encryptionKey }: ExportInput): AsyncGenerator<Draft, void> {
  const sealed = await snapshot.subjectSecret();
  if (sealed === undefined) return;
  yield { kind: 'subject_secret', secret: unseal(sealed, encryptionKey, SUBJECT_SECRET_PURPOSE) };
}

async function* drafts(input: ExportInput): AsyncGenerator<Draft, void> {
  const { snapshot, trusted, extras, settings, now } = input;
  const moves = (client_id: string) => !input.ownClients.includes(client_id);
  yield* secretOfSubjects(input);
  for (const { revision: _, ...attribute } of await snapshot.attributes())
    yield { kind: 'attribute', ...attribute };
  for await (const { name, description, managed_by, created_at } of snapshot.roles()) {
    yield { kind: 'role', name, description, ...managedAfter({}, managed_by), created_at };
  }
  const groupNames = new Map<string, string>();
  for await (const group of snapshot.groups()) {
    groupNames.set(group.group.group_id, group.group.name);
    yield groupDraft(group);
  }
  for (const entry of trusted) yield { kind: 'trusted_certificate', ...entry };
  for (const { group_id, ...token } of await snapshot.initialAccessTokens()) {
    const group = group_id === undefined ? undefined : groupNames.get(group_id);
    // One whose group is gone registers nothing, and must not begin to elsewhere.
    if (group_id === undefined || group !== undefined)
      yield { kind: 'initial_access_token', ...token, ...(group !== undefined && { group }) };
  }
  for await (const found of snapshot.clients()) {
    if (moves(found.client.client_id)) yield clientDraft(found, input);
  }
  yield* claimRuleDrafts(await snapshot.claimRules());
  for await (const person of snapshot.people()) yield await personDraft(person, input);
  if (extras.includes('consents')) {
    for await (const found of snapshot.consents()) {
      if (moves(found.consent.client_id)) yield consentDraft(found);
    }
  }
  if (extras.includes('grants')) {
    for await (const found of snapshot.grants(now)) {
      if (moves(found.grant.client_id)) yield grantDraft(found);
    }
  }
  yield { kind: 'settings', values: settings };
}

/**
 * Everything that a server of this kind hands to another one, in the order in which it can be written there.
 * @throws CannotUnseal for what was sealed with another `[encryption] key`
 */
export async function* exportedRecords(input: ExportInput): AsyncGenerator<MovedRecord, void> {
  for await (const draft of drafts(input)) yield* accepted(draft, input);
}
