import { type LifetimeRules, lifetimeOf } from '../client/client-lifetimes.ts';
import { clauseOf } from '../client/profile.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import type { EventDraft } from '../event/event.ts';
import type { RefreshTokenStore, StoredRefreshToken } from '../storage/storage.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import { MOST_REPEATS, SAME_MOMENT, type SuccessorOf } from '../token/succession.ts';
import type { RotationRules } from '../token/token-plan.ts';
import type { Step } from '../unit-of-work.ts';
import type { GrantPlan } from './grant.ts';

const SECOND = 1000;

/** The last use of a token that is kept is written when it is this much later than what is written. */
const COARSEST = 3_600_000;
const PART_OF_IDLE_LIFETIME = 20;

export type RotationContext = {
  readonly refreshTokens: RefreshTokenStore;
  readonly successorOf: SuccessorOf;
  /** `[oauth]` of now. */
  readonly rules: () => RotationRules & LifetimeRules<'refresh_token_idle_lifetime'>;
};

/** One use of a refresh token. */
export type RefreshTokenUse = {
  /** As presented. */
  readonly value: string;
  readonly token: StoredRefreshToken;
  readonly client: AuthenticatedClient;
  /** When its grant ends, and now; milliseconds since the epoch. */
  readonly grantEnd: number;
  readonly now: number;
};

/** What a use writes, and which refresh token is answered. */
export type Rotation = Required<Pick<GrantPlan, 'steps' | 'answered_refresh_token' | 'events'>>;

/**
 * Whether nobody but its client can use the token: for client authentication (RFC 6749 §6), or its binding to a
 * certificate or key (RFC 8705 §4, RFC 9449 §5).
 */
const isBound = ({ token, client }: RefreshTokenUse): boolean =>
  token.cnf !== undefined || client.known.client.metadata.token_endpoint_auth_method !== 'none';

/**
 * What becomes of a refresh token by its use (RFC 9700 §4.14.2). One that is bound to its client is kept. Another one is
 * replaced, and for a short time yields the same successor to whoever presents it once more: an answer may have been
 * lost. That time ends early when the successor's own successor is used, for then the answer had arrived.
 * @returns undefined when the token was used and may not be again: its family must end
 */
export function createRotation({ refreshTokens, successorOf, rules }: RotationContext) {
  const { steps } = refreshTokens;
  const stored = (value: string) => refreshTokens.find(hashOpaqueToken(value));

  const isKept = (use: RefreshTokenUse): boolean =>
    clauseOf(use.client.known.client.metadata, 'no_refresh_token_rotation') !== undefined ||
    (isBound(use) && rules().refresh_token_rotation !== 'always');

  /** The idle time begins anew, though not each time is worth a write. */
  const prolonged = ({ token, client, grantEnd, now }: RefreshTokenUse): readonly Step[] => {
    const { metadata } = client.known.client;
    const idleLifetime = lifetimeOf('refresh_token_idle_lifetime', metadata, rules()) * SECOND;
    const expires_at = Math.min(now + idleLifetime, grantEnd);
    const gained = expires_at - token.expires_at;
    const isWorthIt = gained >= Math.min(COARSEST, idleLifetime / PART_OF_IDLE_LIFETIME);
    return isWorthIt || (gained > 0 && expires_at === grantEnd)
      ? [steps.prolong(token.token_sha256, expires_at)]
      : [];
  };

  const isWithinWindow = async ({ value, token, client, now }: RefreshTokenUse): Promise<boolean> => {
    const { refresh_token_reuse_window: ofClient } = client.known.client.metadata;
    const window = (ofClient ?? rules().refresh_token_reuse_window) * SECOND;
    if (token.used_at === undefined || now >= token.used_at + window) return false;
    const successor = successorOf(value);
    const next = await stored(successor);
    if (!next) return false;
    return next.used_at === undefined || (await stored(successorOf(successor)))?.used_at === undefined;
  };

  const repeated = ({ value, token, now }: RefreshTokenUse): Rotation | undefined => {
    const { token_sha256, client_id, grant_id, sub, repeats, repeated_at } = token;
    const isCounted = repeated_at !== undefined && now < repeated_at + SAME_MOMENT;
    if (!isCounted && repeats >= MOST_REPEATS) return undefined;
    const told: EventDraft = {
      type: 'token.refresh_repeated',
      outcome: 'success',
      client_id,
      detail: { grant_id, sub, repeats: isCounted ? repeats : repeats + 1, refresh_token: token_sha256 },
    };
    return {
      steps: isCounted ? [] : [steps.countRepeat(token, now)],
      answered_refresh_token: { value: successorOf(value), isStored: true },
      events: [told],
    };
  };

  return async (use: RefreshTokenUse): Promise<Rotation | undefined> => {
    const { value, token, now } = use;
    if (token.used_at !== undefined) return (await isWithinWindow(use)) ? repeated(use) : undefined;
    if (isKept(use)) {
      return { steps: prolonged(use), answered_refresh_token: { value, isStored: true }, events: [] };
    }
    return {
      steps: [steps.redeem(token.token_sha256, now)],
      answered_refresh_token: { value: successorOf(value), isStored: false },
      events: [],
    };
  };
}
