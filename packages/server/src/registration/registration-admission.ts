import { timeText } from '@countersign/x509';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { Clock } from '../clock.ts';
import type { EventDraft } from '../event/event.ts';
import { accessDenied, invalidToken, temporarilyUnavailable } from '../refusal/error-codes.ts';
import type { Refusal } from '../refusal/refusal.ts';
import type { GroupStore, GuessStore, InitialAccessTokenStore, Storage } from '../storage/storage.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import type { Step } from '../unit-of-work.ts';
import { addressBlock } from '../user-authentication/address-block.ts';
import type { Actor } from './actor.ts';
import { memberAddedEvent } from './group-registrar.ts';
import { TOKEN_REFUSED } from './registration-access.ts';
import type { RegistrationPolicy } from './registration-policy.ts';

const HOUR = 3_600_000;

/** Says how much of the token is left. */
const spent = (token: InitialAccessToken): Refusal =>
  invalidToken(TOKEN_REFUSED, 'initial_access_token_spent', {
    token_id: token.token_id,
    label: token.label,
    expired_at: timeText(token.expires_at),
    clients: `${token.clients_registered} of ${token.clients_allowed}`,
  });

/** The clients of the token were to be put into a group that is not there any more. */
const groupGone = ({ token_id, label, group_id }: InitialAccessToken): Refusal =>
  invalidToken(TOKEN_REFUSED, 'initial_access_token_group_gone', { token_id, label, group_id });

/** Who may register a client at all, and how often (RFC 7591 §3, §5). */
export class RegistrationAdmission {
  readonly #guesses: GuessStore;
  readonly #tokens: InitialAccessTokenStore;
  readonly #groups: Pick<GroupStore, 'find' | 'steps'>;
  readonly #policy: () => RegistrationPolicy;
  readonly #clock: Clock;

  constructor(
    { guesses, initialAccessTokens, groups }: Pick<Storage, 'guesses' | 'initialAccessTokens' | 'groups'>,
    policy: () => RegistrationPolicy,
    clock: Clock,
  ) {
    this.#guesses = guesses;
    this.#tokens = initialAccessTokens;
    this.#groups = groups;
    this.#policy = policy;
    this.#clock = clock;
  }

  /** Counts an attempt from an address. @throws Refusal 429 `temporarily_unavailable` beyond its limit */
  async countAttempt(remote_address: string): Promise<void> {
    const { max_requests_per_address: most } = this.#policy();
    const key = `registration:${addressBlock(remote_address)}`;
    const now = this.#clock();
    // Beyond the limit nothing is written down: a flood must not fill the database that counts it.
    const before = await this.#guesses.count(key, now, HOUR);
    const tried = before < most ? await this.#guesses.fail(key, now, HOUR) : before + 1;
    if (tried <= most) return;
    throw temporarilyUnavailable(
      'Too many registrations; try again later.',
      'registration_limited',
      { expected: `at most ${most} within an hour`, presented: tried },
      429,
    );
  }

  /**
   * Judges the bearer token of a registration.
   * @returns the initial access token; undefined where none is needed
   * @throws Refusal
   */
  async admit(presented: string | undefined): Promise<InitialAccessToken | undefined> {
    const { mode } = this.#policy();
    if (mode === 'closed') {
      throw accessDenied('This server does not register clients.', 'registration_closed', {}, 403);
    }
    if (mode === 'open') return undefined;
    if (presented === undefined) {
      throw invalidToken('An initial access token is needed.', 'token_absent', {
        expected: 'Authorization: Bearer with an initial access token',
      });
    }
    const token = await this.#tokens.find(hashOpaqueToken(presented));
    if (!token) throw invalidToken(TOKEN_REFUSED, 'initial_access_token_unknown');
    if (token.expires_at <= this.#clock() || token.clients_registered >= token.clients_allowed) {
      throw spent(token);
    }
    return token;
  }

  /** What takes one registration off a token, and what is told when others have taken the last one meanwhile. */
  spending(token: InitialAccessToken): { readonly step: Step; readonly refusal: Refusal } {
    return { step: this.#tokens.steps.use(token.token_sha256, this.#clock()), refusal: spent(token) };
  }

  /**
   * What puts a client into the group of the token that registers it, in the unit that makes it, and what is told where
   * the group goes meanwhile; undefined for a token of no group.
   * @throws Refusal where the group is gone: who reaches the client would be others than its maker meant
   */
  async joining(
    token: InitialAccessToken,
    { client_id, client_name = client_id }: { client_id: string; client_name: string | undefined },
    by: Actor,
  ): Promise<{ readonly step: Step; readonly event: EventDraft; readonly refusal: Refusal } | undefined> {
    const { group_id } = token;
    if (group_id === undefined) return undefined;
    const group = await this.#groups.find(group_id);
    const refusal = groupGone(token);
    if (!group) throw refusal;
    const member = { kind: 'client', id: client_id, name: client_name } as const;
    return {
      step: this.#groups.steps.add(group_id, member, this.#clock()),
      event: memberAddedEvent(group, member, by),
      refusal,
    };
  }
}
