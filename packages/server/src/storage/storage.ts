import type { ClaimRule } from '../claim/claim-rule.ts';
import type { Claim } from '../client/authority-claim.ts';
import type { Client } from '../client/client.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { NamedRole } from '../client/trust-role.ts';
import type { SharedTrustStore, TrustedCertificate } from '../client/trusted-certificate.ts';
import type { AuditStore } from '../event/audit-store.ts';
import type { EventStore } from '../event/event-store.ts';
import type { NewDelivery } from '../event/new-delivery.ts';
import type { RequestCountStore } from '../event/request-counts.ts';
import type { RegistryState } from '../registry-change.ts';
import type { AuthorizationCode } from '../token/authorization-code.ts';
import type { DeferredAuthorization, RedeemedAuthorization } from '../token/deferred-authorization.ts';
import type { Grant } from '../token/grant.ts';
import type { ReferenceToken } from '../token/reference-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { StoredServerKey } from '../token/server-key.ts';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import type { Consent } from '../user/consent.ts';
import type { Credential, CredentialKind } from '../user/credential.ts';
import type { Belongings, FoundGroup, Group, Holder, NamedHolder, Role } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import type { Session } from '../user/session.ts';
import type { User } from '../user/user.ts';
import type { NodeReport } from './node-report.ts';
import type { PoolUse, Reach } from './reach.ts';
import type { HistoryPosition } from './registry-log.ts';
import type { UnreadableRecord } from './storage-errors.ts';

/** A write lost against another one: the row's `revision` is no longer the expected one, or the key exists. */
export class StorageConflict extends Error {
  override readonly name = 'StorageConflict';
}

/**
 * One page of a listing; `next` is given back as `after` to read on. Rows of the page that cannot be read are no items
 * of it, but named.
 */
export type ListingPage<T> = {
  readonly items: readonly T[];
  readonly next?: string;
  readonly unreadable?: readonly UnreadableRecord[];
};
export type ListingRequest = { readonly search?: string; readonly after?: string; readonly limit: number };

/** Of a listing by time: the newest first unless the other way is asked for. */
export type TimedRequest = ListingRequest & { readonly isOldestFirst?: boolean };

/** How a listing is sorted: by what, which way, and from which value on. A cursor goes on in the order it is of. */
export type Sorting<Key extends string> = {
  readonly sort?: Key;
  readonly descending?: boolean;
  /** The beginning of a text; of a time milliseconds since the epoch. */
  readonly from?: string | number;
};

/** What clients are sorted by: those without a certificate whose end is known stand last, whichever way. */
export type ClientSort =
  | 'client_name'
  | 'client_id'
  | 'client_id_issued_at'
  | 'certificates_end'
  | 'token_endpoint_auth_method'
  | 'enabled';
export type UserSort = 'username' | 'created_at' | 'enabled';
/** What groups and roles are sorted by. */
export type GroupingSort = 'name' | 'created_at';

/** What a listing of clients is narrowed to; all given fields must match. */
export type ClientFilter = {
  readonly enabled?: boolean;
  readonly token_endpoint_auth_method?: string;
  /** Kept by the files of this label. */
  readonly managed_by?: string;
  /** A registered certificate ends before; milliseconds since the epoch. */
  readonly certificateEndsBefore?: number;
  /** There are registered certificates, and all of them end before; milliseconds since the epoch. */
  readonly certificatesEndBefore?: number;
  /** In any of these groups, by `group_id`, or in groups that they contain. */
  readonly within?: readonly string[];
};

/** What a listing of people is narrowed to. */
export type UserFilter = { readonly enabled?: boolean };

/** When a registered certificate ends, in milliseconds since the epoch. */
export type CertificateEnd = {
  readonly client_id: string;
  readonly client_name: string;
  readonly thumbprint: string;
  readonly not_after: number;
};

/** A client by its names; one that cannot be read has its client_id for both. */
export type NamedClient = Pick<Client, 'client_id'> & Pick<Client['metadata'], 'client_name'>;

export interface ClientStore {
  /** @throws UnreadableRecord, as every finding of one record does */
  find(client_id: string): Promise<Client | undefined>;
  /** What writes a client in a unit of work, as the methods of the same names do alone. */
  readonly steps: {
    insert(client: Client): readonly Step[];
    update(client: Client): readonly Step[];
    /** @param revision the one it must have; any when absent */
    remove(client_id: string, revision?: number): readonly Step[];
  };
  /** @throws StorageConflict when the client_id is taken */
  insert(client: Client): Promise<void>;
  /** Replaces the client whose revision is `client.revision - 1`. @throws StorageConflict */
  update(client: Client): Promise<void>;
  /** Removes the client with its grants, tokens and consents. @returns whether there was one */
  remove(client_id: string): Promise<boolean>;
  /**
   * Ordered by client_name then client_id unless something else is asked for; `search` matches any part of name or id,
   * case-insensitively, and by name gives those whose name begins with it before the others. An index answers it, however
   * many there are.
   */
  list(page: ListingRequest & Sorting<ClientSort> & ClientFilter): Promise<ListingPage<Client>>;
  /** How many a listing has, counted to `most` and no further. */
  countMatching(of: Pick<ListingRequest, 'search'> & ClientFilter, most: number): Promise<number>;
  /** A client that is enabled and whose scripts are of `origin`; an index answers it, however many there are. */
  findByOrigin(origin: string): Promise<string | undefined>;
  /** Any client whose secret is kept sealed: one that is enough to see which `[encryption] key` it was sealed with. */
  findWithSealedSecret(): Promise<Required<Pick<Client, 'client_id' | 'client_secret_sealed'>> | undefined>;
  /** @param within those in these groups alone, by `group_id`, or in groups that they contain */
  count(within?: readonly string[]): Promise<number>;
  /** Those of the clients that are in any of the groups, by `group_id`, or in a group that one of them contains. */
  within(client_ids: readonly string[], groups: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Counts the registered certificates of clients that are enabled by their end.
   * @param bounds milliseconds since the epoch, ascending
   * @param most how many are counted at most, each time
   * @param within of clients in these groups alone, as for `count`
   * @returns how many end before the first bound, between each two, and from the last on
   */
  countCertificateEnds(
    bounds: readonly number[],
    most: number,
    within?: readonly string[],
  ): Promise<readonly number[]>;
  /** Those that end from `since` on, the soonest first. @param within as for `count` */
  soonestCertificateEnds(
    since: number,
    limit: number,
    within?: readonly string[],
  ): Promise<readonly CertificateEnd[]>;
  /**
   * Those that registered the certificate with this thumbprint (RFC 8705 §3.1 form), in `certificates` or `jwks`; among
   * them clients that cannot be read.
   */
  findByThumbprint(thumbprint: string): Promise<readonly NamedClient[]>;
}

export interface UserStore {
  find(sub: string): Promise<User | undefined>;
  /** Usernames compare after NFKC and lower-casing. */
  findByUsername(username: string): Promise<User | undefined>;
  /** The `sub` alone, of an account that cannot be read too. */
  subOf(username: string): Promise<string | undefined>;
  /** What writes an account in a unit of work, as the methods of the same names do alone. */
  readonly steps: {
    insert(user: User): readonly Step[];
    update(user: User): readonly Step[];
    /** @param revision the one it must have; any when absent */
    remove(sub: string, revision?: number): readonly Step[];
    /** Holds while the account still has the password that was checked: what a sign-in writes hangs on it. */
    hasPassword(user: Pick<User, 'sub' | 'password_hash'>): Step;
    /**
     * Notes the hash of the password that the configuration gives to a username: of any number of units with the same
     * `before` one is committed.
     * @param before the hash noted until then; absent when there is none
     */
    configurePassword(username: string, password_hash: string, before: string | undefined): Step;
    /**
     * Goes after a change that could take the server its last enabled owner away. Two such changes at once wait for one
     * another.
     */
    keepsAnOwner(): Step;
  };
  /**
   * The hash of the password of whoever comes first from this `sub` on, in the order of the database and round its end;
   * undefined where there are no accounts.
   */
  passwordHashFrom(sub: string): Promise<string | undefined>;
  /** The hash of the password that the configuration gave to a username last. */
  configuredPassword(username: string): Promise<string | undefined>;
  /** @throws StorageConflict when the sub or the username is taken */
  insert(user: User): Promise<void>;
  /** Replaces the user whose revision is `user.revision - 1`. @throws StorageConflict */
  update(user: User): Promise<void>;
  /** Removes the user with sessions, credentials, grants, tokens and consents. @returns whether there was one */
  remove(sub: string): Promise<boolean>;
  /**
   * Ordered by username unless something else is asked for; `search` matches any part of username or of the `name` and
   * `email` claims, and by username gives those whose username begins with it before the others. An index answers it,
   * however many there are.
   */
  list(page: ListingRequest & Sorting<UserSort> & UserFilter): Promise<ListingPage<User>>;
  /** How many a listing has, counted to `most` and no further. */
  countMatching(of: Pick<ListingRequest, 'search'> & UserFilter, most: number): Promise<number>;
}

export interface SigningKeyStore {
  readonly steps: {
    /** Holds where no key of its alg is in its state yet. */
    insertIfNone(key: StoredServerKey): Step;
    /**
     * Retires the active key of the alg and makes the `next` one active, whose place the replacement takes; without a
     * `next` one, or where the replacement is `active`, it signs itself from now on. Holds where the keys of this alg are
     * still those named.
     * @param present the `kid` of the key in each state; absent where there is none
     */
    rotate(
      replacement: StoredServerKey,
      present: { readonly active: string | undefined; readonly next: string | undefined },
      retired_at: number,
    ): readonly Step[];
    remove(kid: string): Step;
  };
  /** Those that can be read: nothing is signed or verified with another. */
  list(): Promise<readonly StoredServerKey[]>;
}

/** Failed password guesses by subject of counting (e.g. `user:alice`, `address:192.0.2.1`), shared by all processes. */
export interface GuessStore {
  readonly steps: { clear(key: string): Step };
  /** Adds one failure and returns the failures within the window. Times in milliseconds. */
  fail(key: string, now: number, windowMs: number): Promise<number>;
  count(key: string, now: number, windowMs: number): Promise<number>;
  clear(key: string): Promise<void>;
}

export interface GrantStore {
  readonly steps: {
    insert(grant: Grant): Step;
    /** Revokes the grant, if that was not done before, and thereby every token issued from it. */
    revoke(grant_id: string, now: number): Step;
    /** Revokes a grant that is in force, or refuses its unit. */
    end(grant_id: string, now: number): Step;
    /** Revokes all grants of a person with a client. */
    revokeAll(of: { readonly sub: string; readonly client_id?: string }, now: number): Step;
  };
  insert(grant: Grant): Promise<void>;
  find(grant_id: string): Promise<Grant | undefined>;
  /** Revokes the grant and thereby every token issued from it. @returns whether it was still in force */
  revoke(grant_id: string, now: number): Promise<boolean>;
  /** How many grants of a person with a client are in force. */
  count(of: { readonly sub: string; readonly client_id?: string }, now: number): Promise<number>;
  /** Grants in force, newest first. */
  list(
    of: {
      readonly sub?: string;
      readonly client_id?: string;
      /** At clients in these groups alone, by `group_id`, or in groups that they contain. */
      readonly within?: readonly string[];
    },
    page: TimedRequest,
    now: number,
  ): Promise<ListingPage<Grant>>;
}

export interface AuthorizationCodeStore {
  readonly steps: {
    insert(code: AuthorizationCode): Step;
    /**
     * Marks the code used: of any number of units, in any number of processes, one is committed. A used code stays known
     * until `expires_at` plus a day. Expiry is the caller's to judge.
     */
    redeem(code_sha256: string, now: number): Step;
  };
  insert(code: AuthorizationCode): Promise<void>;
  find(code_sha256: string): Promise<(AuthorizationCode & { readonly used_at?: number }) | undefined>;
}

/** A refresh token and what became of it. */
export type StoredRefreshToken = RefreshToken & {
  readonly used_at?: number;
  /** How often it was presented again while its successor was new, and when that was counted last. */
  readonly repeats: number;
  readonly repeated_at?: number;
};

export interface RefreshTokenStore {
  readonly steps: {
    insert(token: RefreshToken): Step;
    /** Marks the token used; see {@link AuthorizationCodeStore.steps}. */
    redeem(token_sha256: string, now: number): Step;
    /** Moves its end, never back. */
    prolong(token_sha256: string, expires_at: number): Step;
    /** Counts one repeat; repeats at the same moment count as one. */
    countRepeat(token: StoredRefreshToken, now: number): Step;
  };
  insert(token: RefreshToken): Promise<void>;
  find(token_sha256: string): Promise<StoredRefreshToken | undefined>;
}

export interface ReferenceTokenStore {
  readonly steps: {
    insert(token: ReferenceToken): Step;
    /** Revokes the token, if that was not done before. */
    revoke(token_sha256: string, now: number): Step;
  };
  insert(token: ReferenceToken): Promise<void>;
  find(token_sha256: string): Promise<ReferenceToken | undefined>;
  revoke(token_sha256: string, now: number): Promise<boolean>;
}

/** JWT access tokens revoked before their end, by `jti`. */
export interface RevokedTokenStore {
  readonly steps: { revoke(jti: string, expires_at: number): Step };
  revoke(jti: string, expires_at: number): Promise<void>;
  isRevoked(jti: string): Promise<boolean>;
}

/** Identifiers that may be seen once: assertion and DPoP proof `jti`s. */
export interface ReplayStore {
  /** @returns true for the first caller in any process, false for all later ones until `expires_at` */
  claim(key: string, expires_at: number): Promise<boolean>;
}

/** Short-lived values under an unguessable key: pushed requests, interactions, challenges, device codes. */
export interface EphemeralStore {
  readonly steps: {
    put(kind: string, key: string, value: Readonly<Record<string, unknown>>, expires_at: number): Step;
    take(kind: string, key: string, now: number): Step;
    /** Takes the value only if it is still the one that was read. */
    takeRead(kind: string, key: string, value: Readonly<Record<string, unknown>>, now: number): Step;
    /** Replaces the value only if it is still there; keeps `expires_at`. */
    replace(kind: string, key: string, value: Readonly<Record<string, unknown>>, now: number): Step;
    /** Puts a value where there is none, or one past its end: of any number of units one is committed. */
    add(
      kind: string,
      key: string,
      value: Readonly<Record<string, unknown>>,
      expires_at: number,
      now: number,
    ): Step;
  };
  put(kind: string, key: string, value: Readonly<Record<string, unknown>>, expires_at: number): Promise<void>;
  /** @returns the value unless it is absent or past its `expires_at` */
  get(kind: string, key: string, now: number): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Removes and returns the value with one atomic statement: one caller gets it. */
  take(kind: string, key: string, now: number): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Values of a kind, those that end soonest first. */
  list(
    kind: string,
    now: number,
    limit: number,
  ): Promise<readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]>;
  /** Replaces the value only if it is still there; keeps `expires_at`. @returns whether it was */
  replace(kind: string, key: string, value: Readonly<Record<string, unknown>>, now: number): Promise<boolean>;
}

export interface SessionStore {
  readonly steps: {
    insert(session: Session): Step;
    /** Holds while the session has not ended; an end at the same moment comes after, and sees what this unit wrote. */
    isThere(session_id: string): Step;
    remove(session_id: string): Step;
    /** Removes the sessions of a person, but for the one named; those that cannot be read too. */
    removeAll(sub: string, except?: string): Step;
    /** Keeps a session, if it is there, until a time at least: `prolonged_until`. It changes nothing else of it. */
    prolong(session_id: string, until: number): Step;
  };
  /**
   * Prepares to replace a session by what `apply` makes of it; the step is refused once somebody else changed it.
   * @returns undefined when there is none
   */
  changing(
    session_id: string,
    apply: (session: Session) => Session,
  ): Promise<{ readonly session: Session; readonly step: Step } | undefined>;
  insert(session: Session): Promise<void>;
  /** Finds a session that has not expired, or is prolonged; one that cannot be read is none. */
  findBySecret(secret_sha256: string, now: number): Promise<Session | undefined>;
  find(session_id: string): Promise<Session | undefined>;
  update(session: Session): Promise<void>;
  /**
   * Replaces a session by what `apply` makes of it, with no other change between reading and writing.
   * @returns the new session; undefined when there is none any more
   */
  change(session_id: string, apply: (session: Session) => Session): Promise<Session | undefined>;
  remove(session_id: string): Promise<boolean>;
  /** Removes the sessions of a person, but for the one named; those that cannot be read too. @returns how many */
  removeAll(sub: string, except?: string): Promise<number>;
  list(of: { readonly sub?: string }, page: TimedRequest, now: number): Promise<ListingPage<Session>>;
}

export interface ConsentStore {
  readonly steps: {
    /** Holds where there is none. */
    insert(consent: Consent): Step;
    put(consent: Consent): Step;
    remove(sub: string, client_id: string): Step;
  };
  find(sub: string, client_id: string): Promise<Consent | undefined>;
  /** Inserts or replaces. */
  put(consent: Consent): Promise<void>;
  remove(sub: string, client_id: string): Promise<boolean>;
  list(
    of: { readonly sub?: string; readonly client_id?: string },
    page: TimedRequest,
  ): Promise<ListingPage<Consent>>;
}

/** What people prove who they are with, beside the password. Each belongs to one person. */
export interface CredentialStore {
  readonly steps: {
    insert(credential: Credential): Step;
    remove(of: { readonly sub: string; readonly kind: CredentialKind; readonly credential_id: string }): Step;
    /** Removes all of a person, or those of one kind. */
    removeAll(sub: string, kind?: CredentialKind): Step;
    /** Removes the recovery codes of a person who has no second factor any more. */
    removeIdleRecoveryCodes(sub: string): Step;
  };
  find(kind: CredentialKind, credential_id: string): Promise<Credential | undefined>;
  /** @throws StorageConflict when a credential of this kind and id is registered, to whomever */
  insert(credential: Credential): Promise<void>;
  update(credential: Credential): Promise<void>;
  /** Atomic: of any number of callers one gets true. */
  remove(of: {
    readonly sub: string;
    readonly kind: CredentialKind;
    readonly credential_id: string;
  }): Promise<boolean>;
  list(sub: string): Promise<readonly Credential[]>;
}

/** The claims that operators define; few. Those of a client go with it. */
export interface ClaimRuleStore {
  readonly steps: {
    insert(rule: ClaimRule): Step;
    /** Replaces the rule whose revision is `rule.revision - 1`. */
    update(rule: ClaimRule): Step;
    remove(claim_rule_id: string): Step;
  };
  find(claim_rule_id: string): Promise<ClaimRule | undefined>;
  /** By claim, then the oldest first; one that cannot be read gives nothing. */
  list(): Promise<readonly ClaimRule[]>;
}

/** What values of attributes of people may be; few. The values stand with the accounts. */
export interface AttributeDefinitionStore {
  readonly steps: {
    insert(definition: AttributeDefinition): Step;
    /** Replaces the definition whose revision is `definition.revision - 1`. */
    update(definition: AttributeDefinition): Step;
    remove(name: string): Step;
  };
  find(name: string): Promise<AttributeDefinition | undefined>;
  /** By name. */
  list(): Promise<readonly AttributeDefinition[]>;
}

/** Leave to register clients; few, made by administrators. */
export interface InitialAccessTokenStore {
  readonly steps: {
    insert(token: InitialAccessToken): Step;
    use(token_sha256: string, now: number): Step;
    remove(token_id: string): Step;
  };
  insert(token: InitialAccessToken): Promise<void>;
  find(token_sha256: string): Promise<InitialAccessToken | undefined>;
  /**
   * Counts one client with one atomic statement: of any number of callers, in any number of processes, as many get
   * true as the token allows before it expires.
   */
  use(token_sha256: string, now: number): Promise<boolean>;
  /** Newest first. */
  list(): Promise<readonly InitialAccessToken[]>;
  /** @returns whether there was one */
  remove(token_id: string): Promise<boolean>;
}

/** Clients that registered themselves; a registration goes with its client. */
export interface DynamicRegistrationStore {
  readonly steps: {
    insert(registration: DynamicRegistration): Step;
    replace(registration: DynamicRegistration, registration_access_token_sha256: string): Step;
  };
  insert(registration: DynamicRegistration): Promise<void>;
  find(client_id: string): Promise<DynamicRegistration | undefined>;
  /**
   * Replaces the registration whose token has this hash with one atomic statement.
   * @returns whether it still had
   */
  replace(registration: DynamicRegistration, registration_access_token_sha256: string): Promise<boolean>;
}

/** Authorizations that a person decides elsewhere; each stays known for a day after its end. */
export interface DeferredAuthorizationStore {
  readonly steps: {
    /** Writes what a person decided, while nobody has. */
    decide(decided: DeferredAuthorization, now: number): Step;
    /** Marks an approved one redeemed: of any number of units one is committed. */
    redeem(redeemed: RedeemedAuthorization): Step;
  };
  /** @throws StorageConflict when the user code is taken */
  insert(authorization: DeferredAuthorization): Promise<void>;
  find(authorization_sha256: string): Promise<DeferredAuthorization | undefined>;
  /** Finds one that is pending and has not expired. */
  findByUserCode(user_code: string, now: number): Promise<DeferredAuthorization | undefined>;
  /** What waits for this person, soonest end first. */
  listPending(sub: string, now: number): Promise<readonly DeferredAuthorization[]>;
  /**
   * Writes what a person decided, with one atomic statement.
   * @returns true for one caller; false when it was decided before or has expired
   */
  decide(decided: DeferredAuthorization, now: number): Promise<boolean>;
  /** Notes that the client asked. Asking too soon makes its interval five seconds longer (RFC 8628 §3.5). */
  poll(authorization_sha256: string, now: number): Promise<'in time' | 'too soon'>;
}

/** Who vouches for clients: roles of certificates, and what clients have or had themselves. */
export interface AuthorityStore {
  readonly steps: {
    /** Gives a certificate its role, as long as it has that of `before`, or none. */
    name(named: NamedRole, before: NamedRole | undefined): Step;
    /** Takes a role away that somebody gave, as long as it is this one. */
    unname(named: NamedRole): Step;
    /** Notes that a client has these; known for good. */
    claim(client_id: string, claims: readonly Claim[], claimed_at: number): readonly Step[];
    /** Notes that the roles of an earlier version were taken over; of any number of units one is committed. */
    upgrade(): Step;
  };
  /** The roles that were given. */
  named(): Promise<readonly NamedRole[]>;
  /** The clients that have or had any of these, by what it was. */
  claimants(claims: readonly Claim[]): Promise<ReadonlyMap<Claim, readonly string[]>>;
  /** Whether what stands in the trust store since an earlier version has its roles. */
  isUpgraded(): Promise<boolean>;
}

/** What nodes share of their trust stores; where the database is one node's own file, nothing. */
export interface TrustStoreStore {
  readonly steps: {
    /** Begins a trust store, empty, at revision 1, unless it was begun before. */
    takeOver(store: string, taken_over_at: number): Step;
    /** Raises the revision of a trust store that is at this one; stands in every unit that changes its entries. */
    change(store: string, revision: number): Step;
    /** Neither the certificate nor the alias may stand in the store. */
    add(store: string, entry: TrustedCertificate): Step;
    remove(store: string, thumbprint: string): Step;
    /** Notes that an edit of a file was taken up; of any number of units one is committed. */
    takeUpEdit(edit_id: string, expires_at: number): Step;
  };
  /** Those of the stores that were begun, as they are at one moment. */
  read(stores: readonly string[]): Promise<ReadonlyMap<string, SharedTrustStore>>;
  /** Those of the certificates that stand in another store as well, whichever node has it. */
  heldBeside(store: string, thumbprints: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What the nodes that share a database say of themselves. */
export interface NodeStore {
  /** Puts it in the place of what the node said before. */
  report(report: NodeReport, expires_at: number): Promise<void>;
  /** The nodes that said something within the last minute. */
  list(now: number): Promise<readonly NodeReport[]>;
  /** Those that said nothing for longer, have not stopped in order, and whose word is kept still. */
  missing(now: number): Promise<readonly NodeReport[]>;
  remove(node: string): Promise<void>;
  readonly steps: {
    /** Forgets a node that is missing at a time; one that said something since is not. */
    forget(node: string, now: number): Step;
  };
}

export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const;
/** What became of a delivery: it waits for an attempt, its receiver has it, or it was given up. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** An event on its way to a webhook, and what became of it. Times are milliseconds since the epoch. */
export type WebhookDelivery = NewDelivery & {
  readonly state: DeliveryState;
  /** How often it was sent; begun anew where it is replayed. */
  readonly attempts: number;
  readonly next_attempt_at: number;
  /** When it was delivered, or given up. */
  readonly settled_at?: number;
  /** What the last attempt failed by. */
  readonly last_error?: string;
};

export type DeliveryFilter = {
  readonly state?: DeliveryState;
  readonly webhook?: string;
  readonly event_id?: string;
};

/** How many deliveries of a webhook are in a state, and when the last of them came into it. */
export type DeliveryTally = {
  readonly webhook: string;
  readonly state: DeliveryState;
  readonly count: number;
  readonly last_settled_at?: number;
};

/** What is sent to webhooks; written with the events, see `EventStore`. */
export interface WebhookDeliveryStore {
  readonly steps: {
    /** Gives a delivery up that is still as it was claimed. */
    bury(claimed: WebhookDelivery, why: string, now: number): Step;
    /** Has a delivery sent again, whatever became of it, from the first attempt on. */
    replay(delivery_id: string, now: number, expires_at: number): Step;
  };
  /**
   * Takes deliveries of a webhook whose time has come, those first that wait longest, and counts an attempt of each. Of
   * any number of callers, in any number of processes, one gets each.
   * @param until when others may take those up that the caller leaves as they are
   */
  claim(webhook: string, now: number, until: number, limit: number): Promise<readonly WebhookDelivery[]>;
  /** Notes that the receiver has it, whoever else claimed it meanwhile. */
  delivered(delivery_id: string, now: number): Promise<void>;
  /** Has a delivery that is still as it was claimed wait for its next attempt. */
  postpone(claimed: WebhookDelivery, next_attempt_at: number, why: string): Promise<void>;
  /** Gives back a delivery that was claimed and not sent: the attempt does not count. */
  release(claimed: WebhookDelivery, next_attempt_at: number): Promise<void>;
  find(delivery_id: string): Promise<WebhookDelivery | undefined>;
  /** Newest first. */
  list(
    filter: DeliveryFilter,
    page: Pick<ListingRequest, 'after' | 'limit'>,
  ): Promise<ListingPage<WebhookDelivery>>;
  /** What was sent of these events, and to whom; of each event the oldest first. */
  ofEvents(event_ids: readonly string[]): Promise<ReadonlyMap<string, readonly WebhookDelivery[]>>;
  tallies(): Promise<readonly DeliveryTally[]>;
  /**
   * Gives up what waits beyond the first `most` of a webhook; notices of ends never.
   * @returns how many
   */
  buryBeyond(webhook: string, most: number, why: string, now: number): Promise<number>;
  /** Removes what is settled beyond the last `most` of a webhook in that state; notices of ends never. */
  prune(webhook: string, state: Exclude<DeliveryState, 'waiting'>, most: number): Promise<void>;
}

/** Where a listing of ends is read on: the end in milliseconds since the epoch, then what tells those of one end apart. */
export type EndPlace = { readonly not_after: number; readonly first: string; readonly second: string };

/** Which ends are listed, the soonest first. Times are milliseconds since the epoch. */
export type EndRequest = {
  readonly limit: number;
  /** The first that is listed. */
  readonly since: number;
  /** The first that is not. */
  readonly until?: number | undefined;
  readonly after?: EndPlace | undefined;
  readonly client_id?: string | undefined;
  /** Of clients in any of these groups, by `group_id`, or in groups that they contain. */
  readonly within?: readonly string[] | undefined;
  /** Only what no notice was given of for so many days before its end, or fewer. */
  readonly untoldOf?: number | undefined;
  /** Only what can be said to be unused: registered before this, and not used since. */
  readonly unusedSince?: number | undefined;
  /** Only what several have: clients, or a client and whoever has one of these certificates. */
  readonly sharedBeside?: readonly string[] | undefined;
};

/** Which ends are counted. Times are milliseconds since the epoch. */
export type EndCountRequest = Pick<EndRequest, 'client_id' | 'within'> & {
  /** From when, and until when; undefined for those whose end nobody can say. */
  readonly window: { readonly since: number | undefined; readonly until: number | undefined } | undefined;
  /** Whether certificates of clients are counted, and authorities of their own. */
  readonly clients: boolean;
  readonly authorities: boolean;
  /** Authorities that are not counted, by thumbprint. */
  readonly but: readonly string[];
  /** How many are counted at most, of either. */
  readonly most: number;
};

/** A certificate of a client that is enabled: registered, or one that it came with. */
export type ClientCertificateEnd = {
  readonly client_id: string;
  readonly metadata: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  readonly token_endpoint_auth_method: string;
  readonly thumbprint: string;
  /** Null where nobody can say. */
  readonly not_after: number | null;
  readonly last_used_at: number | null;
  /** Of one that it came with; of a registered one its client's metadata tell. */
  readonly subject: string | null;
  readonly not_before: number | null;
  /** 1 where the client came with a later one of its own on a later day than with this one. */
  readonly succeeded: number;
};

/** An authority that clients that are enabled have as their own. */
export type ClientAuthorityEnd = {
  readonly thumbprint: string;
  readonly not_after: number | null;
  /** The first of them; how many there are. */
  readonly client_id: string;
  readonly clients: number;
};

/** What clients have that ends. Indexes answer it, however many clients there are. */
export interface CertificateEndStore {
  /** Registered certificates. */
  registered(request: EndRequest): Promise<readonly ClientCertificateEnd[]>;
  /** The latest of those that clients came with and did not register. */
  presented(request: EndRequest): Promise<readonly ClientCertificateEnd[]>;
  /** Authorities of clients' own. */
  authorities(request: Omit<EndRequest, 'sharedBeside'>): Promise<readonly ClientAuthorityEnd[]>;
  /** Registered certificates whose end nobody can say, by client_id. */
  withoutEnd(
    request: Pick<EndRequest, 'limit' | 'after' | 'client_id' | 'within'>,
  ): Promise<readonly ClientCertificateEnd[]>;
  /** How many of those above there are that end within a time. */
  count(request: EndCountRequest): Promise<{ readonly client: number; readonly authority: number }>;
  /** The clients that registered these certificates, at most so many of each. */
  holders(thumbprints: readonly string[], most: number): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Those of the certificates by which people sign in. */
  ofPeople(thumbprints: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A notice that was given: of what, for how many days before its end. Times are milliseconds since the epoch. */
export type ExpiryNotice = {
  readonly watched: string;
  readonly ends_at: number;
  /** 0 once it ended. */
  readonly days: number;
  /** Empty where the notice counts as given and nobody was told. */
  readonly event_id: string;
  readonly noted_at: number;
};

/** Which notices of ends were given, so that each is given once in a deployment. */
export interface ExpiryNoticeStore {
  readonly steps: {
    /** Holds where this notice was not given before: of any number of units one is committed. */
    give(notice: ExpiryNotice, expires_at: number): Step;
  };
  /** Has notices count as given, of which nobody is told. */
  passOver(notices: readonly Omit<ExpiryNotice, 'event_id'>[], expires_at: number): Promise<void>;
  /** Those that were given of these. */
  of(watched: readonly string[]): Promise<readonly ExpiryNotice[]>;
  /** Notes when the watch was first there. @returns when that was, in milliseconds since the epoch */
  begin(now: number): Promise<number>;
  /** When the watch was first there; undefined where it never was. */
  begun(): Promise<number | undefined>;
}

/** A certificate that a client came with. Times are milliseconds since the epoch, those of use to the day. */
export type CertificateUse = {
  readonly client_id: string;
  readonly thumbprint: string;
  readonly subject: string;
  readonly not_before: number;
  readonly not_after: number;
  readonly used_at: number;
};

/** Milliseconds since the epoch; `last_used_at` to the day, 0 where it never vouched. */
export type AuthorityUse = { readonly first_seen_at: number; readonly last_used_at: number };

/** When clients came with their certificates, and authorities vouched for them. */
export interface CertificateUseStore {
  /** Notes uses; of a day that is noted nothing is written. */
  note(
    uses: readonly CertificateUse[],
    authorities: readonly { readonly thumbprint: string; readonly used_at: number }[],
  ): Promise<void>;
  /** Notes that authorities are trusted, of each the first time. */
  seeAuthorities(thumbprints: readonly string[], now: number): Promise<void>;
  /** What is known of authorities, by thumbprint. */
  authoritiesUsed(thumbprints: readonly string[]): Promise<ReadonlyMap<string, AuthorityUse>>;
  /** The clients that came with these certificates, and when last. */
  usesOf(
    thumbprints: readonly string[],
  ): Promise<
    readonly { readonly client_id: string; readonly thumbprint: string; readonly last_used_at: number }[]
  >;
}

/** How many tokens a client was issued on a day. Times are milliseconds since the epoch. */
export type ClientUse = {
  readonly client_id: string;
  /** Where the day begins, in UTC. */
  readonly day: number;
  readonly tokens: number;
  /** When the last of them was issued. */
  readonly last_at: number;
};

/** How much clients use what they are registered for; each day is kept for {@link CLIENT_USE_DAYS}. */
export interface ClientUseStore {
  /**
   * Adds to what is counted, all of it or nothing; of a client that is gone nothing is kept.
   * @throws StorageUnavailable when nothing was written, or when the outcome stays unknown
   */
  add(uses: readonly ClientUse[]): Promise<void>;
  /** The days from `since` on that a client was issued tokens on, oldest first. */
  of(client_id: string, since: number): Promise<readonly Omit<ClientUse, 'client_id'>[]>;
  /** The earliest day that anything is counted of, whichever client it was of; undefined where nothing is. */
  since(): Promise<number | undefined>;
}

/** For how many days it is kept how many tokens a client was issued. */
export const CLIENT_USE_DAYS = 90;

/**
 * The secret that pairwise subjects are made with (OIDC Core §8.1), sealed. There is no way to replace or remove it: with
 * another one every person would be another one to every client.
 */
export interface SubjectSecretStore {
  readonly steps: {
    /** Holds where there is none. */
    insert(sealed_secret: string, created_at: number): Step;
  };
  /** Keeps it unless there is one: of any number of callers, in any number of processes, the database takes that of one. */
  insertIfNone(sealed_secret: string, created_at: number): Promise<void>;
  find(): Promise<string | undefined>;
}

/** What processes of nodes have that ends and stands in no table, as each of them says. */
export interface HeldStore {
  /** Puts it in the place of what the process said before. @param record JSON */
  report(holder: string, record: string, seen_at: number, expires_at: number): Promise<void>;
  /** What has not expired. */
  list(now: number): Promise<readonly { readonly holder: string; readonly record: string }[]>;
  remove(holder: string): Promise<void>;
}

/** How many there are of each kind. */
export type HolderCounts = { readonly people: number; readonly clients: number; readonly groups: number };

/** Groups of people and clients, and what a person or client belongs to. */
export interface GroupStore {
  readonly steps: {
    /** Holds where no group has the name. */
    insert(group: Group): Step;
    /** Replaces the group whose revision is `group.revision - 1`. */
    update(group: Group): Step;
    /** Removes the group with its memberships and the roles it holds. @param revision the one it must have; any when absent */
    remove(group_id: string, revision?: number): Step;
    /** Holds while the tree is at this revision: goes with whatever changes which group contains which. */
    changeTree(revision: number): Step;
    /** Holds where both are there and the member is none of the group yet. */
    add(group_id: string, member: Member, now: number): Step;
    /** Holds where it is a member of the group itself. */
    takeOut(group_id: string, member: Member): Step;
  };
  find(group_id: string): Promise<FoundGroup | undefined>;
  /** Names compare after NFKC and lower-casing. */
  findByName(name: string): Promise<FoundGroup | undefined>;
  /** The revision of the tree: to be asked before what a change of it is judged by. */
  treeRevision(): Promise<number>;
  /** The group and those that contain it, by `group_id`, the nearest first. */
  chain(group_id: string): Promise<readonly string[]>;
  /** Groups of the longest chain below a group, itself included; 0 where it is not there. */
  height(group_id: string): Promise<number>;
  /**
   * Ordered by name unless something else is asked for; `search` matches any part of the name, case-insensitively.
   * @param within only those that the group with this id contains itself
   */
  list(
    page: ListingRequest & Sorting<GroupingSort> & { readonly within?: string },
  ): Promise<ListingPage<FoundGroup>>;
  /** How many a listing has, counted to `most` and no further. */
  countMatching(
    of: Pick<ListingRequest, 'search'> & { readonly within?: string },
    most: number,
  ): Promise<number>;
  /** Members of the group itself, ordered by name. */
  members(
    group_id: string,
    kind: Member['kind'],
    page: Pick<ListingRequest, 'after' | 'limit'>,
  ): Promise<ListingPage<NamedHolder>>;
  isMember(group_id: string, member: Member): Promise<boolean>;
  /** Members of the group itself, and groups that it contains itself. */
  count(group_id: string): Promise<HolderCounts>;
  /** All that a person or client belongs to and has; nothing where there is none. */
  belongingsOf(member: Member): Promise<Belongings>;
}

/** Roles of applications, and who holds them. */
export interface RoleStore {
  readonly steps: {
    /** Holds where no role has the name. */
    insert(role: Role): Step;
    /** Replaces the role whose revision is `role.revision - 1`. */
    update(role: Role): Step;
    /** Removes the role; nobody holds it any more. @param revision the one it must have; any when absent */
    remove(role_id: string, revision?: number): Step;
    /** Holds where both are there and the holder does not hold the role itself yet. */
    assign(role_id: string, holder: Holder, now: number): Step;
    /** Holds where it holds the role itself. */
    unassign(role_id: string, holder: Holder): Step;
  };
  find(role_id: string): Promise<Role | undefined>;
  /** Names compare after NFKC and lower-casing. */
  findByName(name: string): Promise<Role | undefined>;
  /** Ordered by name unless something else is asked for; `search` matches any part of the name, case-insensitively. */
  list(page: ListingRequest & Sorting<GroupingSort>): Promise<ListingPage<Role>>;
  /** How many a listing has, counted to `most` and no further. */
  countMatching(of: Pick<ListingRequest, 'search'>, most: number): Promise<number>;
  /** Those that hold the role themselves, ordered by name. */
  holders(
    role_id: string,
    kind: Holder['kind'],
    page: Pick<ListingRequest, 'after' | 'limit'>,
  ): Promise<ListingPage<NamedHolder>>;
  isHolder(role_id: string, holder: Holder): Promise<boolean>;
  /** Those that hold the role themselves. */
  count(role_id: string): Promise<HolderCounts>;
  /** The roles that a group holds itself, ordered by name. */
  ofGroup(group_id: string): Promise<readonly Role[]>;
}

/** What one process of a deployment does at a time. */
export interface LeaseStore {
  /**
   * Takes a task for this process, or keeps it; by the database's clock, since those of processes may differ.
   * @param duration milliseconds after which another process may take it
   * @returns whether this process has it
   */
  take(task: string, duration: number): Promise<boolean>;
  /** Leaves a task that this process has to whoever asks next. */
  giveUp(task: string): Promise<void>;
}

/** Everything persistent, whatever database stands behind it. */
export interface Storage {
  readonly clients: ClientStore;
  readonly users: UserStore;
  readonly signingKeys: SigningKeyStore;
  readonly guesses: GuessStore;
  readonly events: EventStore;
  readonly authorities: AuthorityStore;
  readonly trustStores: TrustStoreStore;
  readonly nodes: NodeStore;
  readonly audit: AuditStore;
  readonly requestCounts: RequestCountStore;
  readonly grants: GrantStore;
  readonly authorizationCodes: AuthorizationCodeStore;
  readonly refreshTokens: RefreshTokenStore;
  readonly referenceTokens: ReferenceTokenStore;
  readonly revokedTokens: RevokedTokenStore;
  readonly replays: ReplayStore;
  readonly ephemerals: EphemeralStore;
  readonly sessions: SessionStore;
  readonly consents: ConsentStore;
  readonly credentials: CredentialStore;
  readonly claimRules: ClaimRuleStore;
  readonly attributeDefinitions: AttributeDefinitionStore;
  readonly initialAccessTokens: InitialAccessTokenStore;
  readonly dynamicRegistrations: DynamicRegistrationStore;
  readonly deferredAuthorizations: DeferredAuthorizationStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly groups: GroupStore;
  readonly roles: RoleStore;
  readonly leases: LeaseStore;
  readonly certificateEnds: CertificateEndStore;
  readonly expiryNotices: ExpiryNoticeStore;
  readonly certificateUses: CertificateUseStore;
  readonly clientUses: ClientUseStore;
  readonly held: HeldStore;
  readonly subjectSecret: SubjectSecretStore;
  /**
   * Runs the steps in one transaction, whole or not at all, with none of the caller's code between them. What lost
   * against another transaction is run again first; where the connection died at COMMIT the outcome is asked for on a
   * new one.
   * @throws StorageUnavailable when nothing was written, or when the outcome stays unknown
   */
  commit(steps: readonly Step[]): Promise<UnitOutcome>;
  /** What caches of clients, users, keys, authorities, trust stores, groups and roles ask on every request. */
  readonly registry: RegistryState;
  /** Where the database was among its changes when this process heard of it last; for the next one, as `lastKnown`. */
  position(): HistoryPosition | undefined;
  readonly reach: Reach;
  /** The connections of this process; absent with SQLite. */
  pool?(): PoolUse;
  /**
   * Reads every record there is and yields those that cannot be read: an examination, as long as the database is large.
   * @param isEnough asked every few hundred records whether to end there; never where it is absent
   */
  findUnreadable(isEnough?: () => boolean): AsyncGenerator<UnreadableRecord, void>;
  /** Removes what has expired: codes, tokens, sessions, replays, ephemerals. Called now and then. */
  sweep(now: number): Promise<void>;
  /**
   * Puts clients and people into the index of searches that are not in it: those that were there before it, or arrived from
   * another database. Some at a time, for as long as it takes; ends when the storage is closed. Until then they are found
   * and counted one by one.
   */
  indexSearch(): Promise<void>;
  /**
   * Settles within seconds of the moment from which this process must not use the database any more, with why: a newer
   * server made it one for newer servers only (NewerSchema), or the data were moved (DataElsewhere).
   */
  readonly unusable: Promise<Error>;
  close(): Promise<void>;
}
