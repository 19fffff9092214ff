import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { Client } from '../client/client.ts';
import { Scope } from '../client/scope.ts';
import type { PlugInClaimsRequest } from '../plug-in.ts';
import type { Grant } from '../token/grant.ts';
import type { Memberships, Standing } from '../user/membership.ts';
import type { User } from '../user/user.ts';
import type { AskClaimsPlugIn } from './claim-plug-in.ts';
import { type ClaimDestination, type ClaimRule, tellsOfPerson, toldSince } from './claim-rule.ts';
import { type ClaimOutcome, claimOutcome, sizeOf, valuesOf } from './claim-value.ts';
import { type RulesOfNow, rulesTo } from './known-rules.ts';
import type { TellLeftOut } from './left-out.ts';
import { isProtocolClaim } from './reserved-claims.ts';

/** Claims that operators defined, by name. */
export type GivenClaims = Readonly<Record<string, unknown>>;

/** Whose token it is, and what it may. */
export type ClaimsSubject = {
  readonly client_id: string;
  /** A person's `sub`, or a client_id. */
  readonly sub: string;
  /** Space-separated. */
  readonly scope: string;
  /** What the person authorised it by; nothing where nobody was asked, as in the token of a client alone. */
  readonly grant_id?: string | undefined;
  /** Who `sub` is, where that is known already. */
  readonly user?: User | undefined;
};

/**
 * The claims of operators for a token or an answer, as they are at this moment; undefined where there are none. Nothing is
 * asked where no rule is for this client or one of the scopes.
 * @throws Refusal `temporarily_unavailable` where a plug-in cannot say what a claim is
 */
export type GiveClaims = (
  subject: ClaimsSubject,
  destination: ClaimDestination,
) => GivenClaims | undefined | Promise<GivenClaims | undefined>;

/** Octets that the claims of operators may have, together, under their names in `[claims]` of deployment.toml. */
export type ClaimLimits = {
  /** In an ID or access token, which travels in headers. */
  readonly token_size: number;
  /** In an answer of UserInfo or introspection. */
  readonly answer_size: number;
};

export type ClaimGivingContext = {
  readonly rules: RulesOfNow;
  readonly memberships: Memberships;
  readonly findUser: (sub: string) => Promise<User | undefined>;
  readonly findClient: (client_id: string) => Promise<Client | undefined>;
  readonly findGrant: (grant_id: string) => Promise<Pick<Grant, 'created_at'> | undefined>;
  readonly askPlugIn: AskClaimsPlugIn;
  readonly tellLeftOut: TellLeftOut;
  /** `[claims]` of now. */
  readonly limits: () => ClaimLimits;
};

/** Whom a token speaks of: a person, or a client. */
type Whom =
  | { readonly kind: 'person'; readonly user: User; readonly standing: Standing }
  | { readonly kind: 'client'; readonly client_id: string; readonly standing: Standing };

/** Grants whose time is remembered. */
const MOST_REMEMBERED = 10_000;

/** A value that is asked for at most once, and only where somebody needs it. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** The attributes of a person: the claims of the account, and the username for what OIDC Core §5.1 calls it. */
const attributesOf = ({ username, claims }: User): Readonly<Record<string, unknown>> => ({
  preferred_username: username,
  ...claims,
});

export function createClaimGiving(context: ClaimGivingContext): GiveClaims {
  const { rules: rulesOfNow, memberships, findUser, findClient, askPlugIn, tellLeftOut, limits } = context;
  const agreedAt = rememberedAgreements(context.findGrant);

  /** Those that the person was told of before agreeing, and those that tell nothing of the person. */
  const agreedTo = async (
    rules: readonly ClaimRule[],
    { client_id, grant_id }: ClaimsSubject,
  ): Promise<readonly ClaimRule[]> => {
    if (grant_id === undefined || !rules.some(({ source }) => tellsOfPerson(source))) return rules;
    // Of this client nobody is asked: the operator agreed.
    if ((await findClient(client_id))?.metadata.skip_consent) return rules;
    const agreed_at = await agreedAt(grant_id);
    return rules.filter((rule) => !tellsOfPerson(rule.source) || toldSince(rule) < agreed_at);
  };

  const whomOf = async ({ client_id, sub, user: known }: ClaimsSubject): Promise<Whom> => {
    const user = known ?? (sub === client_id ? undefined : await findUser(sub));
    const member = { kind: user ? 'person' : 'client', id: sub } as const;
    const standing = await memberships(member);
    return user ? { kind: 'person', user, standing } : { kind: 'client', client_id: sub, standing };
  };

  const askedOfPlugIn = async (
    { claim }: ClaimRule,
    { client_id, scope }: ClaimsSubject,
    destination: ClaimDestination,
    whom: Whom,
  ): Promise<PlugInClaimsRequest> => {
    const { groups, roles } = whom.standing;
    const about =
      whom.kind === 'person'
        ? {
            kind: 'person' as const,
            sub: whom.user.sub,
            username: whom.user.username,
            attributes: attributesOf(whom.user),
          }
        : {
            kind: 'client' as const,
            client_id: whom.client_id,
            attributes: (await findClient(whom.client_id))?.metadata.attributes ?? {},
          };
    return { claim, destination, client_id, scope, about: { ...about, groups, roles } };
  };

  const sourced = async (
    rule: ClaimRule,
    subject: ClaimsSubject,
    destination: ClaimDestination,
    whom: () => Promise<Whom>,
  ): Promise<readonly unknown[]> => {
    const { source } = rule;
    switch (source.from) {
      case 'groups':
        return (await whom()).standing.groups;
      case 'roles':
        return (await whom()).standing.roles;
      case 'person_attribute': {
        const of = await whom();
        return of.kind === 'person' ? valuesOf(attributesOf(of.user)[source.attribute]) : [];
      }
      case 'client_attribute': {
        const client = await findClient(subject.client_id);
        return valuesOf(client?.metadata.attributes?.[source.attribute]);
      }
      case 'value':
        return valuesOf(source.value);
      case 'plug_in':
        return askPlugIn(source.plug_in, await askedOfPlugIn(rule, subject, destination, await whom()));
    }
  };

  const given = async (
    rules: readonly ClaimRule[],
    subject: ClaimsSubject,
    destination: ClaimDestination,
  ): Promise<GivenClaims | undefined> => {
    const agreed = await agreedTo(rules, subject);
    if (agreed.length === 0) return undefined;
    const whom = once(() => whomOf(subject));
    const { token_size, answer_size } = limits();
    const limit = destination === 'userinfo' || destination === 'introspection' ? answer_size : token_size;
    const claims = new Map<string, unknown>();
    let size = 0;
    for (const [claim, [rule, ...more]] of Map.groupBy(agreed, (each) => each.claim)) {
      if (!rule || isProtocolClaim(claim)) continue;
      const outcome = await outcomeOf([rule, ...more], limit, (each) =>
        sourced(each, subject, destination, whom),
      );
      const because = withinAll(claim, outcome, size, limit);
      if (because.outcome === 'left out') {
        tellLeftOut({ rule, destination, client_id: subject.client_id, sub: subject.sub, because });
      }
      if (because.outcome !== 'given') continue;
      claims.set(claim, because.value);
      size += sizeOf(claim, because.value);
    }
    return claims.size === 0 ? undefined : Object.fromEntries(claims);
  };

  const applied = (
    rules: ReturnType<RulesOfNow>,
    subject: ClaimsSubject,
    destination: ClaimDestination,
  ): ReturnType<GiveClaims> => {
    if (rules instanceof Promise) return rules.then((known) => applied(known, subject, destination));
    if (rules.isEmpty) return undefined;
    const found = rulesTo(rules.of(subject.client_id, Scope.of(subject.scope)), destination);
    return found.length === 0 ? undefined : given(found, subject, destination);
  };

  return (subject, destination) => applied(rulesOfNow(), subject, destination);
}

/** When people agreed to grants, in milliseconds since the epoch: that never changes. -∞ for a grant that is gone. */
function rememberedAgreements(findGrant: ClaimGivingContext['findGrant']) {
  const known = new LRUCache<string, number>(atMost(MOST_REMEMBERED));
  return async (grant_id: string): Promise<number> => {
    const remembered = known.get(grant_id);
    if (remembered !== undefined) return remembered;
    const created_at = (await findGrant(grant_id))?.created_at;
    if (created_at !== undefined) known.set(grant_id, created_at);
    return created_at ?? Number.NEGATIVE_INFINITY;
  };
}

/**
 * What the rules of one claim come to, by the form of the first: those that give a list give theirs together; of those that
 * give one value the first that has one does.
 */
async function outcomeOf(
  rules: readonly [ClaimRule, ...ClaimRule[]],
  limit: number,
  valuesOfRule: (rule: ClaimRule) => Promise<readonly unknown[]>,
): Promise<ClaimOutcome> {
  const [first] = rules;
  const alike = rules.filter(({ form }) => form === first.form);
  if (first.form === 'list') {
    const values = await Promise.all(alike.map(valuesOfRule));
    return claimOutcome(first, values.flat(), limit);
  }
  for (const rule of alike) {
    const outcome = claimOutcome(rule, await valuesOfRule(rule), limit);
    if (outcome.outcome !== 'nothing') return outcome;
  }
  return { outcome: 'nothing' };
}

/** Leaves out what has no room beside the claims before it. */
function withinAll(claim: string, outcome: ClaimOutcome, used: number, limit: number): ClaimOutcome {
  if (outcome.outcome !== 'given') return outcome;
  const size = used + sizeOf(claim, outcome.value);
  return size > limit ? { outcome: 'left out', why: 'too large together', size, limit } : outcome;
}
