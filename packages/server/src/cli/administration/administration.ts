import type { Certificate } from '@countersign/x509';
import type { z } from 'zod';
import type { attributeAnswer } from '../../admin/attribute-resource.ts';
import type { ExplanationAnswer } from '../../admin/certificate-resource.ts';
import type { claimRuleAnswer } from '../../admin/claim-rule-resource.ts';
import type { CredentialAnswer } from '../../admin/credential-resource.ts';
import type { GroupAnswer } from '../../admin/group-resource.ts';
import type {
  InitialAccessTokenAnswer,
  IssuedInitialAccessToken,
} from '../../admin/initial-access-token-resource.ts';
import type { membershipsAnswer } from '../../admin/membership-resource.ts';
import type { RoleAnswer } from '../../admin/role-resource.ts';
import type { MadeSignInLinkAnswer } from '../../admin/sign-in-link-resource.ts';
import type { SubjectAnswer } from '../../admin/subject-resource.ts';
import type { DeliveryAnswer, WebhookAnswer, WebhookTest } from '../../admin/webhook-resource.ts';
import type { ClaimSpecification } from '../../claim/claim-rule.ts';
import type { Client } from '../../client/client.ts';
import type { TrustRole } from '../../client/trust-role.ts';
import type { DescribedStanding } from '../../client-authentication/authority.ts';
import type { Event } from '../../event/event.ts';
import type { EventFilter, EventTotal } from '../../event/event-store.ts';
import type { DescribedWatched } from '../../expiry/described.ts';
import type { WatchedFilter } from '../../expiry/expiry.ts';
import type { NewAccount } from '../../registration/account-changing.ts';
import type { ClientDelta } from '../../registration/client-delta.ts';
import type { IssuedClient } from '../../registration/client-registrar.ts';
import type { NamedCredentials } from '../../registration/credential-removal.ts';
import type { DeliveryState } from '../../storage/storage.ts';
import type { DescribedKey } from '../../token/described-key.ts';
import type { ServerKeyAlgorithm } from '../../token/server-key.ts';
import type { AdministratorRole, LimitableRole } from '../../user/administrator-roles.ts';
import type { AttributeSpecification } from '../../user/attribute-definition.ts';
import type { NamedHolder } from '../../user/group.ts';
import type { RequiredAction } from '../../user/required-action.ts';
import type { User } from '../../user/user.ts';
import type { KnownSubject } from '../../user-authentication/known-subjects.ts';
import type { EndedAccess } from '../../user-authentication/session-endings.ts';

/** A person as commands show one. */
export type ShownUser = Pick<
  User,
  | 'sub'
  | 'username'
  | 'roles'
  | 'limited_roles'
  | 'claims'
  | 'enabled'
  | 'awaits_confirmation'
  | 'required_actions'
>;

/** A person at a revision. */
export type FoundUser = ShownUser & { readonly revision: number };

/** An administrator role for the clients of a group alone, which is named. */
export type NamedLimitedRole = { readonly role: LimitableRole; readonly group: string };

/** The administrator roles of an account, as somebody says them. */
export type SaidRoles = {
  readonly roles?: readonly AdministratorRole[];
  readonly limited_roles?: readonly NamedLimitedRole[];
};

/** What of an account is to be otherwise; what is not said stays. */
export type SaidOfAccount = SaidRoles & { readonly required_actions?: readonly RequiredAction[] };

/** An entry of a trust store, and what it is. */
export type TrustEntry = {
  readonly alias: string;
  readonly kind: 'trusted-certificate' | 'private-key';
  readonly certificate: Certificate | undefined;
  readonly standing: DescribedStanding | undefined;
};

export type WebhookShown = z.infer<typeof WebhookAnswer>;
export type DeliveryShown = z.infer<typeof DeliveryAnswer>;
export type Explanation = z.infer<typeof ExplanationAnswer>;
export type InitialAccessTokenShown = z.infer<typeof InitialAccessTokenAnswer>;

export type GroupShown = z.output<typeof GroupAnswer>;
export type RoleShown = z.output<typeof RoleAnswer>;
export type MembershipsShown = ReturnType<typeof membershipsAnswer>;
export type ClaimRuleShown = ReturnType<typeof claimRuleAnswer>;
export type AttributeShown = ReturnType<typeof attributeAnswer>;

/** A page of what is listed by the newest, and whether there is more. */
export type Newest<T> = { readonly items: readonly T[]; readonly more: boolean };

/** Clients, as one who administers them sees and changes them. */
export type ClientAdministration = {
  /**
   * Registers a client, with a secret for every one that is not public.
   * @param enabled false for one that is refused everywhere from the beginning
   * @throws what refuses it
   */
  register(
    metadata: Readonly<Record<string, unknown>>,
    options?: { readonly enabled?: boolean },
  ): Promise<IssuedClient>;
  list(narrowed: { readonly search?: string; readonly enabled?: boolean }): AsyncIterable<Client>;
  find(client_id: string): Promise<Client | undefined>;
  /** @param expected revisions one of which the client must be at; any when undefined */
  change(
    client_id: string,
    delta: ClientDelta,
    expected?: readonly number[] | undefined,
  ): Promise<IssuedClient>;
  remove(client_id: string, expected?: readonly number[] | undefined): Promise<void>;
};

/** What keeps what a person has when a password or second factors change. */
export type Keeping = { readonly keepsSessions: boolean };

/** The accounts that can sign in. */
export type PeopleAdministration = {
  add(account: Omit<NewAccount, 'roles' | 'limited_roles'> & SaidRoles): Promise<ShownUser>;
  change(username: string, said: SaidOfAccount): Promise<ShownUser>;
  list(): AsyncIterable<ShownUser>;
  /** @returns undefined where nobody has the username */
  find(username: string): Promise<FoundUser | undefined>;
  /** Replaces the claims of an account, which must be as it was found. */
  changeClaims(found: FoundUser, claims: User['claims']): Promise<ShownUser>;
  /** By which `sub` the clients know a person that hold a grant or a consent of theirs. */
  subjectsOf(username: string): Promise<readonly KnownSubject[]>;
  /** Whom clients mean by a `sub`. */
  behind(sub: string): Promise<z.infer<typeof SubjectAnswer> | undefined>;
  /** Lets somebody in again. */
  enable(username: string): Promise<void>;
  remove(username: string): Promise<void>;
  setPassword(
    username: string,
    password: { readonly password: string; readonly temporary: boolean } & Keeping,
  ): Promise<EndedAccess>;
  /** What somebody proves who they are with, beside the password. */
  secondFactors(username: string): Promise<readonly z.infer<typeof CredentialAnswer>[]>;
  /** @param named what is removed; everything when absent */
  removeSecondFactors(
    username: string,
    keeping: Keeping,
    named?: NamedCredentials,
  ): Promise<EndedAccess & { readonly removed: number }>;
  /** @param lifetime in seconds */
  makeSignInLink(username: string, lifetime: number): Promise<z.infer<typeof MadeSignInLinkAnswer>>;
  endSignInLink(username: string): Promise<void>;
};

/** Several who belong to something or are to: people by username, clients by `client_id`, groups by name or id. */
export type NamedHolders = {
  readonly people: readonly string[];
  readonly clients: readonly string[];
  readonly groups: readonly string[];
};

/** One who belongs to something, for people. */
export type HolderShown = Pick<NamedHolder, 'kind' | 'id' | 'name'>;

/** A group or role with whom it has; groups are those that a group contains, or that hold a role. */
export type WithHolders<Shown> = {
  readonly shown: Shown;
  readonly people: readonly HolderShown[];
  readonly clients: readonly HolderShown[];
  readonly groups: readonly HolderShown[];
};

/** Groups, or roles. What is named is so by name or id. */
export type GroupingAdministration<Shown, New, Changes> = {
  add(said: New): Promise<Shown>;
  update(named: string, changes: Changes): Promise<Shown>;
  /** @returns what was there */
  remove(named: string): Promise<Shown>;
  show(named: string): Promise<WithHolders<Shown>>;
  /** Makes several belong to it, all or none. @returns how many are new */
  give(named: string, holders: NamedHolders): Promise<{ readonly shown: Shown; readonly added: number }>;
  /** Ends that several belong to it, all or none. */
  take(named: string, holders: NamedHolders): Promise<Shown>;
};

type NamedAndDescribed = { readonly name: string; readonly description?: string };

export type GroupAdministration = GroupingAdministration<
  GroupShown,
  NamedAndDescribed & { readonly parent?: string },
  Partial<NamedAndDescribed> & { readonly parent?: string | null }
> & {
  /** @param narrowed `within`: by name or id */
  list(narrowed: { readonly search?: string; readonly within?: string }): AsyncIterable<GroupShown>;
  /** What a person, by username, or a client belongs to and has. */
  membershipsOf(kind: 'person' | 'client', named: string): Promise<MembershipsShown>;
};

export type RoleAdministration = GroupingAdministration<
  RoleShown,
  NamedAndDescribed,
  Partial<NamedAndDescribed>
> & {
  list(narrowed: { readonly search?: string }): AsyncIterable<RoleShown>;
  /** Those that a group holds itself. */
  ofGroup(group: string): Promise<readonly RoleShown[]>;
};

export type ClaimRuleAdministration = {
  list(): Promise<readonly ClaimRuleShown[]>;
  find(claim_rule_id: string): Promise<ClaimRuleShown>;
  add(specification: ClaimSpecification): Promise<ClaimRuleShown>;
  /** Replaces one that is at a revision. */
  replace(
    claim_rule_id: string,
    specification: ClaimSpecification,
    revision: number,
  ): Promise<ClaimRuleShown>;
  remove(claim_rule_id: string): Promise<void>;
};

/** What values of attributes of people may be. */
export type AttributeAdministration = {
  list(): Promise<readonly AttributeShown[]>;
  find(name: string): Promise<AttributeShown>;
  add(name: string, specification: AttributeSpecification): Promise<AttributeShown>;
  /** Replaces one that is at a revision. */
  replace(name: string, specification: AttributeSpecification, revision: number): Promise<AttributeShown>;
  remove(name: string): Promise<void>;
};

/** The trust store. */
export type TrustAdministration = {
  list(): Promise<readonly TrustEntry[]>;
  /** @returns the entries that hold them, and the aliases of those that are new, in lower case */
  import(
    certificates: readonly Certificate[],
    asked: { readonly alias: string | undefined; readonly role: TrustRole | undefined },
  ): Promise<{ readonly entries: readonly TrustEntry[]; readonly added: ReadonlySet<string> }>;
  /**
   * @param name an alias of the trust store, or the thumbprint of a certificate in any store
   * @param role undefined to leave it to the rule; then also of a certificate that stands in no store any more
   * @returns undefined where nothing is of that name
   */
  setRole(
    name: string,
    role: TrustRole | undefined,
  ): Promise<{ readonly thumbprint: string; readonly standing?: DescribedStanding } | undefined>;
  /** @returns whether there was one */
  remove(alias: string): Promise<boolean>;
};

export type KeyAdministration = {
  list(): Promise<readonly DescribedKey[]>;
  /** @param algorithm only the key of this one */
  rotate(algorithm: ServerKeyAlgorithm | undefined): Promise<readonly DescribedKey[]>;
  remove(kid: string): Promise<'removed' | 'unknown' | 'in use'>;
};

export type RegistrationTokenAdministration = {
  /** Where lifetime, in seconds, or clients is not given, `[registration]` says. */
  add(wanted: {
    readonly label: string;
    readonly lifetime: number | undefined;
    readonly clients: number | undefined;
    /** The name of the group that the clients are put into. */
    readonly group?: string | undefined;
  }): Promise<z.infer<typeof IssuedInitialAccessToken>>;
  list(): Promise<readonly InitialAccessTokenShown[]>;
  /** @returns whether there was one */
  remove(token_id: string): Promise<boolean>;
};

export type EventAdministration = {
  /** Newest first. */
  list(
    filter: EventFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly items: readonly Event[]; readonly next?: string }>;
  totals(within: {
    readonly since: number;
    readonly until: number;
    readonly type?: string;
  }): Promise<readonly EventTotal[]>;
  find(event_id: string): Promise<Event | undefined>;
  /** Whether an error of these may be gone when asked again. */
  mayPass(error: unknown): boolean;
};

export type WebhookAdministration = {
  list(): Promise<readonly WebhookShown[]>;
  /** Newest first. */
  deliveries(
    filter: { readonly state?: DeliveryState; readonly webhook?: string; readonly event_id?: string },
    limit: number,
  ): Promise<Newest<DeliveryShown>>;
  /** Sends them again: all or none, where one is not there. @returns those that are sent again */
  replay(delivery_ids: readonly string[]): Promise<readonly string[]>;
  replayDead(webhook: string | undefined): Promise<readonly string[]>;
  test(webhook: string): Promise<WebhookTest>;
};

export type CertificateAdministration = {
  /** What ends on a known day, the soonest first. */
  list(filter: WatchedFilter): AsyncIterable<DescribedWatched>;
  /** Whether a certificate authenticates a client, and why. */
  explain(client_id: string, certificate: Certificate, chain: readonly Certificate[]): Promise<Explanation>;
};

/**
 * What a command administers: a deployment by its home folder, or by the admin API of a server that runs elsewhere. Both
 * answer alike, so that no command knows which of them it has.
 */
export type Administration = {
  /** Milliseconds since the epoch, by the clock that times of the deployment are by. */
  readonly clock: () => number;
  readonly clients: ClientAdministration;
  readonly people: PeopleAdministration;
  readonly groups: GroupAdministration;
  readonly roles: RoleAdministration;
  readonly claimRules: ClaimRuleAdministration;
  readonly attributes: AttributeAdministration;
  readonly trust: TrustAdministration;
  readonly keys: KeyAdministration;
  readonly registrationTokens: RegistrationTokenAdministration;
  readonly events: EventAdministration;
  readonly webhooks: WebhookAdministration;
  readonly certificates: CertificateAdministration;
};
