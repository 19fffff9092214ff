import { certificatesIn } from '@countersign/x509';
import { certificateClaim } from '../client/authority-claim.ts';
import type { Client } from '../client/client.ts';
import { ClientMetadataRecord } from '../client/client-metadata.ts';
import { hasClientSecret } from '../client/client-secret.ts';
import { TRUST_ROLES } from '../client/trust-role.ts';
import { type Change, type Changes, REDACTED } from '../event/changes.ts';
import type { Event } from '../event/event.ts';
import { TokenEndsRecord } from '../storage/records.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import { limitedRoleText } from '../user/administrator-roles.ts';
import type { Holder } from '../user/group.ts';
import { NO_PASSWORD } from '../user/password.ts';
import { REQUIRED_ACTIONS, requiring } from '../user/required-action.ts';
import type { User } from '../user/user.ts';

/** What was ended again, and what people have to do because of it. */
export type EndingsReport = {
  /** How many events ended something, by type. */
  readonly applied: Readonly<Record<string, number>>;
  /** Clients whose secret was another at last: they need a new one. */
  readonly clients_without_secret: readonly string[];
  /** People whose password was another at last: they need a new one. */
  readonly people_without_password: readonly string[];
  /** Clients whose last state is not told whole: disabled until somebody confirms them. */
  readonly clients_to_confirm: readonly string[];
  /** Reference tokens that were revoked, by their `jti`. */
  readonly revoked_tokens: readonly string[];
  /** Certificates that left a trust store, by thumbprint, and the group whose store it was. */
  readonly distrusted: readonly { readonly group: string | undefined; readonly thumbprint: string }[];
};

/** A refusal that is about a grant ended it: what came of it was presented by somebody else. */
const ENDS_GRANT = /^(grant|token)\.revoked$|\.refused$/;
/** Long after every token has expired. */
const LONG = 10 * 365 * 86_400_000;
/** Members that hold certificates, of which changes tell names and thumbprints alone. */
const CERTIFICATE_MEMBERS = ['certificates', 'trust_anchors'];
/** What of an account ends something where it changes. */
const CONCERNING = ['password', 'enabled', 'roles', 'limited_roles', 'claims', 'required_actions'];
const NO_METADATA = ['enabled', 'client_secret', 'ended_tokens', ...CERTIFICATE_MEMBERS];

function thumbprintsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) =>
    name === 'x5t#S256' && typeof item === 'string' ? [item] : thumbprintsIn(item),
  );
}

/** The certificates that a change took away. */
function takenAway({ old, new: now }: Change): ReadonlySet<string> {
  const left = new Set(thumbprintsIn(now));
  return new Set(thumbprintsIn(old).filter((thumbprint) => !left.has(thumbprint)));
}

const isRedacted = (value: unknown): boolean =>
  JSON.stringify(value ?? null).includes(JSON.stringify(REDACTED));
const stringIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const stringsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const memberIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

/** Who an event says lost a membership or role. */
function holderIn(value: unknown): Holder | undefined {
  const id = stringIn(memberIn(value, 'id'));
  const named = memberIn(value, 'kind');
  const kind = (['person', 'client', 'group'] as const).find((each) => each === named);
  return id === undefined || kind === undefined ? undefined : { kind, id };
}

const groupIdIn = (value: unknown): string | undefined => stringIn(memberIn(value, 'group_id'));

/** The metadata after a change; undefined where the change does not tell all of it. */
function changedMetadata(before: Client['metadata'], changes: Changes): Client['metadata'] | undefined {
  const after: Record<string, unknown> = { ...before };
  for (const [name, change] of Object.entries(changes)) {
    if (NO_METADATA.includes(name)) continue;
    if (isRedacted(change)) return undefined;
    if (change.new === undefined) delete after[name];
    else after[name] = change.new;
  }
  for (const name of CERTIFICATE_MEMBERS) {
    const change = changes[name];
    const held = after[name];
    if (!change || !Array.isArray(held)) continue;
    const gone = takenAway(change);
    after[name] = held.filter(
      (pem: unknown) =>
        typeof pem !== 'string' || !certificatesIn(pem).some(({ thumbprint }) => gone.has(thumbprint)),
    );
  }
  const read = ClientMetadataRecord.safeParse(after);
  return read.success ? read.data : undefined;
}

/**
 * Ends again what was ended after a backup: what events say was taken away, switched off, replaced or narrowed. What was
 * given after the backup is not given again, but for the last state of what an administrator changed in between.
 * Events carry what that needs and never the secrets: who got a new secret or password since needs another.
 * @param events in the order in which they happened; none of them is in the backup
 */
export async function applyEndings(
  storage: Storage,
  events: readonly Event[],
  now: number,
): Promise<EndingsReport> {
  const applying = new Applying(storage, now);
  for (const event of events) await applying.apply(event);
  return applying.report();
}

class Applying {
  readonly #storage: Storage;
  readonly #now: number;
  readonly #applied = new Map<string, number>();
  readonly #withoutSecret = new Set<string>();
  readonly #withoutPassword = new Set<string>();
  readonly #toConfirm = new Set<string>();
  readonly #revoked = new Set<string>();
  readonly #distrusted: EndingsReport['distrusted'][number][] = [];
  /** Whom events since the backup switched off, and may switch on again. */
  readonly #switchedOff = new Set<string>();

  constructor(storage: Storage, now: number) {
    this.#storage = storage;
    this.#now = now;
  }

  report(): EndingsReport {
    return {
      applied: Object.fromEntries(this.#applied),
      clients_without_secret: [...this.#withoutSecret],
      people_without_password: [...this.#withoutPassword],
      clients_to_confirm: [...this.#toConfirm],
      revoked_tokens: [...this.#revoked],
      distrusted: this.#distrusted,
    };
  }

  async apply(event: Event): Promise<void> {
    const before = this.#ended;
    await this.#byObject(event);
    await this.#byDetail(event);
    if (this.#ended !== before) this.#applied.set(event.type, (this.#applied.get(event.type) ?? 0) + 1);
  }

  /** Grows with everything that was there to be ended. */
  #ended = 0;
  #count(did: boolean | number): void {
    this.#ended += Number(did);
  }

  async #byObject(event: Event): Promise<void> {
    const { object, type } = event;
    if (!object) return;
    switch (object.kind) {
      case 'client':
        return type === 'client.removed'
          ? this.#removeClient(object.id)
          : this.#changeClient(object.id, event);
      case 'user':
        return type === 'user.removed' ? this.#removeUser(object.id) : this.#changeUser(object.id, event);
      case 'grant':
        if (!ENDS_GRANT.test(type)) return;
        return this.#count(await this.#storage.grants.revoke(object.id, this.#now));
      case 'token':
        return this.#revokeToken(object.id, event);
      case 'session':
        if (type === 'session.ended') this.#count(await this.#storage.sessions.remove(object.id));
        return;
      case 'consent':
        return this.#revokeConsent(event);
      case 'credential':
        return this.#changeCredentials(event);
      case 'signing_key':
        if (type === 'signing_key.removed')
          return this.#commit([this.#storage.signingKeys.steps.remove(object.id)]);
        return;
      case 'registration_token':
        if (type === 'registration_token.removed')
          this.#count(await this.#storage.initialAccessTokens.remove(object.id));
        return;
      case 'claim_rule':
        if (type === 'claim_rule.removed')
          return this.#commit([this.#storage.claimRules.steps.remove(object.id)]);
        return;
      case 'truststore':
        return this.#changeTrust(object.id, event);
      case 'group':
        return this.#changeGroup(object.id, event);
      case 'role':
        return this.#changeRole(object.id, event);
      default:
    }
  }

  /** What belongs to a person and ended with something else. */
  async #byDetail({ object, detail = {}, type, username }: Event): Promise<void> {
    for (const session_id of stringsIn(detail.sessions_ended)) {
      this.#count(await this.#storage.sessions.remove(session_id));
    }
    const sub = object?.kind === 'user' ? object.id : (stringIn(detail.sub) ?? (await this.#subOf(username)));
    if (sub === undefined) return;
    // Every session and grant that the backup has began before.
    if (detail.sessions_ended !== undefined) {
      this.#count(await this.#storage.sessions.removeAll(sub, stringIn(detail.except)));
      if (detail.grants !== undefined)
        await this.#commit([this.#storage.grants.steps.revokeAll({ sub }, this.#now)]);
    }
    // A recovery code is used once, and which it was nobody told.
    if (type === 'sign_in.succeeded' && stringsIn(detail.amr).includes('otp')) {
      await this.#commit([this.#storage.credentials.steps.removeAll(sub, 'recovery_code')]);
    }
  }

  async #subOf(username: string | undefined): Promise<string | undefined> {
    return username === undefined ? undefined : await this.#storage.users.subOf(username);
  }

  async #commit(steps: Parameters<Storage['commit']>[0]): Promise<void> {
    this.#count((await this.#storage.commit(steps)).outcome === 'committed');
  }

  async #removeClient(client_id: string): Promise<void> {
    this.#count(await this.#storage.clients.remove(client_id));
  }

  async #changeClient(client_id: string, event: Event): Promise<void> {
    const { changes = {}, detail = {}, type, actor } = event;
    await this.#claim(client_id, changes, actor?.through);
    const spent = stringIn(detail.initial_access_token);
    if (type === 'client.registered' && spent !== undefined) await this.#spend(spent);
    const client = await unlessUnreadable(this.#storage.clients.find(client_id));
    if (!client || type === 'client.created' || Object.keys(changes).length === 0) return;
    const metadata = changedMetadata(client.metadata, changes);
    if (!metadata) this.#toConfirm.add(client_id);
    const {
      client_secret_sha256,
      client_secret_argon2id,
      client_secret_sealed,
      token_ends,
      awaits_confirmation,
      ...rest
    } = client;
    const keepsSecret = changes.client_secret === undefined;
    if (!keepsSecret && hasClientSecret(client)) this.#withoutSecret.add(client_id);
    const ends = TokenEndsRecord.safeParse(changes.ended_tokens?.new);
    const laterEnds =
      ends.success && ends.data.generation >= (token_ends?.generation ?? 0) ? ends.data : token_ends;
    const enabled =
      this.#enabledAfter(`client ${client_id}`, client.enabled, changes) && metadata !== undefined;
    await this.#storage.clients.update({
      ...rest,
      metadata: metadata ?? client.metadata,
      enabled,
      ...(keepsSecret && client_secret_sha256 !== undefined && { client_secret_sha256 }),
      ...(keepsSecret && client_secret_argon2id !== undefined && { client_secret_argon2id }),
      ...(keepsSecret && client_secret_sealed !== undefined && { client_secret_sealed }),
      ...(laterEnds && { token_ends: laterEnds }),
      ...((awaits_confirmation || !metadata) && { awaits_confirmation: true }),
      revision: client.revision + 1,
    });
    this.#count(true);
  }

  #enabledAfter(name: string, enabled: boolean, { enabled: change }: Changes): boolean {
    if (change?.new === false && enabled) this.#switchedOff.add(name);
    if (change?.new === false) return false;
    return change?.new === true && this.#switchedOff.has(name) ? true : enabled;
  }

  /** What a client has or had vouches for nobody; that the client itself is not restored changes nothing about it. */
  async #claim(client_id: string, { certificates }: Changes, through: string | undefined): Promise<void> {
    if (!certificates || through === 'dynamic-registration') return;
    const claims = thumbprintsIn(certificates.new).map(certificateClaim);
    if (claims.length > 0) {
      await this.#storage.commit(this.#storage.authorities.steps.claim(client_id, claims, this.#now));
    }
  }

  async #spend(token_id: string): Promise<void> {
    const token = (await this.#storage.initialAccessTokens.list()).find((each) => each.token_id === token_id);
    if (token) this.#count(await this.#storage.initialAccessTokens.use(token.token_sha256, this.#now));
  }

  async #removeUser(sub: string): Promise<void> {
    this.#count(await this.#storage.users.remove(sub));
  }

  async #changeUser(sub: string, { type, changes = {} }: Event): Promise<void> {
    if (type === 'user.credentials_removed') {
      await this.#commit([this.#storage.credentials.steps.removeAll(sub)]);
      return;
    }
    const user = await unlessUnreadable(this.#storage.users.find(sub));
    const concerned = CONCERNING.some((name) => changes[name] !== undefined);
    // The same password, hashed otherwise, ended nothing.
    if (!user || type === 'user.created' || type === 'user.password_rehashed' || !concerned) return;
    if (changes.password) this.#withoutPassword.add(user.username);
    await this.#storage.users.update({
      ...user,
      ...this.#changedUser(user, changes),
      enabled: this.#enabledAfter(`user ${sub}`, user.enabled, changes),
      revision: user.revision + 1,
    });
    this.#count(true);
  }

  #changedUser(user: User, changes: Changes): Partial<User> {
    const { password, roles, limited_roles, claims, required_actions } = changes;
    const required = stringsIn(required_actions?.new);
    const left = stringsIn(roles?.new);
    const leftLimited = stringsIn(limited_roles?.new);
    const told = claims?.new;
    const isTold = typeof told === 'object' && told !== null && !Array.isArray(told) && !isRedacted(told);
    return {
      ...(password && { password_hash: NO_PASSWORD }),
      // What was done since is asked for again.
      ...requiring([
        ...(user.required_actions ?? []),
        ...REQUIRED_ACTIONS.filter((action) => required.includes(action)),
      ]),
      // A role that was given since is given again by whoever gave it.
      ...(roles && { roles: user.roles.filter((role) => left.includes(role)) }),
      ...(limited_roles && {
        limited_roles: (user.limited_roles ?? []).filter((role) =>
          leftLimited.includes(limitedRoleText(role)),
        ),
      }),
      ...(isTold && { claims: { ...told } }),
    };
  }

  async #changeGroup(group_id: string, { type, changes = {} }: Event): Promise<void> {
    const { steps } = this.#storage.groups;
    if (type === 'group.removed') return this.#commit([steps.remove(group_id)]);
    if (type === 'group.member_removed') {
      const member = holderIn(changes.member?.old);
      if (member && member.kind !== 'group') await this.#commit([steps.takeOut(group_id, member)]);
      return;
    }
    const group = await unlessUnreadable(this.#storage.groups.find(group_id));
    if (!group || type !== 'group.updated') return;
    const { parent, parent_name: _, ...itself } = group;
    const wanted = changes.parent ? groupIdIn(changes.parent.new) : parent;
    // One that was made since is not there: then nothing contains it.
    const isThere = wanted !== undefined && (await unlessUnreadable(this.#storage.groups.find(wanted)));
    const isAbove = isThere && !(await this.#storage.groups.chain(wanted)).includes(group_id);
    await this.#commit([
      steps.update({
        ...itself,
        ...this.#textsIn(changes),
        ...(isAbove && { parent: wanted }),
        revision: group.revision + 1,
      }),
    ]);
  }

  async #changeRole(role_id: string, { type, changes = {} }: Event): Promise<void> {
    const { steps } = this.#storage.roles;
    if (type === 'role.removed') return this.#commit([steps.remove(role_id)]);
    if (type === 'role.unassigned') {
      const holder = holderIn(changes.holder?.old);
      if (holder) await this.#commit([steps.unassign(role_id, holder)]);
      return;
    }
    const role = await unlessUnreadable(this.#storage.roles.find(role_id));
    if (role && type === 'role.updated')
      await this.#commit([steps.update({ ...role, ...this.#textsIn(changes), revision: role.revision + 1 })]);
  }

  /** Name and description after a change. */
  #textsIn({ name, description }: Changes) {
    const [newName, newDescription] = [stringIn(name?.new), stringIn(description?.new)];
    return {
      ...(newName !== undefined && { name: newName }),
      ...(description && { description: newDescription ?? '' }),
    };
  }

  async #revokeToken(jti: string, { detail = {} }: Event): Promise<void> {
    const end = Date.parse(stringIn(detail.expires_at) ?? '');
    await this.#storage.revokedTokens.revoke(jti, Number.isNaN(end) ? this.#now + LONG : end);
    this.#revoked.add(jti);
    this.#count(true);
  }

  async #revokeConsent({ type, object, client_id }: Event): Promise<void> {
    if (type !== 'consent.revoked' || !object || client_id === undefined) return;
    const [sub = ''] = object.id.split(' ');
    this.#count(await this.#storage.consents.remove(sub, client_id));
    await this.#commit([this.#storage.grants.steps.revokeAll({ sub, client_id }, this.#now)]);
  }

  async #changeCredentials({ type, username, detail = {} }: Event): Promise<void> {
    const sub = await this.#subOf(username);
    const { kind, credential_id } = detail;
    if (sub === undefined) return;
    // New codes take the place of those before.
    if (type === 'credential.added' && kind === 'recovery_code') {
      await this.#commit([this.#storage.credentials.steps.removeAll(sub, 'recovery_code')]);
    }
    if (type !== 'credential.removed' || typeof credential_id !== 'string') return;
    for (const known of ['totp', 'passkey', 'certificate'] as const) {
      if (known !== kind) continue;
      this.#count(await this.#storage.credentials.remove({ sub, kind: known, credential_id }));
      await this.#storage.commit([this.#storage.credentials.steps.removeIdleRecoveryCodes(sub)]);
    }
  }

  async #changeTrust(id: string, { type, changes = {} }: Event): Promise<void> {
    if (type === 'truststore.changed') {
      const gone = Object.values(changes).flatMap((change) => [...takenAway(change)]);
      const group = id === 'truststore' ? undefined : id;
      this.#distrusted.push(...gone.map((thumbprint) => ({ group, thumbprint })));
      this.#count(gone.length);
    }
    if (type !== 'truststore.role_named' || !changes.role) return;
    const { authorities } = this.#storage;
    const before = (await authorities.named()).find(({ thumbprint }) => thumbprint === id);
    const { new: told } = changes.role;
    const role = TRUST_ROLES.find((each) => each === told);
    if (role) {
      const named = { thumbprint: id, role, named_by: 'the audit trail', named_at: this.#now };
      await this.#commit([authorities.steps.name(named, before)]);
    } else if (before) await this.#commit([authorities.steps.unname(before)]);
  }
}
